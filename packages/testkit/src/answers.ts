import { mergeHeaders, type AnswerHeaders } from './answer-headers.ts'
import {
  chooseCoding,
  compressWhole,
  type ContentCoding,
  type ContentCodingOptions,
} from './content-coding.ts'
import { formatServerSentEvent, splitEvents, type ServerSentEvent } from './server-sent-event.ts'
import type { HangUp, Stall, StreamPart } from './stream-part.ts'

/** A status, headers, and a body as the row of steps in which it is sent. @public */
export interface ResponseAnswer {
  readonly kind: 'response'
  readonly status: number
  readonly headers: AnswerHeaders
  readonly parts: readonly StreamPart[]
  /** Compresses each write as it is sent; absent where the parts are what goes over the wire. */
  readonly coding?: ContentCoding | undefined
}

/**
 * What the provider does with one request: respond, or, before any header, hang up or stall.
 * Answers are data: one can be given to many requests.
 *
 * @public
 */
export type Answer = ResponseAnswer | HangUp | Stall

/** @public */
export interface AnswerOptions extends ContentCodingOptions {
  /** @defaultValue 200 */
  readonly status?: number | undefined
  /** Laid over the default headers; `undefined` takes one away. */
  readonly headers?: AnswerHeaders | undefined
}

/**
 * An answer whose body is exactly these bytes, sent whole, with their length.
 *
 * @public
 */
export function verbatim(body: Uint8Array | string, options: AnswerOptions = {}): ResponseAnswer {
  const coding = chooseCoding(options)
  const plain = typeof body === 'string' ? Buffer.from(body) : body
  const bytes = coding === undefined ? plain : compressWhole(plain, coding)
  const defaults = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(bytes.length),
    'content-encoding': coding,
  }
  return {
    kind: 'response',
    status: options.status ?? 200,
    headers: mergeHeaders(defaults, options.headers),
    parts: [bytes],
  }
}

/**
 * An answer whose body is this value in compact JSON. For JSON of another spelling use `verbatim`.
 *
 * @public
 */
export function json(value: unknown, options: AnswerOptions = {}): ResponseAnswer {
  const headers = mergeHeaders({ 'content-type': 'application/json' }, options.headers)
  return verbatim(JSON.stringify(value), { ...options, headers })
}

/**
 * An answer sent step by step: each text or byte part is a write of its own, with pauses, gates, a
 * hang-up or a stall between. The body is chunked, unless a `content-length` is given; its type is
 * `text/event-stream`, unless another is. A compressed body is flushed at each write; to cut one at
 * any byte, compress it first and give the `content-encoding` yourself.
 *
 * @public
 * @example
 * stream([...cutEvery(chatStream(chatChunks()), 7), hangUp()])
 */
export function stream(parts: readonly StreamPart[], options: AnswerOptions = {}): ResponseAnswer {
  const coding = chooseCoding(options)
  const defaults = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'content-encoding': coding,
  }
  return {
    kind: 'response',
    status: options.status ?? 200,
    headers: mergeHeaders(defaults, options.headers),
    parts,
    coding,
  }
}

/**
 * An answer of server-sent events, one write an event. Takes the stream's text, which is cut after
 * each blank line, or a list of events, among which any stream part may stand (a text there is
 * written as it is).
 *
 * @public
 * @example
 * sse([{ data: chunk }, gate, ': keep-alive\n\n', { data: '[DONE]' }])
 */
export function sse(
  events: string | readonly (ServerSentEvent | StreamPart)[],
  options: AnswerOptions = {},
): ResponseAnswer {
  if (typeof events === 'string') return stream(splitEvents(events), options)
  return stream(
    events.map((event) =>
      typeof event === 'object' && 'data' in event ? formatServerSentEvent(event) : event,
    ),
    options,
  )
}
