import type { HeaderList, Tape } from '@wiretape/core'

/** A request in no client's words; an adapter's test puts it into those of its client. @public */
export interface AdapterRequest {
  readonly method: string
  /** Path and query, below the provider's address. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** An iterable is to be sent piece by piece, as the client sends a stream. */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array> | undefined
  readonly signal?: AbortSignal | undefined
}

/** An answer as the client hands it out. @public */
export interface AdapterAnswer {
  readonly status: number
  /** Names in any case. */
  readonly headers: HeaderList
  /** One element a read, as they come. */
  readonly body: AsyncIterable<Uint8Array>
}

/** A client that is connected to a tape. @public */
export interface AdapterClient {
  /**
   * Resolves with the head of the answer. A client that throws on an error status is to be given
   * back as an answer; what else it throws is thrown.
   */
  send(request: AdapterRequest): Promise<AdapterAnswer>
  /** Lets go of connections that the client keeps. */
  close?(): Promise<void> | void
}

/** @public */
export interface AdapterClientOptions {
  /** How often the client asks again by itself; 0 for never. Of no meaning to one that can't. */
  readonly retries: number
  /** What the client has to trust, where the provider speaks TLS. */
  readonly certificate?: string | undefined
}

/** Connects a client to a tape, for a provider at this address. @public */
export type CreateAdapterClient = (
  tape: Tape,
  url: string,
  options: AdapterClientOptions,
) => AdapterClient | Promise<AdapterClient>

/**
 * What not every client can do:
 * - `abort-errors`: reading an answer fails when its signal is aborted (others end it)
 * - `back-pressure`: what the caller doesn't read is not fetched
 * - `broken-connections`: a connection that goes away fails what was under way (others end it)
 * - `compression`: compressed answers are asked for and decoded
 * - `multipart`: forms are sent
 * - `read-edges`: reads on replay are cut as they were while recording
 * - `redirects`: the client follows them
 * - `retries`: the client asks again after a 429
 * - `streamed-requests`: a request's body is sent piece by piece
 *
 * @public
 */
export type AdapterCapability =
  | 'abort-errors'
  | 'back-pressure'
  | 'broken-connections'
  | 'compression'
  | 'multipart'
  | 'read-edges'
  | 'redirects'
  | 'retries'
  | 'streamed-requests'

/** Every capability, in the order of the alphabet. @public */
export const ADAPTER_CAPABILITIES: readonly AdapterCapability[] = [
  'abort-errors',
  'back-pressure',
  'broken-connections',
  'compression',
  'multipart',
  'read-edges',
  'redirects',
  'retries',
  'streamed-requests',
]
