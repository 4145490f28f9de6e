export { withTape } from './with-tape.ts'
