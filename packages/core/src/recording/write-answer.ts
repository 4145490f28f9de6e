import { WiretapeError } from '../errors/wiretape-error.ts'
import { isDeepStrictEqual } from 'node:util'
import type { Dialect, Endpoint } from '../dialect/dialect.ts'
import { framingOf } from '../framing/framings.ts'
import type { Frame } from '../framing/framing.ts'
import { array, boolean, NULL, number, object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import { fromValue } from '../json/value.ts'
import type { HeaderList } from '../request/headers.ts'
import { decodeUtf8 } from '../request/request-view.ts'
import { type Answer, type Ending, isStreamFraming } from './answer.ts'
import { LONGEST_TIME, MOST_ANSWER_BYTES } from './limits.ts'
import {
  DEFAULT_SPELLING,
  type FrameContext,
  spellItem,
  type SpelledItem,
  type Spelling,
  takeApart,
} from './spelling.ts'

type Entry = readonly [key: string, value: JsonNode]

/** What of a call its answer's reading and writing needs. */
export interface AnswerContext {
  readonly dialect: Dialect
  readonly endpoint: Endpoint
}

/**
 * An answer as the `response` of a recording: `body` is what people read, `wire` only what the body can't give back.
 * {@link readAnswer} is its inverse, byte for byte.
 */
export function writeAnswer(answer: Answer, call: AnswerContext): JsonNode {
  const { endpoint } = call
  checkLength(answer)
  const streamed = isStreamFraming(answer.framing)
  const framing = framingOf(answer.framing)
  const parts = answer.frames.map((frame) => takeApart(frame, framing, endpoint))
  const marks = parts.map((part) => part === undefined || isEndMark(part, endpoint))
  const itemCount = marks.findLastIndex((mark) => !mark) + 1
  const spelling = commonSpelling(parts, marks)
  const context: FrameContext = { endpoint, framing: answer.framing, spelling }
  const items: JsonNode[] = []
  const exceptions: JsonNode[] = []
  for (const [index, frame] of answer.frames.slice(0, itemCount).entries()) {
    const part = parts[index]
    if (part === undefined || marks[index] === true) {
      exceptions.push(object([['before', number(items.length)], verbatim(frame.bytes)]))
      continue
    }
    const typed = typeItem(part, call, { streamed, status: answer.status })
    const exception = exceptionOf(frame, { ...part, type: typed.type }, context)
    if (exception !== undefined)
      exceptions.push(object([['at', number(items.length)], ...exception]))
    items.push(
      object([
        ['__type__', string(typed.type)],
        ['__data__', typed.data],
      ]),
    )
  }
  const tail = Buffer.concat(answer.frames.slice(itemCount).map(({ bytes }) => bytes))
  return object([
    ['status', answer.status === null ? NULL : number(answer.status)],
    ['headers', writeHeaders(answer.headers)],
    ['body', streamed ? array(items) : (items[0] ?? NULL)],
    ['is_streaming', boolean(streamed)],
    [
      'wire',
      object([
        ['framing', string(answer.framing)],
        ['ending', string(answer.ending)],
        ...(answer.error === undefined ? [] : [['error', fromValue(answer.error)] as const]),
        ...writeStyle('style', spelling.framing),
        ...writeStyle('json', spelling.json),
        ...(exceptions.length === 0 ? [] : [['frames', array(exceptions)] as const]),
        ...(sameBytes(tail, defaultTail(answer.ending, context)) ? [] : [writeTail(tail)]),
        ...writeReads(answer),
      ]),
    ],
  ])
}

/** The reader refuses what is longer. */
function checkLength({ frames }: Answer): void {
  const length = frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (length <= MOST_ANSWER_BYTES) return
  throw new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `an answer of ${length} bytes can't be recorded, which may have ${MOST_ANSWER_BYTES}`,
    hint: 'leave this endpoint out of the recording: passThrough',
    details: { length },
  })
}

/** What follows the last item unless the recording says otherwise. */
export function defaultTail(ending: Ending, context: FrameContext): Uint8Array {
  const { endMark } = context.endpoint
  if (context.framing !== 'sse' || ending !== 'complete' || endMark === undefined)
    return new Uint8Array()
  return spellItem(endMark, {}, context)
}

function isEndMark(part: SpelledItem, endpoint: Endpoint): boolean {
  return endpoint.endMark !== undefined && part.payload === endpoint.endMark
}

/** The spelling of the first item that has one: streams are spelled alike from end to end. */
function commonSpelling(
  parts: readonly (SpelledItem | undefined)[],
  marks: readonly boolean[],
): Spelling {
  const first = parts.find((part, index) => marks[index] === false && part?.spelling !== undefined)
  return first?.spelling ?? DEFAULT_SPELLING
}

function exceptionOf(
  frame: Frame,
  part: SpelledItem & { readonly type: string },
  context: FrameContext,
): Entry[] | undefined {
  const { message, payload, type } = part
  const implied = context.endpoint.implies?.({ type, payload })
  const fields: Entry[] = []
  if (message.event !== implied?.event)
    fields.push(['event', message.event === undefined ? NULL : string(message.event)])
  if (message.id !== undefined) fields.push(['id', string(message.id)])
  if (message.retry !== undefined) fields.push(['retry', string(message.retry)])
  if (!isDeepStrictEqual(message.headers, implied?.headers))
    fields.push(['headers', fromValue(message.headers ?? [])])
  const { data: _, ...rest } = message
  if (sameBytes(spellItem(payload, rest, context), frame.bytes))
    return fields.length === 0 ? undefined : fields
  const { spelling } = part
  if (
    spelling !== undefined &&
    sameBytes(spellItem(payload, rest, { ...context, spelling }), frame.bytes)
  )
    return [...fields, ...ownSpelling(spelling, context.spelling)]
  return [...fields, verbatim(frame.bytes)]
}

/** What of a frame's spelling is not the answer's. */
function ownSpelling(own: Spelling, common: Spelling): Entry[] {
  return [
    ...(isDeepStrictEqual(own.framing, common.framing)
      ? []
      : [['style', fromValue(own.framing)] as const]),
    ...(isDeepStrictEqual(own.json, common.json) ? [] : [['json', fromValue(own.json)] as const]),
  ]
}

/** Bytes as they came: text where they are UTF-8, base64 where not. */
function verbatim(bytes: Uint8Array): Entry {
  const text = decodeUtf8(bytes)
  return text === undefined
    ? ['base64', string(Buffer.from(bytes).toString('base64'))]
    : ['text', string(text)]
}

function writeTail(tail: Uint8Array): Entry {
  const text = decodeUtf8(tail)
  return [
    'tail',
    text === undefined
      ? object([['base64', string(Buffer.from(tail).toString('base64'))]])
      : string(text),
  ]
}

/** The `__type__` and `__data__` of an item. */
export function typeItem(
  part: SpelledItem,
  call: AnswerContext,
  answer: { readonly streamed: boolean; readonly status: number | null },
): { type: string; data: JsonNode } {
  const { payload, message } = part
  const own = `wiretape.${call.dialect.name}`
  if (typeof payload === 'string') return { type: `${own}.text`, data: string(payload) }
  if (payload instanceof Uint8Array)
    return { type: `${own}.bytes`, data: string(Buffer.from(payload).toString('base64')) }
  return { type: call.endpoint.typeOf({ payload, message, ...answer }), data: payload }
}

function writeHeaders(headers: HeaderList): JsonNode {
  const grouped = new Map<string, string[]>()
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const known = grouped.get(key)
    if (known === undefined) grouped.set(key, [value])
    else known.push(value)
  }
  return object(
    [...grouped].map(([name, values]) => [
      name,
      values.length === 1 ? string(values[0] as string) : array(values.map(string)),
    ]),
  )
}

function writeStyle(name: string, style: object): Entry[] {
  const entries = Object.entries(style).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? [] : [[name, fromValue(Object.fromEntries(entries))]]
}

/** Times and edges of reads; edges only where the reads are not one a frame. */
function writeReads(answer: Answer): Entry[] {
  const { reads, headAt, frames } = answer
  if (reads.length === 0 && headAt === null) return []
  const plain =
    reads.length === frames.length &&
    reads.every((read, index) => read.frames === index + 1 && read.offset === 0)
  return [
    [
      'reads',
      object([
        ...(headAt === null ? [] : [['head', timeOf(headAt)] as const]),
        ['at', array(reads.map(({ at }) => timeOf(at)))],
        ...(plain
          ? []
          : [
              [
                'edges',
                array(
                  reads.map(({ frames: whole, offset }) =>
                    offset === 0 ? number(whole) : array([number(whole), number(offset)]),
                  ),
                ),
              ] as const,
            ]),
      ]),
    ],
  ]
}

/** An answer that took longer than a day is replayed as one that took a day. */
function timeOf(milliseconds: number): JsonNode {
  return number(Math.min(milliseconds, LONGEST_TIME))
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}
