import { eventstreamFraming } from '../framing/eventstream.ts'
import type { Frame, MessageHeader } from '../framing/framing.ts'
import { createAnswerIdentity } from '../identity/answer-identity.ts'
import type { JsonObject } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { formatDocument } from '../recording/format-document.ts'
import { readAnswer } from '../recording/read-answer.ts'
import { spellItem, takeApart } from '../recording/spelling.ts'
import { writeAnswer } from '../recording/write-answer.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Dialect } from './dialect.ts'
import { recognised } from './exchange.test-fixture.ts'

/** Headers as Bedrock writes them, in its order. */
export function eventHeaders(event: string, kind = 'event'): MessageHeader[] {
  return [
    { name: `:${kind}-type`, type: 'string', value: event },
    { name: ':content-type', type: 'string', value: 'application/json' },
    { name: ':message-type', type: 'string', value: kind },
  ]
}

export function frameOf(headers: readonly MessageHeader[], data: string): Frame {
  const bytes = eventstreamFraming.encode({ headers, data: Buffer.from(data) })
  return { bytes, whole: true }
}

export function eventFrame(event: string, payload: unknown): Frame {
  return frameOf(eventHeaders(event), JSON.stringify(payload))
}

export function exceptionFrame(exception: string, payload: unknown): Frame {
  return frameOf(eventHeaders(exception, 'exception'), JSON.stringify(payload))
}

/** What an event stream becomes in a recording. */
export interface RecordedStream {
  /** The items of the file, ids and all else normalised. */
  readonly items: readonly { readonly type: string; readonly data: unknown }[]
  readonly wire: unknown
  /** Which messages end the stream. */
  readonly ends: readonly boolean[]
  /** Whether the file gives every byte back, of the stream as it came and as the program saw it. */
  readonly isExact: boolean
}

/** Records an event stream that answers this request, and reads the file again. */
export function recordStream(
  dialect: Dialect,
  view: RequestView,
  frames: readonly Frame[],
): RecordedStream {
  const { endpoint } = recognised(dialect, view)
  const identity = createAnswerIdentity(
    endpoint,
    { hash: 'a'.repeat(64), occurrence: 1 },
    { ids: true, timestamps: true, durations: true, padding: true },
  )
  const ends: boolean[] = []
  const seen = frames.map((frame): Frame => {
    const part = takeApart(frame, eventstreamFraming, endpoint)
    if (part === undefined) return frame
    const { payload, message } = part
    ends.push(endpoint.ends?.(payload, message) === true)
    if (typeof payload === 'string' || payload instanceof Uint8Array) return frame
    const { data: _, ...fields } = message
    const context = {
      endpoint,
      framing: 'eventstream' as const,
      spelling: part.spelling ?? { framing: {}, json: {} },
    }
    return { bytes: spellItem(identity.normalize(payload), fields, context), whole: true }
  })
  const { response, bytes } = throughFile(dialect, view, seen)
  const body = response.members.find(({ key }) => key === 'body')?.value
  const wire = response.members.find(({ key }) => key === 'wire')?.value
  const items = JSON.parse(body === undefined ? '[]' : printJson(body)) as Record<string, unknown>[]
  return {
    items: items.map((item) => ({ type: String(item['__type__']), data: item['__data__'] })),
    wire: wire === undefined ? undefined : (JSON.parse(printJson(wire)) as unknown),
    ends,
    isExact:
      bytes.equals(bytesOf(seen)) &&
      throughFile(dialect, view, frames).bytes.equals(bytesOf(frames)),
  }
}

function throughFile(
  dialect: Dialect,
  view: RequestView,
  frames: readonly Frame[],
): { response: JsonObject; bytes: Buffer } {
  const call = { dialect, endpoint: recognised(dialect, view).endpoint }
  const written = writeAnswer(
    {
      status: 200,
      headers: [['content-type', 'application/vnd.amazon.eventstream']],
      framing: 'eventstream',
      frames,
      reads: [],
      headAt: null,
      ending: 'complete',
    },
    call,
  )
  const document = parseJson(
    formatDocument({ kind: 'object', members: [{ key: 'response', value: written }] }),
  ) as JsonObject
  const response = document.members[0]?.value as JsonObject
  return { response, bytes: bytesOf(readAnswer(response, call).frames) }
}

function bytesOf(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map(({ bytes }) => bytes))
}
