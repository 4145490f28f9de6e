import type { Endpoint } from '../dialect/dialect.ts'
import { framingOf } from '../framing/framings.ts'
import type {
  Frame,
  Framing,
  FramingName,
  FramingStyle,
  Message,
  Payload,
} from '../framing/framing.ts'
import type { JsonNode } from '../json/node.ts'
import { printJson } from '../json/print.ts'
import { detectJsonStyle, type JsonStyle } from '../json/style.ts'
import { LONGEST_STYLE } from './limits.ts'
import { payloadOf, samePayload } from './payload.ts'

/** How the frames of one answer are spelled, where they are spelled alike. */
export interface Spelling {
  readonly framing: FramingStyle
  readonly json: JsonStyle
}

export const DEFAULT_SPELLING: Spelling = { framing: {}, json: {} }

/** A frame taken apart. */
export interface SpelledItem {
  readonly message: Message
  readonly payload: Payload
  /** How this frame is spelled; undefined where no style gives its bytes back. */
  readonly spelling: Spelling | undefined
}

/** Takes a frame apart; undefined where it carries no message. */
export function takeApart(
  frame: Frame,
  framing: Framing,
  endpoint: Endpoint,
): SpelledItem | undefined {
  const message = framing.decode(frame)
  if (message === undefined) return undefined
  const sent = payloadOf(message)
  // A stream often lacks its last newline: a frame that says a whole document is no less said for that.
  if (!frame.whole && typeof sent === 'string' && sent !== endpoint.endMark && sent !== '[DONE]')
    return undefined
  const style = framing.detectStyle(frame, message)
  const json = jsonStyleOf(message, sent)
  return {
    message,
    payload: isDocument(sent) ? (endpoint.unwrap?.(sent) ?? sent) : sent,
    spelling:
      style === undefined || json === undefined || !isShort(style) || !isShort(json)
        ? undefined
        : { framing: style, json },
  }
}

/** A long style, such as minutes of white space to keep a connection alive, is kept with its frame's text instead. */
function isShort(style: object): boolean {
  return Object.values(style).every(
    (value) => typeof value !== 'string' || value.length <= LONGEST_STYLE,
  )
}

function jsonStyleOf(message: Message, payload: Payload): JsonStyle | undefined {
  if (!isDocument(payload)) return {}
  const text =
    typeof message.data === 'string' ? message.data : Buffer.from(message.data).toString()
  return detectJsonStyle(text, payload)
}

/** How to spell an answer's frames. */
export interface FrameContext {
  readonly endpoint: Endpoint
  readonly framing: FramingName
  readonly spelling: Spelling
}

/** The bytes of a frame that says this. */
export function spellItem(
  payload: Payload,
  fields: Omit<Message, 'data'>,
  context: FrameContext,
): Uint8Array {
  const data = spellPayload(payload, context)
  return framingOf(context.framing).encode({ ...fields, data }, context.spelling.framing)
}

function spellPayload(
  payload: Payload,
  { endpoint, framing, spelling }: FrameContext,
): string | Uint8Array {
  if (payload instanceof Uint8Array) return payload
  const text =
    typeof payload === 'string'
      ? payload
      : printJson(endpoint.wrap?.(payload) ?? payload, spelling.json)
  return framing === 'eventstream' || framing === 'bytes' ? Buffer.from(text, 'utf8') : text
}

/** Whether these bytes, read as a frame, still say this. */
export function stillSays(
  bytes: Uint8Array,
  payload: Payload,
  { endpoint, framing }: FrameContext,
): boolean {
  const part = takeApart({ bytes, whole: true }, framingOf(framing), endpoint)
  return part !== undefined && samePayload(part.payload, payload)
}

function isDocument(payload: Payload): payload is JsonNode {
  return typeof payload !== 'string' && !(payload instanceof Uint8Array)
}
