import { library } from '../../.config/tsup.ts'

// The command is ESM only: nobody requires it.
export default library({ wiretape: 'src/wiretape.ts', index: 'src/index.ts' }, { format: ['esm'] })
