import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { string } from './access.ts'
import { parseJson } from './parse.ts'
import { compilePaths, REMOVED, rewritePaths } from './paths.ts'
import { printJson } from './print.ts'
import { fromValue } from './value.ts'

/** The texts that a pattern's visitor sees. */
function visited(text: string, ...patterns: readonly string[]): string[] {
  const seen: string[] = []
  const table = compilePaths(patterns.map((path) => ({ path })))
  rewritePaths(parseJson(text), table, (node, { path }) => {
    seen.push(`${path}=${printJson(node)}`)
    return node
  })
  return seen
}

function rewritten(text: string, path: string): string {
  const table = compilePaths([{ path }])
  return printJson(rewritePaths(parseJson(text), table, () => string('x')))
}

function remove(text: string, path: string): string {
  return printJson(rewritePaths(parseJson(text), compilePaths([{ path }]), () => REMOVED))
}

test('a path names one member at one depth', () => {
  expect(visited('{"id":"a","b":{"id":"c"}}', 'id')).toEqual(['id="a"'])
  expect(visited('{"id":"a","b":{"id":"c"}}', 'b.id')).toEqual(['b.id="c"'])
})

test('[] is every item of an array, and of nothing else', () => {
  expect(visited('{"a":[{"b":1},{"c":2},{"b":3}]}', 'a[].b')).toEqual(['a[].b=1', 'a[].b=3'])
  expect(visited('{"a":{"0":{"b":1}}}', 'a[].b')).toEqual([])
  expect(visited('[[1,2],[3]]', '[][]')).toEqual(['[][]=1', '[][]=2', '[][]=3'])
})

test('* is every member of an object, and of no array', () => {
  expect(visited('{"a":{"x":1,"y":2}}', 'a.*')).toEqual(['a.*=1', 'a.*=2'])
  expect(visited('{"a":[1,2]}', 'a.*')).toEqual([])
})

test('** is any depth, none included, through objects and arrays', () => {
  expect(visited('{"id":1,"a":[{"id":2},{"b":{"id":3}}]}', '**.id')).toEqual([
    '**.id=1',
    '**.id=2',
    '**.id=3',
  ])
  expect(visited('{"a":{"id":1},"id":2}', 'a.**.id')).toEqual(['a.**.id=1'])
})

test('a name that occurs below itself is visited at every depth, children first', () => {
  expect(visited('{"a":{"a":1}}', '**.a')).toEqual(['**.a=1', '**.a={"a":1}'])
})

test('every occurrence of a repeated key is visited', () => {
  expect(visited('{"a":1,"a":2}', 'a')).toEqual(['a=1', 'a=2'])
})

test('one walk serves all patterns, in the order of the text', () => {
  expect(visited('{"b":[{"id":1}],"a":2}', 'a', 'b[].id', 'c')).toEqual(['b[].id=1', 'a=2'])
})

test('two patterns that meet see what the other made of it', () => {
  const table = compilePaths([{ path: 'a' }, { path: '*' }])
  const node = rewritePaths(parseJson('{"a":"1"}'), table, (part, { path }) =>
    part.kind === 'string' ? string(`${part.value}${path}`) : part,
  )

  expect(printJson(node)).toBe('{"a":"1a*"}')
})

test('what is rewritten keeps its place among its neighbours, spelling and all', () => {
  expect(rewritten('{"n":1.0,"a":[{"id":"y"},2],"a":3e0}', 'a[].id')).toBe(
    '{"n":1.0,"a":[{"id":"x"},2],"a":3e0}',
  )
})

test('REMOVED takes a member out, and leaves items and the document', () => {
  expect(remove('{"a":1,"b":{"c":2,"d":3}}', 'b.c')).toBe('{"a":1,"b":{"d":3}}')
  expect(remove('{"a":1,"a":2}', 'a')).toBe('{}')
  expect(remove('[1,2]', '[]')).toBe('[1,2]')
  expect(remove('{"a":1}', '')).toBe('{"a":1}')
})

test('the empty path is the document itself', () => {
  expect(rewritten('{"a":1}', '')).toBe('"x"')
})

test('__proto__ is only a key', () => {
  expect(visited('{"__proto__":{"id":1}}', '__proto__.id', 'id')).toEqual(['__proto__.id=1'])
})

test('a document in which nothing changes stays the same node', () => {
  const pattern = fc.constantFrom('a', '*', '**', '**.a', 'a[].b', '[]', '[][]', '*.*', 'a.**.b')
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(pattern, { maxLength: 4 }), (value, paths) => {
      const node = fromValue(value)

      expect(
        rewritePaths(node, compilePaths(paths.map((path) => ({ path }))), (part) => part),
      ).toBe(node)
    }),
  )
})

test('** visits every node exactly once', () => {
  const count = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? Object.values(value).reduce((sum: number, part) => sum + count(part), 1)
      : 1
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(visited(JSON.stringify(value), '**')).toHaveLength(count(value))
    }),
  )
})
