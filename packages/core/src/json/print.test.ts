import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse.ts'
import { printJson } from './print.ts'

test('the default is compact and keeps numbers, order and duplicates', () => {
  const text = '{"b":1.0,"1":[1e-7,{}],"b":12345678901234567890,"c":[]}'

  expect(printJson(parseJson(text))).toBe(text)
})

test('indentation leaves empty arrays and objects on one line', () => {
  const node = parseJson('{"a":[1,{"b":[]}],"c":{}}')

  expect(printJson(node, { indent: '  ', colon: ': ' })).toBe(
    ['{', '  "a": [', '    1,', '    {', '      "b": []', '    }', '  ],', '  "c": {}', '}'].join(
      '\n',
    ),
  )
})

test('commas, colons, padding, fill and outer white space are as asked', () => {
  const node = parseJson('{"a":[1,2],"b":{},"c":[]}')

  const text = printJson(node, {
    comma: ', ',
    colon: ' : ',
    padding: ' ',
    fill: '   ',
    before: '\n',
    after: '\n\n',
  })

  expect(text).toBe('\n{ "a" : [ 1, 2 ], "b" : {}, "c" : []    }\n\n')
})

test.each([
  ['minimal', String.raw`"\u001f\b/<&é😀` + '\u007f\u2028' + String.raw`\ud800"`],
  ['ascii', String.raw`"\u001f\b/<&\u00e9\ud83d\ude00\u007f\u2028\ud800"`],
  ['html', String.raw`"\u001f\b/\u003c\u0026é😀` + '\u007f' + String.raw`\u2028\ud800"`],
  ['protobuf', String.raw`"\u001f\b/\u003c&é😀\u007f\u2028\ud800"`],
  ['slash', String.raw`"\u001f\b\/<&\u00e9\ud83d\ude00` + '\u007f' + String.raw`\u2028\ud800"`],
] as const)('the escape setting %s spells strings and keys', (escape, expected) => {
  const value = '\u001f\b/<&é😀\u007f\u2028\ud800'
  const node = parseJson(JSON.stringify({ [value]: value }))

  expect(printJson(node, { escape })).toBe(`{${expected}:${expected}}`)
})

test('protobuf escapes invisible characters beyond the basic plane as pairs', () => {
  const node = parseJson('"\u{e0041}\u{1d173}\u{1d17b}"')

  expect(printJson(node, { escape: 'protobuf' })).toBe(
    String.raw`"\udb40\udc41\ud834\udd73` + '\u{1d17b}"',
  )
})

test('inline nodes are printed on one line without blanks', () => {
  const node = parseJson(
    '{"version":1,"frames":[{"at":0,"data":[1,{"x":"é"}]},{"at":5,"data":[]}]}',
  )
  const inline = (candidate: typeof node): boolean =>
    candidate.kind === 'object' && candidate.members[0]?.key === 'at'

  const text = printJson(node, { indent: '  ', colon: ': ', comma: ',', escape: 'ascii', inline })

  expect(text).toBe(
    [
      '{',
      '  "version": 1,',
      '  "frames": [',
      String.raw`    {"at":0,"data":[1,{"x":"\u00e9"}]},`,
      '    {"at":5,"data":[]}',
      '  ]',
      '}',
    ].join('\n'),
  )
})

test('printing is as JSON.stringify does it, with every indentation', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
      const value: unknown = JSON.parse(json)
      const node = parseJson(JSON.stringify(value))

      expect(printJson(node)).toBe(JSON.stringify(value))
      for (const indent of ['  ', '    ', '\t'] as const) {
        expect(printJson(node, { indent, colon: ': ' })).toBe(JSON.stringify(value, null, indent))
      }
    }),
  )
})
