import { frameInvalid } from './frame-error.ts'
import { createFrameSplitter } from './frame-splitter.ts'
import type { Framing, FramingStyle, Message } from './framing.ts'
import { createJsonArrayScanner } from './json-array-scanner.ts'
import { decodeUtf8, encodeUtf8, isJson } from './utf8.ts'

/** Between the elements of Gemini's streams without `alt=sse`. */
const DEFAULT_BEFORE = '\n,\r\n'
const BEFORE = /^[ \t\r\n]*[[,][ \t\r\n]*/

function writeElement(message: Message, style: FramingStyle | undefined): string {
  const before = style?.['before'] ?? DEFAULT_BEFORE
  if (typeof before !== 'string' || BEFORE.exec(before)?.[0] !== before) {
    throw frameInvalid(
      'json-array',
      `style.before is ${JSON.stringify(before)}`,
      'Set it to one bracket or comma with white space around it, or remove it.',
    )
  }
  const element = typeof message.data === 'string' ? message.data : decodeUtf8(message.data)
  if (element === undefined) {
    throw frameInvalid('json-array', 'its data is not UTF-8', 'Keep the frame as bytes.')
  }
  return before + element
}

/**
 * One JSON array that is streamed (Gemini without `alt=sse`): a frame is an element with what stands before it, `[`
 * included for the first. The closing bracket is a frame that says nothing, and so is white space after it.
 *
 * Style: `before` (the bracket or comma, with the white space on both sides).
 */
export const jsonArrayFraming: Framing = {
  name: 'json-array',
  createSplitter: (limits) => createFrameSplitter('json-array', limits, createJsonArrayScanner()),
  decode(frame) {
    const text = frame.whole ? decodeUtf8(frame.bytes) : undefined
    const before = text === undefined ? undefined : BEFORE.exec(text)?.[0]
    if (text === undefined || before === undefined) return undefined
    const data = text.slice(before.length)
    return isJson(data) ? { data } : undefined
  },
  encode: (message, style) => encodeUtf8(writeElement(message, style)),
  detectStyle(frame, message) {
    const text = decodeUtf8(frame.bytes)
    const before = text === undefined ? undefined : BEFORE.exec(text)?.[0]
    if (before === undefined) return undefined
    const style = before === DEFAULT_BEFORE ? {} : { before }
    return writeElement(message, style) === text ? style : undefined
  },
}
