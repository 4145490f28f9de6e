import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalNodes } from './equal-nodes.ts'
import { parseJson } from './parse.ts'
import { printJson } from './print.ts'
import { fromValue } from './value.ts'

test.each([
  ['1', '1.0'],
  ['0', '-0'],
  ['1', '"1"'],
  ['null', 'false'],
  ['null', '"null"'],
  ['[]', '{}'],
  ['[1]', '[1,2]'],
  ['[1,2]', '[2,1]'],
  ['{"a":1}', '{"a":1,"b":2}'],
  ['{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['{"a":1}', '{"a":1,"a":1}'],
  ['{"a":1}', '{"b":1}'],
])('%s and %s are two documents', (left, right) => {
  expect(equalNodes(parseJson(left), parseJson(right))).toBe(false)
  expect(equalNodes(parseJson(right), parseJson(left))).toBe(false)
})

test('white space and escapes are no difference', () => {
  expect(equalNodes(parseJson(String.raw`{ "\u0061" : [ 1e5 ] }`), parseJson('{"a":[1e5]}'))).toBe(
    true,
  )
})

test('two documents are equal exactly if they print alike', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const [one, other] = [fromValue(left), fromValue(right)]

      expect(equalNodes(one, fromValue(left))).toBe(true)
      expect(equalNodes(one, other)).toBe(printJson(one) === printJson(other))
    }),
  )
})
