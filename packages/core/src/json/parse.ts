import { WiretapeError } from '../errors/wiretape-error.ts'
import { FALSE, NULL, TRUE } from './access.ts'
import { describeCharacter, invalidJsonText } from './invalid-json.ts'
import { BODY_MAX_DEPTH, DEFAULT_MAX_DEPTH, LONGEST_NUMBER, MOST_VALUES } from './limits.ts'
import { readString } from './parse-string.ts'
import type { JsonMember, JsonNode } from './node.ts'
import type { JsonCursor } from './parse-string.ts'

export interface JsonLimits {
  /**
   * How deep arrays and objects may nest. Each level takes call stack, so keep it under a few thousand.
   *
   * @defaultValue 512
   */
  readonly maxDepth?: number | undefined
}

/**
 * Reads one JSON document (RFC 8259), exactly what `JSON.parse` takes, and loses nothing of it but white space and the
 * spelling of strings. Strings of the result may share memory with the text.
 *
 * @throws WT_JSON_INVALID, with `line`, `column`, `offset` (in UTF-16 code units) and `reason` as details, when the text
 * isn't JSON, nests too deep, holds more than 2,000,000 values, or a number of more than 4,300 characters.
 */
export function parseJson(text: string, limits?: JsonLimits): JsonNode {
  const maxDepth = limits?.maxDepth ?? DEFAULT_MAX_DEPTH
  const cursor: JsonCursor = { text, maxDepth, position: 0, values: 0 }
  const node = readNode(cursor, skipBlanks(cursor), 0)
  skipBlanks(cursor)
  if (cursor.position < text.length) {
    throw failure(cursor, 'expected the end of the text')
  }
  return node
}

/** A body as JSON; undefined where {@link parseJson} throws WT_JSON_INVALID, or it nests deeper than 480 levels. */
export function tryParseJson(text: string): JsonNode | undefined {
  try {
    return parseJson(text, { maxDepth: BODY_MAX_DEPTH })
  } catch (error) {
    if (WiretapeError.is(error)) return undefined
    throw error
  }
}

function failure(cursor: JsonCursor, expected: string): WiretapeError {
  const found = describeCharacter(cursor.text, cursor.position)
  return invalidJsonText(cursor.text, cursor.position, `${expected}, found ${found}`)
}

/** The code of the next character that isn't white space; 0 at the end, which no document may hold either. */
function skipBlanks(cursor: JsonCursor): number {
  const { text } = cursor
  const { length } = text
  let position = cursor.position
  let code = 0
  while (position < length) {
    code = text.charCodeAt(position)
    if (code > 0x20 || (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) break
    code = 0
    position += 1
  }
  cursor.position = position
  return code
}

function readNode(cursor: JsonCursor, code: number, depth: number): JsonNode {
  cursor.values += 1
  if (cursor.values > MOST_VALUES) {
    throw invalidJsonText(cursor.text, cursor.position, `more than ${MOST_VALUES} values`)
  }
  switch (code) {
    case 0x22: // "
      return { kind: 'string', value: readString(cursor) }
    case 0x7b: // {
      return readObject(cursor, depth + 1)
    case 0x5b: // [
      return readArray(cursor, depth + 1)
    case 0x74: // t
      return readWord(cursor, 'true', TRUE)
    case 0x66: // f
      return readWord(cursor, 'false', FALSE)
    case 0x6e: // n
      return readWord(cursor, 'null', NULL)
    default:
      if (code === 0x2d || isDigit(code)) return readNumber(cursor)
      throw failure(cursor, 'expected a value')
  }
}

function enter(cursor: JsonCursor, depth: number): void {
  if (depth > cursor.maxDepth) {
    const reason = `nested deeper than ${cursor.maxDepth} levels`
    throw invalidJsonText(cursor.text, cursor.position, reason)
  }
  cursor.position += 1
}

function readObject(cursor: JsonCursor, depth: number): JsonNode {
  enter(cursor, depth)
  const members: JsonMember[] = []
  let code = skipBlanks(cursor)
  if (code === 0x7d) {
    cursor.position += 1
    return { kind: 'object', members }
  }
  for (;;) {
    if (code !== 0x22) {
      throw failure(cursor, members.length === 0 ? "expected a key or '}'" : 'expected a key')
    }
    const key = readString(cursor)
    if (skipBlanks(cursor) !== 0x3a) throw failure(cursor, "expected ':'")
    cursor.position += 1
    members.push({ key, value: readNode(cursor, skipBlanks(cursor), depth) })
    code = skipBlanks(cursor)
    if (code !== 0x2c && code !== 0x7d) throw failure(cursor, "expected ',' or '}'")
    cursor.position += 1
    if (code === 0x7d) return { kind: 'object', members }
    code = skipBlanks(cursor)
  }
}

function readArray(cursor: JsonCursor, depth: number): JsonNode {
  enter(cursor, depth)
  const items: JsonNode[] = []
  let code = skipBlanks(cursor)
  if (code === 0x5d) {
    cursor.position += 1
    return { kind: 'array', items }
  }
  for (;;) {
    items.push(readNode(cursor, code, depth))
    code = skipBlanks(cursor)
    if (code !== 0x2c && code !== 0x5d) throw failure(cursor, "expected ',' or ']'")
    cursor.position += 1
    if (code === 0x5d) return { kind: 'array', items }
    code = skipBlanks(cursor)
  }
}

function readWord(cursor: JsonCursor, word: string, node: JsonNode): JsonNode {
  if (!cursor.text.startsWith(word, cursor.position)) throw failure(cursor, 'expected a value')
  cursor.position += word.length
  return node
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function readNumber(cursor: JsonCursor): JsonNode {
  const { text, position: start } = cursor
  if (text.charCodeAt(start) === 0x2d) cursor.position += 1
  if (text.charCodeAt(cursor.position) === 0x30) cursor.position += 1
  else skipDigits(cursor)
  if (text.charCodeAt(cursor.position) === 0x2e) {
    cursor.position += 1
    skipDigits(cursor)
  }
  if ((text.charCodeAt(cursor.position) | 0x20) === 0x65) {
    cursor.position += 1
    const sign = text.charCodeAt(cursor.position)
    if (sign === 0x2b || sign === 0x2d) cursor.position += 1
    skipDigits(cursor)
  }
  if (cursor.position - start > LONGEST_NUMBER) {
    throw invalidJsonText(text, start, `a number of more than ${LONGEST_NUMBER} characters`)
  }
  return { kind: 'number', text: text.slice(start, cursor.position) }
}

function skipDigits(cursor: JsonCursor): void {
  const { text } = cursor
  let position = cursor.position
  while (isDigit(text.charCodeAt(position))) position += 1
  if (position === cursor.position) throw failure(cursor, 'expected a digit')
  cursor.position = position
}
