import { library } from '../../.config/tsup.ts'

export default library({
  index: 'src/index.ts',
  fetch: 'src/fetch/index.ts',
  schema: 'src/recording/schema.ts',
})
