export { replayCredentials, type ReplayCredentials } from './replay-credentials.ts'
export type {
  SmithyHandler,
  SmithyHandlerOptions,
  SmithyRequest,
  SmithyResponse,
} from './smithy.ts'
export { createTapeHandler, type TapeHandler, type TapeHandlerOptions } from './tape-handler.ts'
export { type BedrockClient, withTape } from './with-tape.ts'
