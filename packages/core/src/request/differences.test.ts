import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../json/parse.ts'
import { fromValue } from '../json/value.ts'
import { canonicalJson } from './canonical-json.ts'
import { type Difference, differences } from './differences.ts'

function compare(recorded: string, asked: string, limit = 50): Difference[] {
  return differences(parseJson(recorded), parseJson(asked), limit)
}

test('a difference is named by its path, as deep as it goes', () => {
  const found = compare(
    '{"body":{"messages":[{"role":"user","content":"a"}]}}',
    '{"body":{"messages":[{"role":"user","content":"b"}]}}',
  )

  expect(found).toEqual([{ path: 'body.messages[0].content', recorded: '"a"', asked: '"b"' }])
})

test('what is absent on one side has no value there, and null has one', () => {
  expect(compare('{"a":1,"b":null}', '{"b":2,"c":{"d":[]}}')).toEqual([
    { path: 'b', recorded: 'null', asked: '2' },
    { path: 'c', recorded: undefined, asked: '{"d":[]}' },
    { path: 'a', recorded: '1', asked: undefined },
  ])
})

test('an array that grew or shrank differs at the indexes that one side lacks', () => {
  expect(compare('[1]', '[1,2,3]')).toEqual([
    { path: '[1]', recorded: undefined, asked: '2' },
    { path: '[2]', recorded: undefined, asked: '3' },
  ])
  expect(compare('{"a":[1,[2]]}', '{"a":[1,[]]}')).toEqual([
    { path: 'a[1][0]', recorded: '2', asked: undefined },
  ])
})

test('an item put in, or taken out, in between is one difference', () => {
  expect(compare('["a","b","c"]', '["a","x","b","c"]')).toEqual([
    { path: '[1]', recorded: undefined, asked: '"x"' },
  ])
  expect(compare('["a","b","c"]', '["c"]')).toEqual([
    { path: '[0]', recorded: '"a"', asked: undefined },
    { path: '[1]', recorded: '"b"', asked: undefined },
  ])
  expect(compare('["a","a"]', '["a","a","a"]')).toEqual([
    { path: '[2]', recorded: undefined, asked: '"a"' },
  ])
  expect(compare('[{"n":1},2,[1.0]]', '[{"n":3},2,4,[1]]')).toEqual([
    { path: '[0].n', recorded: '1', asked: '3' },
    { path: '[2]', recorded: undefined, asked: '4' },
  ])
})

test.each([
  ['a.b', '["a.b"]'],
  ['', '[""]'],
  ['0', '["0"]'],
  ['say "hi"', '["say \\"hi\\""]'],
  ['tab\t', '["tab\\t"]'],
  ['größe', '["größe"]'],
  ['[0]', '["[0]"]'],
  ['x-y_$1', 'x-y_$1'],
])('the key %j is written %s', (key, path) => {
  const found = differences(fromValue({ [key]: 1 }), fromValue({ [key]: 2 }), 5)

  expect(found).toEqual([{ path, recorded: '1', asked: '2' }])
})

test('an odd key below another joins without a dot', () => {
  expect(compare('{"a":{"b c":{"d":1}}}', '{"a":{"b c":{"d":2}}}')).toEqual([
    { path: 'a["b c"].d', recorded: '1', asked: '2' },
  ])
})

test('another kind of value differs as a whole', () => {
  expect(compare('{"a":[1]}', '{"a":{"0":1}}')).toEqual([
    { path: 'a', recorded: '[1]', asked: '{"0":1}' },
  ])
  expect(compare('1', '"1"')).toEqual([{ path: '', recorded: '1', asked: '"1"' }])
})

test('spelling of numbers, order of members and overwritten duplicates are no difference', () => {
  expect(compare('{"a":1.0,"b":"\\u0061"}', '{"b":"a","a":9,"a":10e-1}')).toEqual([])
})

test('no more are found than asked for, in the order of the request', () => {
  const found = compare('{"c":0,"b":0,"a":0}', '{"b":1,"c":1,"a":1}', 2)

  expect(found.map(({ path }) => path)).toEqual(['b', 'c'])
  expect(compare('[1,2]', '[3,4]', 0)).toEqual([])
})

test('there is a difference exactly where the canonical forms differ', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const [recorded, asked] = [fromValue(left), fromValue(right)]
      const found = differences(recorded, asked, 50)

      expect(found.length > 0).toBe(canonicalJson(recorded) !== canonicalJson(asked))
      expect(differences(recorded, recorded, 50)).toEqual([])
    }),
  )
})
