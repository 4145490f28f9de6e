export type {
  AdapterAnswer,
  AdapterCapability,
  AdapterClient,
  AdapterClientOptions,
  AdapterRequest,
  CreateAdapterClient,
} from './adapter/adapter-client.ts'
export type { AnswerHeaders } from './answer-headers.ts'
export type { AnswerFunction } from './answer-script.ts'
export {
  json,
  sse,
  stream,
  verbatim,
  type Answer,
  type AnswerOptions,
  type ResponseAnswer,
} from './answers.ts'
export {
  bedrockError,
  bedrockJson,
  eventStream,
  type BedrockAnswerOptions,
} from './bedrock/bedrock-answers.ts'
export { converseAnswer, converseEvents, type ConverseOptions } from './bedrock/converse-events.ts'
export { bedrockEvent, bedrockException, eventMessage } from './bedrock/event-message.ts'
export { invokeEvents } from './bedrock/invoke-events.ts'
export { startScriptedBedrock, type ScriptedBedrock } from './bedrock/scripted-bedrock.ts'
export { chatProvider, type ChatProviderOptions, type RequestBody } from './chat-provider.ts'
export type { ContentCoding, ContentCodingOptions } from './content-coding.ts'
export { cutAt, cutEvery, cutRandomly } from './cut-body.ts'
export {
  describeAdapter,
  type AdapterContract,
  type AdapterOptions,
  type Lacking,
} from './describe-adapter.ts'
export {
  error,
  openaiErrorBody,
  rateLimited,
  type ErrorOptions,
  type OpenaiErrorBody,
  type RateLimitedOptions,
} from './error-answers.ts'
export {
  fakePrivateKey,
  fakeSecret,
  fakeWebToken,
  secretSpellings,
  UPPERCASE_AND_DIGITS,
} from './fake-secrets.ts'
export { chatChunks, chatStream } from './fixtures/chat-chunks.ts'
export { chatCompletion } from './fixtures/chat-completion.ts'
export {
  multibyteContent,
  type ChatOptions,
  type ChatToolCallOptions,
} from './fixtures/chat-plan.ts'
export type {
  ChatChunk,
  ChatCompletion,
  ChatDelta,
  ChatFinishReason,
  ChatMessage,
  ChatToolCall,
  ChatToolCallDelta,
  ChatUsage,
} from './fixtures/chat-types.ts'
export { embeddings, type EmbeddingList, type EmbeddingsOptions } from './fixtures/embeddings.ts'
export { createIds, type Ids } from './fixtures/ids.ts'
export { recordingKind, streamKind } from './fuzz/fuzz-kinds.ts'
export {
  fuzz,
  type FuzzFailure,
  type FuzzInput,
  type FuzzKind,
  type FuzzOptions,
  type FuzzReport,
} from './fuzz/fuzz-run.ts'
export { createGate, type Gate } from './gate.ts'
export type { ReceivedRequest, RequestEnding } from './received-request.ts'
export {
  startScriptedProvider,
  type ScriptedProvider,
  type ScriptedProviderOptions,
} from './scripted-provider.ts'
export { formatServerSentEvent, type ServerSentEvent } from './server-sent-event.ts'
export {
  hangUp,
  pause,
  stall,
  type HangUp,
  type HangUpOptions,
  type Pause,
  type Stall,
  type StreamPart,
} from './stream-part.ts'
