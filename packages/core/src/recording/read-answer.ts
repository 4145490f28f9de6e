import { WiretapeError } from '../errors/wiretape-error.ts'
import type { Endpoint } from '../dialect/dialect.ts'
import { framingOf } from '../framing/framings.ts'
import type { Frame, FramingName, FramingStyle, Message, Payload } from '../framing/framing.ts'
import { member, stringMember } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import type { JsonStyle } from '../json/style.ts'
import { toValue } from '../json/value.ts'
import type { HeaderList } from '../request/headers.ts'
import { USUAL_CONTENT_TYPE } from './content-types.ts'
import { invalidRecording } from './document.ts'
import { MOST_ANSWER_BYTES } from './limits.ts'
import { readHeaderObject } from './recorded-request.ts'
import {
  type Answer,
  type Ending,
  isStreamFraming,
  type ReadEdge,
  type TransportError,
} from './answer.ts'
import { sentResponse } from './version-zero.ts'
import {
  DEFAULT_SPELLING,
  type FrameContext,
  spellItem,
  type Spelling,
  stillSays,
} from './spelling.ts'
import { type AnswerContext, defaultTail } from './write-answer.ts'

/**
 * The answer that a recording's `response` holds: the inverse of {@link writeAnswer}. The response must have been checked.
 * What `wire` doesn't say is as the dialect usually has it, so that a version 0 file needs no `wire` at all.
 *
 * @param place where the recording lies, for messages
 * @throws WT_FRAME_INVALID where an item can't be written in its framing; WT_RECORDING_INVALID where the answer is too long
 */
export function readAnswer(recorded: JsonObject, call: AnswerContext, place?: string): Answer {
  try {
    return answerIn(recorded, call)
  } catch (error) {
    throw WiretapeError.is(error) ? unreadableAnswer(error, place) : error
  }
}

function answerIn(recorded: JsonObject, call: AnswerContext): Answer {
  const response = sentResponse(recorded, call)
  const wire = member(response, 'wire')
  const framing =
    (stringMember(wire, 'framing') as FramingName | undefined) ??
    usualFraming(response, call.endpoint)
  const ending = (stringMember(wire, 'ending') as Ending | undefined) ?? 'complete'
  const spelling: Spelling = {
    framing: (valueOf(wire, 'style') as FramingStyle | undefined) ?? DEFAULT_SPELLING.framing,
    json: (valueOf(wire, 'json') as JsonStyle | undefined) ?? DEFAULT_SPELLING.json,
  }
  const context: FrameContext = { endpoint: call.endpoint, framing, spelling }
  const frames = [...itemFrames(response, context), ...tailFrames(wire, ending, context)]
  const reads = member(wire, 'reads')
  const error = valueOf(wire, 'error') as TransportError | undefined
  return {
    status: readStatus(response),
    headers: readHeaders(response, framing),
    framing,
    frames,
    reads: readReads(reads, frames),
    headAt: numberOf(member(reads, 'head')) ?? null,
    ending,
    ...(error === undefined ? {} : { error }),
  }
}

/** The same error, with the recording that it is about. */
function unreadableAnswer(error: WiretapeError, place = 'the recording'): WiretapeError {
  const [said = ''] = error.message.slice(`${error.code}: `.length).split('\n')
  const cause = said.replace(/^the recording, at \/response: /, '')
  return new WiretapeError(
    error.code === 'WT_FRAME_INVALID' ? 'WT_FRAME_INVALID' : 'WT_RECORDING_INVALID',
    {
      message: `${place}, at /response: ${cause}`,
      hint: error.hint,
      details: { ...error.details, path: place, pointer: '/response', cause },
      cause: error,
    },
  )
}

function usualFraming(response: JsonObject, endpoint: Endpoint): FramingName {
  const streaming = member(response, 'is_streaming')
  if (streaming?.kind !== 'literal' || streaming.value !== true) return 'json'
  return endpoint.streamFraming ?? 'sse'
}

function readStatus(response: JsonObject): number | null {
  const status = member(response, 'status')
  if (status === undefined) return 200
  return numberOf(status) ?? null
}

function readHeaders(response: JsonObject, framing: FramingName): HeaderList {
  const headers = member(response, 'headers')
  if (headers?.kind !== 'object') return [['content-type', USUAL_CONTENT_TYPE[framing]]]
  return readHeaderObject(headers)
}

interface Exceptions {
  readonly at: ReadonlyMap<number, JsonNode>
  readonly before: ReadonlyMap<number, readonly JsonNode[]>
}

function itemFrames(response: JsonObject, context: FrameContext): Frame[] {
  const body = member(response, 'body')
  const items = itemsOf(body, context.framing)
  const { at, before } = readExceptions(member(member(response, 'wire'), 'frames'))
  const frames: Frame[] = []
  let length = 0
  const add = (bytes: Uint8Array): void => {
    length += bytes.length
    if (length > MOST_ANSWER_BYTES)
      throw invalidRecording({
        path: undefined,
        pointer: '/response',
        cause: `its answer has more than ${MOST_ANSWER_BYTES} bytes`,
      })
    frames.push(whole(bytes))
  }
  for (const [index, item] of items.entries()) {
    for (const extra of before.get(index) ?? []) add(verbatim(extra) ?? new Uint8Array())
    add(itemBytes(item, context, at.get(index)))
  }
  return frames
}

function itemsOf(body: JsonNode | undefined, framing: FramingName): readonly JsonNode[] {
  if (body === undefined || (body.kind === 'literal' && body.value === null)) return []
  return isStreamFraming(framing) && body.kind === 'array' ? body.items : [body]
}

function itemBytes(
  item: JsonNode,
  context: FrameContext,
  exception: JsonNode | undefined,
): Uint8Array {
  const payload = readPayload(item)
  const exact = verbatim(exception)
  // A hand edit wins: exact text is only good while it says what the body says.
  if (exact !== undefined && stillSays(exact, payload, context)) return exact
  const implied = context.endpoint.implies?.({
    type: stringMember(item, '__type__') ?? '',
    payload,
  })
  const fields: Omit<Message, 'data'> = {
    event:
      member(exception, 'event') === undefined ? implied?.event : stringMember(exception, 'event'),
    id: stringMember(exception, 'id'),
    retry: stringMember(exception, 'retry'),
    headers: (valueOf(exception, 'headers') as Message['headers']) ?? implied?.headers,
  }
  const spelling: Spelling = {
    framing: (valueOf(exception, 'style') as FramingStyle | undefined) ?? context.spelling.framing,
    json: (valueOf(exception, 'json') as JsonStyle | undefined) ?? context.spelling.json,
  }
  return spellItem(payload, fields, { ...context, spelling })
}

/** The payload of an item, typed or (in files of other tools) bare. */
function readPayload(item: JsonNode): Payload {
  const type = stringMember(item, '__type__')
  const data = type === undefined ? item : (member(item, '__data__') ?? item)
  if (type === undefined || data.kind !== 'string') return data
  const kind = /^wiretape\.[^.]+\.(text|bytes)$/.exec(type)?.[1]
  if (kind === 'text') return data.value
  return kind === 'bytes' ? Buffer.from(data.value, 'base64') : data
}

function readExceptions(list: JsonNode | undefined): Exceptions {
  const at = new Map<number, JsonNode>()
  const before = new Map<number, JsonNode[]>()
  for (const entry of list?.kind === 'array' ? list.items : []) {
    const item = numberOf(member(entry, 'at'))
    if (item !== undefined) at.set(item, entry)
    const next = numberOf(member(entry, 'before'))
    if (next === undefined) continue
    const known = before.get(next)
    if (known === undefined) before.set(next, [entry])
    else known.push(entry)
  }
  return { at, before }
}

function tailFrames(wire: JsonNode | undefined, ending: Ending, context: FrameContext): Frame[] {
  const tail = member(wire, 'tail')
  const bytes =
    tail === undefined
      ? defaultTail(ending, context)
      : tail.kind === 'string'
        ? Buffer.from(tail.value, 'utf8')
        : (verbatim(tail) ?? new Uint8Array())
  if (bytes.length === 0) return []
  const splitter = framingOf(context.framing).createSplitter()
  return [...splitter.push(bytes), ...splitter.end()]
}

/** Bytes that a recording keeps as they came. */
function verbatim(entry: JsonNode | undefined): Uint8Array | undefined {
  const text = stringMember(entry, 'text')
  if (text !== undefined) return Buffer.from(text, 'utf8')
  const base64 = stringMember(entry, 'base64')
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

/** Reads by the recorded edges while they fit; what a hand edit added comes frame by frame after them. */
function readReads(reads: JsonNode | undefined, frames: readonly Frame[]): ReadEdge[] {
  const at = member(reads, 'at')
  if (at?.kind !== 'array') return []
  const edges = member(reads, 'edges')
  return at.items.flatMap((time, index) => {
    const edge = edges === undefined ? { frames: index + 1, offset: 0 } : readEdge(edges, index)
    return edge.frames > frames.length ? [] : [{ ...edge, at: numberOf(time) ?? 0 }]
  })
}

function readEdge(edges: JsonNode, index: number): { frames: number; offset: number } {
  const edge = edges.kind === 'array' ? edges.items[index] : undefined
  if (edge?.kind === 'array')
    return { frames: numberOf(edge.items[0]) ?? 0, offset: numberOf(edge.items[1]) ?? 0 }
  return { frames: numberOf(edge) ?? Infinity, offset: 0 }
}

function whole(bytes: Uint8Array): Frame {
  return { bytes, whole: true }
}

function numberOf(node: JsonNode | undefined): number | undefined {
  return node?.kind === 'number' ? Number(node.text) : undefined
}

function valueOf(node: JsonNode | undefined, key: string): unknown {
  const value = member(node, key)
  return value === undefined ? undefined : toValue(value)
}
