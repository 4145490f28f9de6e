import { frameInvalid, readSetting, type Setting } from './frame-error.ts'
import { createFrameSplitter, NOT_YET } from './frame-splitter.ts'
import type { Framing, FramingStyle, Message } from './framing.ts'
import { decodeUtf8, encodeUtf8, isJson } from './utf8.ts'

const LINE_FEED = 10
const NEWLINE: Setting<'\n' | '\r\n' | ''> = {
  framing: 'ndjson',
  name: 'newline',
  choices: ['\n', '\r\n', ''],
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text)
}

function writeLine(message: Message, style: FramingStyle | undefined): string {
  const newline = readSetting(style, NEWLINE)
  const line = typeof message.data === 'string' ? message.data : decodeUtf8(message.data)
  if (line === undefined || line.includes('\n') || isBlank(line)) {
    throw frameInvalid('ndjson', 'its data is not one line of text', 'Print it without newlines.')
  }
  // After its own `\r`, a lone `\n` would make a CRLF of both.
  return line + (line.endsWith('\r') && newline === '\n' ? '\r\n' : newline)
}

function newlineOf(text: string): '\n' | '\r\n' | '' {
  if (text.endsWith('\r\n')) return '\r\n'
  return text.endsWith('\n') ? '\n' : ''
}

/**
 * A JSON document a line: a frame is a line with its newline, and blank lines say nothing. A last line without newline
 * is usual (Ollama), so it counts as whole where it parses.
 *
 * Style: `newline` (`\n`, `\r\n`, or none).
 */
export const ndjsonFraming: Framing = {
  name: 'ndjson',
  createSplitter: (limits) =>
    createFrameSplitter('ndjson', limits, {
      findEnd(read, from) {
        const newline = read.indexOf(LINE_FEED, from)
        return newline === -1 ? NOT_YET : newline + 1
      },
      isWhole(rest) {
        const text = decodeUtf8(rest)
        return text !== undefined && (isBlank(text) || isJson(text))
      },
    }),
  decode(frame) {
    const text = decodeUtf8(frame.bytes)
    if (text === undefined || isBlank(text)) return undefined
    return { data: text.slice(0, text.length - newlineOf(text).length) }
  },
  encode: (message, style) => encodeUtf8(writeLine(message, style)),
  detectStyle(frame, message) {
    const text = decodeUtf8(frame.bytes)
    if (text === undefined) return undefined
    const newline = newlineOf(text)
    const style = newline === '\n' ? {} : { newline }
    return writeLine(message, style) === text ? style : undefined
  },
}
