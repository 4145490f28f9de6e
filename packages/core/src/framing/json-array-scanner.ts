import { type FrameScanner, NEVER, NOT_YET } from './frame-splitter.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPENING_BRACKET = 0x5b
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

type State =
  | 'before-array'
  | 'before-first'
  | 'before-element'
  | 'in-text'
  | 'in-scalar'
  | 'after-element'
  | 'after-array'

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/**
 * Ends a frame with each element of one array, and with its closing bracket. Objects, arrays and strings end with their
 * last byte, so they never wait; numbers and literals end only at the byte after them. Looks at nothing but nesting and
 * strings: whether an element is JSON is for `decode`.
 */
export function createJsonArrayScanner(): FrameScanner {
  let state: State = 'before-array'
  let depth = 0
  let isInString = false
  let isEscaped = false

  /** True where this byte ends an object, array or string that is an element. */
  function endsText(byte: number): boolean {
    if (isInString) {
      if (isEscaped) isEscaped = false
      else if (byte === BACKSLASH) isEscaped = true
      else if (byte === QUOTE) isInString = false
      return !isInString && depth === 0
    }
    if (byte === QUOTE) isInString = true
    else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth += 1
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth -= 1
    return !isInString && depth === 0
  }

  function begin(byte: number): State | undefined {
    if (byte === COMMA || byte === CLOSING_BRACKET || byte === CLOSING_BRACE) return undefined
    if (byte !== QUOTE && byte !== OPENING_BRACE && byte !== OPENING_BRACKET) return 'in-scalar'
    endsText(byte)
    return 'in-text'
  }

  return {
    findEnd(read, from) {
      for (let index = from; index < read.length; index += 1) {
        const byte = read[index] ?? 0
        if (state === 'in-text') {
          if (!endsText(byte)) continue
          state = 'after-element'
          return index + 1
        }
        if (state === 'in-scalar') {
          if (byte !== COMMA && byte !== CLOSING_BRACKET && !isSpace(byte)) continue
          state = 'after-element'
          return index
        }
        if (isSpace(byte)) continue
        if (byte === CLOSING_BRACKET && (state === 'before-first' || state === 'after-element')) {
          state = 'after-array'
          return index + 1
        }
        let next: State | undefined
        if (state === 'before-array' && byte === OPENING_BRACKET) next = 'before-first'
        else if (state === 'after-element' && byte === COMMA) next = 'before-element'
        else if (state === 'before-first' || state === 'before-element') next = begin(byte)
        if (next === undefined) return NEVER
        state = next
      }
      return NOT_YET
    },
    isWhole: () => state === 'after-array',
  }
}
