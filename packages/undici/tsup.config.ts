import { library } from '../../.config/tsup.ts'

export default library(
  { index: 'src/index.ts', register: 'src/register.ts' },
  { external: ['@wiretape/undici'] },
)
