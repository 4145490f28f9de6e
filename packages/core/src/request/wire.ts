import type { HeaderList } from './headers.ts'

/** What a request's body may be; a stream is read once, never turned into text. Text counts as UTF-8. */
export type WireBody = Uint8Array | string | AsyncIterable<Uint8Array | string> | null | undefined

/**
 * A request as an adapter hands it to the tape.
 *
 * @public
 */
export interface WireRequest {
  readonly method: string
  /** Absolute, as the program addressed it. */
  readonly url: string
  readonly headers: HeaderList
  /** Identity-coded bytes; text counts as UTF-8. */
  readonly body?: WireBody
  /** Aborts the caller's side; what has begun to arrive is still recorded. */
  readonly signal?: AbortSignal | undefined
  /** Which client sent this, e.g. `{ openai: '6.49.0' }`; stands in `recorded.by`. */
  readonly by?: Readonly<Record<string, string>> | undefined
}

/** A request as the tape sends it on: its body collected, its signal the tape's own. */
export interface OutgoingRequest extends WireRequest {
  readonly body: Uint8Array | null
  readonly signal: AbortSignal
}

/**
 * An answer: head first, then its body as a stream of reads, already decoded (no content coding).
 *
 * @public
 */
export interface WireResponse {
  readonly status: number
  readonly headers: HeaderList
  /** Each element is one network read. Returning early (`break`) means that the caller stopped. */
  readonly body: AsyncIterable<Uint8Array>
}

/** Fetches the real answer. */
export type LiveFetch = (request: OutgoingRequest) => Promise<WireResponse>
