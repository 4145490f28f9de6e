import { describeCharacter, invalidJsonText } from './invalid-json.ts'

/** A place in a text; the readers move it past what they have read. */
export interface JsonCursor {
  readonly text: string
  readonly maxDepth: number
  position: number
  /** How many have been read, for a bound on memory. */
  values: number
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Reads the string whose opening quote is at the cursor. */
export function readString(cursor: JsonCursor): string {
  const { text } = cursor
  let position = cursor.position + 1
  let start = position
  let value = ''
  for (;;) {
    const code = text.charCodeAt(position)
    if (code === 0x22) {
      cursor.position = position + 1
      return value === '' ? text.slice(start, position) : value + text.slice(start, position)
    }
    if (code === 0x5c) {
      value += text.slice(start, position)
      const escape = text[position + 1]
      if (escape === 'u') {
        value += String.fromCharCode(readCodeUnit(text, position + 2))
        position += 6
      } else {
        const character = escape === undefined ? undefined : SHORT_ESCAPES[escape]
        if (character === undefined) throw failure(text, position + 1, 'expected an escape')
        value += character
        position += 2
      }
      start = position
      continue
    }
    // Written this way round, the end of the text (NaN) fails too.
    if (!(code >= 0x20)) throw failure(text, position, "expected '\"' to end the string")
    position += 1
  }
}

function readCodeUnit(text: string, start: number): number {
  let unit = 0
  for (let position = start; position < start + 4; position += 1) {
    const digit = hexDigit(text.charCodeAt(position))
    if (digit === -1) throw failure(text, position, 'expected a hexadecimal digit')
    unit = unit * 16 + digit
  }
  return unit
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

function failure(text: string, offset: number, expected: string): Error {
  const found = describeCharacter(text, offset)
  return invalidJsonText(text, offset, `${expected}, found ${found}`)
}
