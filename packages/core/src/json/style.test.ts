import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse.ts'
import { printJson } from './print.ts'
import { detectJsonStyle } from './style.ts'
import type { JsonStyle } from './style.ts'

function styleOf(text: string): JsonStyle | undefined {
  return detectJsonStyle(text, parseJson(text))
}

test.each([
  ['{"a":[1,2],"b":{}}', {}],
  ['1.0', {}],
  ['"a, b: c"', {}],
  ['{}', {}],
  ['{"a, b":[": ",1]}', {}],
  ['{\n  "a": [\n    1,\n    2\n  ]\n}\n', { indent: '  ', colon: ': ', after: '\n' }],
  ['[\n\t1,\n\t2\n]', { indent: '\t' }],
  ['[\n    {}\n]', { indent: '    ' }],
  ['{"a": [1, 2]}', { comma: ', ', colon: ': ' }],
  ['{ "a": [ 1, 2 ] }', { comma: ', ', colon: ': ', padding: ' ' }],
  ['{"a" : 1}', { colon: ' : ' }],
  ['\n\n   \n{"a":1}', { before: '\n\n   \n' }],
  [' null\r\n', { before: ' ', after: '\r\n' }],
  ['{"a":1      }', { fill: '      ' }],
  ['{   }', { fill: '   ' }],
  [String.raw`["\u00e9"]`, { escape: 'ascii' }],
  [String.raw`["\ud83d\ude00"]`, { escape: 'ascii' }],
  [String.raw`["é\u003c\u0026"]`, { escape: 'html' }],
  [String.raw`["&\u003c\u200b"]`, { escape: 'protobuf' }],
  [String.raw`["a\/b\u00e9"]`, { escape: 'slash' }],
  [String.raw`["\u001f\\u00e9\\/"]`, {}],
] as const)('%j has its style', (text, style) => {
  expect(styleOf(text)).toEqual(style)
})

test.each([
  '{"a": 1,"b":2}',
  '[1, 2,3]',
  '[[ ]]',
  '[\n   1\n]',
  '[\n  1, 2\n]',
  '{\r\n  "a": 1\r\n}',
  String.raw`["\u00E9"]`,
  String.raw`["\u0041"]`,
  String.raw`["é\u00e9"]`,
  String.raw`["a\/b", "/"]`,
  '["\ud800"]',
])('%j has no style', (text) => {
  expect(styleOf(text)).toBeUndefined()
})

test('a search over many strings takes linear time', () => {
  const text = JSON.stringify([...Array.from({ length: 200_000 }, () => ''), { a: 1 }])

  expect(styleOf(text)).toEqual({})
})

test('the style of a printed text prints it again', () => {
  const blanks = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r') })
  const styles: fc.Arbitrary<JsonStyle> = fc.record({
    indent: fc.constantFrom('', '  ', '    ', '\t'),
    comma: fc.constantFrom(',', ', '),
    colon: fc.constantFrom(':', ': ', ' : '),
    padding: fc.constantFrom('', ' '),
    escape: fc.constantFrom('minimal', 'ascii', 'html', 'protobuf', 'slash'),
    fill: fc.string({ unit: fc.constantFrom(' ') }),
    before: blanks,
    after: blanks,
  })
  const strings = fc.oneof(
    fc.string({
      unit: fc.constantFrom('<', '>', '&', '/', '\\', '"', '\u007f', 'é', '\u200b', '😀'),
    }),
    fc.string({ unit: 'binary' }),
  )
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(strings, fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(strings, tie('value'), { maxKeys: 4 }),
    ),
  })).value

  fc.assert(
    fc.property(values, styles, (value, style) => {
      const node = parseJson(JSON.stringify(value))
      const text = printJson(node, style)

      const detected = detectJsonStyle(text, node)

      expect(detected).toBeDefined()
      expect(printJson(node, detected)).toBe(text)
    }),
    { numRuns: 2000 },
  )
})
