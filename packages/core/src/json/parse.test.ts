import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { parseJson, tryParseJson } from './parse.ts'
import { toValue } from './value.ts'

function failureOf(text: string, maxDepth?: number): WiretapeError {
  try {
    parseJson(text, { maxDepth })
  } catch (error) {
    if (WiretapeError.is(error)) return error
    throw error
  }
  throw new Error(`parsed: ${text}`)
}

function oneOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...characters.split(''))
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

function accepts(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const editedJson: fc.Arbitrary<string> = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.nat(3),
    fc.oneof(oneOf('{}[]",:\\u0123-+.eE \n\t\u0000\u00a0\ufefftruefalsnx'), fc.string()),
  )
  .map(([json, place, removed, added]) => {
    const at = place % (json.length + 1)
    return json.slice(0, at) + added + json.slice(at + removed)
  })

test('numbers keep their spelling', () => {
  const text = '[1.0,1e-7,12345678901234567890,-0.0,1E+2,1e400]'

  const node = parseJson(text)

  expect(node).toEqual({
    kind: 'array',
    items: ['1.0', '1e-7', '12345678901234567890', '-0.0', '1E+2', '1e400'].map((spelling) => ({
      kind: 'number',
      text: spelling,
    })),
  })
})

test('members keep their order, their duplicates and awkward keys', () => {
  const node = parseJson('{"b":1,"2":true,"1":null,"b":"x","__proto__":{}}')

  expect(node).toEqual({
    kind: 'object',
    members: [
      { key: 'b', value: { kind: 'number', text: '1' } },
      { key: '2', value: { kind: 'literal', value: true } },
      { key: '1', value: { kind: 'literal', value: null } },
      { key: 'b', value: { kind: 'string', value: 'x' } },
      { key: '__proto__', value: { kind: 'object', members: [] } },
    ],
  })
})

test('strings are read by their code units', () => {
  const node = parseJson(String.raw` "a\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00\ud800" `)

  expect(node).toEqual({ kind: 'string', value: 'a"\\/\b\f\n\r\té😀\ud800' })
})

test('an error names the line, the column and what was expected', () => {
  const error = failureOf('{\n  "a": 1,\n  "b" x\n}')

  expect(error.message).toBe(
    "WT_JSON_INVALID: line 3, column 7: expected ':', found 'x'\n" +
      '→ Correct the text at that place; it must be one whole JSON document (RFC 8259).',
  )
  expect(error.details).toEqual({
    line: 3,
    column: 7,
    offset: 18,
    reason: "expected ':', found 'x'",
  })
})

test.each([
  ['', 'expected a value, found the end of the text'],
  ['\ufeff1', 'expected a value, found U+FEFF'],
  ['\u0000', 'expected a value, found U+0000'],
  ['nul', "expected a value, found 'n'"],
  ['[1 2]', "expected ',' or ']', found '2'"],
  ['[1,]', "expected a value, found ']'"],
  ['{"a":1,}', "expected a key, found '}'"],
  ['{a:1}', "expected a key or '}', found 'a'"],
  ["{'a':1}", `expected a key or '}', found "'"`],
  ['{"a":1 "b"}', `expected ',' or '}', found '"'`],
  ['01', "expected the end of the text, found '1'"],
  ['-', 'expected a digit, found the end of the text'],
  ['1.', 'expected a digit, found the end of the text'],
  ['1e+x', "expected a digit, found 'x'"],
  ['+1', "expected a value, found '+'"],
  ['"a', `expected '"' to end the string, found the end of the text`],
  ['"a\nb"', `expected '"' to end the string, found U+000A`],
  [String.raw`"\x"`, "expected an escape, found 'x'"],
  [String.raw`"\u12g4"`, "expected a hexadecimal digit, found 'g'"],
  ['[😀]', "expected a value, found '😀'"],
])('the error of %j says why', (text, reason) => {
  const error = failureOf(text)

  expect(error.code).toBe('WT_JSON_INVALID')
  expect(error.details['reason']).toBe(reason)
})

test('nesting is limited, by default to 512 levels', () => {
  expect(parseJson(nested(512)).kind).toBe('array')
  expect(failureOf(nested(513)).details).toEqual({
    line: 1,
    column: 513,
    offset: 512,
    reason: 'nested deeper than 512 levels',
  })
  expect(failureOf('{"a":[1]}', 1).details['reason']).toBe('nested deeper than 1 levels')
  expect(tryParseJson('['.repeat(1_000_000))).toBeUndefined()
})

test('tryParseJson gives undefined for what is not JSON', () => {
  expect(tryParseJson('[DONE]')).toBeUndefined()
  expect(tryParseJson('true')).toEqual({ kind: 'literal', value: true })
})

test('any text is taken exactly if JSON.parse takes it', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: oneOf('[]{}",:-+.0123eE\\utrfalsn \n') }),
    editedJson,
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(tryParseJson(text) !== undefined).toBe(accepts(text))
    }),
    { numRuns: 5000 },
  )
})

test('a parsed text has the value that JSON.parse gives', () => {
  const texts = fc.oneof(fc.json(), editedJson.filter(accepts))
  fc.assert(
    fc.property(texts, (text) => {
      expect(toValue(parseJson(text))).toStrictEqual(JSON.parse(text))
    }),
    { numRuns: 500 },
  )
})
