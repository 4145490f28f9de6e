export { WiretapeError, type WiretapeErrorOptions } from './errors/wiretape-error.ts'
export { ERROR_CODES, type ErrorCode } from './errors/codes.ts'
export { errorResponse, type ErrorResponse } from './errors/error-response.ts'
export { type BackgroundOptions, createTape, type ScopeOptions, type Tape } from './tape/tape.ts'
export type { ToolIdentity } from './tape/tool-request.ts'
export type { RedactionRule, RedactionWaiver, RedactOptions } from './redaction/redact-options.ts'
export type { Isolation, Mode, PassThrough, TapeOptions } from './tape/options.ts'
export type { ReportEntry, TapeReport } from './tape/report.ts'
export {
  type Playback,
  type PlayedItem,
  type PlayOptions,
  playRecording,
} from './tape/play-recording.ts'
export type { Normalization } from './identity/answer-identity.ts'
export { assemble, disassemble } from './recording/assemble.ts'
export { formatRecording, parseRecording, readRecording } from './recording/parse-recording.ts'
export {
  RECORDING_VERSION,
  type RecordedBy,
  type RecordedItem,
  type RecordedRequest,
  type RecordedResponse,
  type Recording,
} from './recording/recording.ts'
export type { ReadsOption } from './recording/reads.ts'
export { type KeyableRequest, requestKey, type RequestKeyOptions } from './request/recording-key.ts'
export type { KeyRule, RequestKey } from './request/request-key.ts'
export type { MatchOptions, MatchReplacement } from './request/match-options.ts'
export type { HeaderList } from './request/headers.ts'
export type {
  LiveFetch,
  OutgoingRequest,
  WireBody,
  WireRequest,
  WireResponse,
} from './request/wire.ts'
export { readConfig, type WiretapeConfig } from './store/config-file.ts'
export { createDirectoryStore, type DirectoryStoreOptions } from './store/directory-store.ts'
export type { RecordingsOption } from './store/locate-recordings.ts'
export { createMemoryStore } from './store/memory-store.ts'
export { rekeyCorpus, type RekeyOptions, type RekeyReport } from './store/rekey.ts'
export type { Store, StoreEntry } from './store/store.ts'
export { type VerifiedFile, verifyCorpus, type VerifyOptions } from './store/verify-corpus.ts'
export type { PlacedText } from './redaction/placed-texts.ts'
