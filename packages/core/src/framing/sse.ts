import { frameInvalid, readSetting, type Setting } from './frame-error.ts'
import { createFrameSplitter } from './frame-splitter.ts'
import type { Framing, FramingStyle, Message } from './framing.ts'
import { createSseScanner } from './sse-scanner.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const FIELDS = ['event', 'id', 'retry', 'data'] as const
/** In characters: all fields with blanks between them, and one more, so that a longer order names none. */
const LONGEST_ORDER = 20
type Field = (typeof FIELDS)[number]

const NEWLINE: Setting<'\n' | '\r\n' | '\r'> = {
  framing: 'sse',
  name: 'newline',
  choices: ['\n', '\r\n', '\r'],
}
const SPACE: Setting<boolean> = { framing: 'sse', name: 'space', choices: [true, false] }
const END: Setting<'blank' | 'line' | 'none'> = {
  framing: 'sse',
  name: 'end',
  choices: ['blank', 'line', 'none'],
}

function splitLines(text: string): string[] {
  return text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n')
}

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name)
}

function nameOf(line: string): string {
  const colon = line.indexOf(':')
  return colon === -1 ? line : line.slice(0, colon)
}

function valueOf(line: string): string {
  const colon = line.indexOf(':')
  if (colon === -1) return ''
  return line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
}

/** "Interpreting an event stream" of the WHATWG specification, section 9.2.6, for one event. */
function readEvent(text: string): Message | undefined {
  let data: string[] | undefined
  let event: string | undefined
  let id: string | undefined
  let retry: string | undefined
  for (const line of splitLines(text)) {
    const name = nameOf(line)
    if (!isField(name)) continue
    const value = valueOf(line)
    if (name === 'data') (data ??= []).push(value)
    else if (name === 'event') event = value === '' ? undefined : value
    else if (name === 'id') id = value.includes('\0') ? id : value
    else retry = /^[0-9]+$/.test(value) ? value : retry
  }
  if (data === undefined) return undefined
  return {
    data: data.join('\n'),
    ...(event !== undefined && { event }),
    ...(id !== undefined && { id }),
    ...(retry !== undefined && { retry }),
  }
}

function textOf(data: string | Uint8Array): string {
  const text = typeof data === 'string' ? data : decodeUtf8(data)
  if (text !== undefined) return text
  throw frameInvalid('sse', 'its data is not UTF-8', 'Keep the frame as bytes.')
}

/** The values of a field, one a line; a value that would end its line early could forge other fields. */
function valuesOf(message: Message, field: Field): string[] {
  if (field === 'data') return splitLines(textOf(message.data))
  const value = message[field]
  if (value === undefined || (field === 'event' && value === '')) return []
  const isWritable = field === 'retry' ? /^[0-9]+$/.test(value) : !/[\r\n]/.test(value)
  if (isWritable && !(field === 'id' && value.includes('\0'))) return [value]
  throw frameInvalid(
    'sse',
    `its ${field} can't stand in an event stream`,
    field === 'retry' ? 'Use digits only.' : 'Remove line endings and NUL from it.',
  )
}

function orderOf(style: FramingStyle | undefined): readonly Field[] {
  const order = style?.['order']
  if (order === undefined) return FIELDS
  // Asked for each frame, of a recording that anybody may have written.
  const named = String(order).slice(0, LONGEST_ORDER).split(' ')
  if (!named.every(isField)) {
    throw frameInvalid('sse', 'style.order names no fields', `Use some of: ${FIELDS.join(' ')}.`)
  }
  return [...new Set([...named, ...FIELDS])]
}

function writeEvent(message: Message, style: FramingStyle | undefined): string {
  const newline = readSetting(style, NEWLINE)
  const hasSpace = readSetting(style, SPACE)
  const end = readSetting(style, END)
  const lines = orderOf(style).flatMap((field) =>
    // A value's own first blank would be taken for the one after the colon.
    valuesOf(message, field).map(
      (value) => `${field}:${hasSpace || value.startsWith(' ') ? ' ' : ''}${value}`,
    ),
  )
  const ending = end === 'blank' ? newline + newline : end === 'line' ? newline : ''
  return lines.join(newline) + ending
}

function guessStyle(text: string): FramingStyle {
  const lines = splitLines(text)
  const fieldLines = lines.filter((line) => isField(nameOf(line)))
  const fields = [...new Set(fieldLines.map(nameOf))]
  const order = fields.join(' ')
  const spaced = fieldLines.find((line) => valueOf(line) !== '') ?? fieldLines[0] ?? ''
  const newline = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
  const end = lines.at(-1) !== '' ? 'none' : lines.at(-2) === '' ? 'blank' : 'line'
  return {
    ...(newline !== '\n' && { newline }),
    ...(spaced[nameOf(spaced).length + 1] !== ' ' && { space: false }),
    ...(order !== FIELDS.filter((field) => fields.includes(field)).join(' ') && { order }),
    ...(end !== 'blank' && { end }),
  }
}

/**
 * Server-sent events: a frame is one event with the blank line that dispatches it. Comments, further blank lines and a
 * byte-order mark are frames, or parts of frames, that say nothing.
 *
 * An event that the stream ended in is not dispatched by the specification, and some SDKs pass it on all the same:
 * `decode` reads it, and the frame's `whole: false` tells.
 *
 * Style: `newline` (`\n`, `\r\n`, `\r`), `space` after the colon, `order` of the fields (`event id retry data`), `end`
 * (`blank` line, `line` or `none`, for the last event of a stream).
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export const sseFraming: Framing = {
  name: 'sse',
  createSplitter: (limits) => createFrameSplitter('sse', limits, createSseScanner()),
  decode(frame) {
    const text = decodeUtf8(frame.bytes)
    return text === undefined ? undefined : readEvent(text)
  },
  encode: (message, style) => encodeUtf8(writeEvent(message, style)),
  detectStyle(frame, message) {
    const text = decodeUtf8(frame.bytes)
    if (text === undefined) return undefined
    const style = guessStyle(text)
    return writeEvent(message, style) === text ? style : undefined
  },
}
