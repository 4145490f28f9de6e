import { framingOf, guessFraming } from '../framing/framings.ts'
import { createAnswerIdentity } from '../identity/answer-identity.ts'
import type { JsonObject } from '../json/node.ts'
import { printJson } from '../json/print.ts'
import { toValue } from '../json/value.ts'
import { readAnswer } from '../recording/read-answer.ts'
import { takeApart } from '../recording/spelling.ts'
import { writeAnswer } from '../recording/write-answer.ts'
import type { HeaderList } from '../request/headers.ts'
import { type RequestView, viewRequest } from '../request/request-view.ts'
import type { Dialect, Recognition } from './dialect.ts'

/** A request with a JSON body, or with none. */
export function request(method: string, url: string, body?: unknown): RequestView {
  return requestWith([['content-type', 'application/json']], `${method} ${url}`, body)
}

/** A request with these headers; its line is `GET https://…`. */
export function requestWith(headers: HeaderList, line: string, body?: unknown): RequestView {
  const [method = '', url = ''] = line.split(' ')
  const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body))
  return viewRequest({ method, url, headers }, bytes)
}

/** What a dialect makes of a request that it must know. */
export function recognised(dialect: Dialect, view: RequestView): Recognition {
  const recognition = dialect.recognise(view)
  if (recognition === undefined) throw new Error(`${dialect.name} does not know ${view.url.href}`)
  return recognition
}

/** An answer's body as one of a dialect's endpoints sees it. */
export interface Seen {
  /** The payloads as a program sees them, with the key `aaaaaaaaaaaa…`. */
  readonly normalized: readonly unknown[]
  readonly types: readonly string[]
  /** The number of the first message that ends the stream. */
  readonly endsAt: number | undefined
  /** What a recording of it gives back. */
  readonly replayed: string
  /** The recording's `wire`. */
  readonly wire: Readonly<Record<string, unknown>>
}

export interface Body {
  readonly text: string
  /** By default a JSON document. */
  readonly contentType?: string | undefined
  readonly status?: number | undefined
}

/** What a dialect makes of the answer to this request; text alone is server-sent events. */
export function see(dialect: Dialect, view: RequestView, answer: string | Body): Seen {
  const isEvents = typeof answer === 'string'
  const body = isEvents ? answer : answer.text
  const contentType = isEvents ? 'text/event-stream' : (answer.contentType ?? 'application/json')
  const status = isEvents ? 200 : (answer.status ?? 200)
  const { endpoint } = recognised(dialect, view)
  const name = guessFraming(contentType, Buffer.from(body))
  const framing = framingOf(name)
  const splitter = framing.createSplitter()
  const frames = [...splitter.push(Buffer.from(body)), ...splitter.end()]
  const streamed = name !== 'json' && name !== 'text' && name !== 'bytes'
  const identity = createAnswerIdentity(
    endpoint,
    { hash: 'a'.repeat(64), occurrence: 1 },
    { ids: true, timestamps: true, durations: true, padding: true },
  )
  const parts = frames.flatMap((frame) => takeApart(frame, framing, endpoint) ?? [])
  const endsAt = parts.findIndex(
    ({ payload, message }) => endpoint.ends?.(payload, message) === true,
  )
  const call = { dialect, endpoint }
  const response = writeAnswer(
    {
      status,
      headers: [['content-type', contentType]],
      framing: name,
      frames,
      reads: [],
      headAt: null,
      ending: 'complete',
    },
    call,
  ) as JsonObject
  const written = toValue(response) as { wire: Record<string, unknown> }
  return {
    normalized: parts.map(({ payload }) =>
      typeof payload === 'string' || payload instanceof Uint8Array
        ? payload
        : (JSON.parse(printJson(identity.normalize(payload))) as unknown),
    ),
    types: parts.map(({ payload, message }) =>
      endpoint.typeOf({ payload, message, streamed, status }),
    ),
    endsAt: endsAt === -1 ? undefined : endsAt,
    replayed: Buffer.concat(readAnswer(response, call).frames.map(({ bytes }) => bytes)).toString(),
    wire: written.wire,
  }
}

/** Server-sent events, each named by its `type`. */
export function typedEvents(
  events: readonly { readonly type: string; readonly [field: string]: unknown }[],
): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

/** Server-sent events without names, with OpenAI's end mark. */
export function markedEvents(chunks: readonly unknown[]): string {
  return [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('')
}
