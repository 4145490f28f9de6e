import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse.ts'
import { printJson } from './print.ts'
import { equalsValue, fromValue, mergeValue, toValue } from './value.ts'

function merged(text: string, edit: (value: never) => unknown): string {
  const node = parseJson(text)
  return printJson(mergeValue(node, edit(toValue(node) as never)))
}

test('toValue gives __proto__ as an own member and the last duplicate', () => {
  const value = toValue(parseJson('{"__proto__":{"a":1},"b":1,"b":2}')) as object

  expect(Object.keys(value)).toEqual(['__proto__', 'b'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1},"b":2}')
})

test('fromValue keeps what JSON.stringify keeps', () => {
  const value = {
    skipped: undefined,
    alsoSkipped: () => 1,
    symbol: Symbol('s'),
    date: new Date(0),
    wrapped: [Object(1), Object('s'), Object(false)],
    numbers: [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e21, 1e-7],
    holes: [undefined, () => 1, Array.from({ length: 1 })],
    map: new Map([[1, 2]]),
    nested: { toJSON: (key: string): unknown => ({ key, kept: true, dropped: undefined }) },
  }

  expect(printJson(fromValue(value))).toBe(JSON.stringify(value))
})

test('fromValue writes a bigint as a number and undefined as null', () => {
  expect(printJson(fromValue([12345678901234567890n, Object(1n)]))).toBe('[12345678901234567890,1]')
  expect(fromValue(undefined)).toEqual({ kind: 'literal', value: null })
})

test('a value that holds itself, or too many levels, is an error', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = [cyclic]
  const endless = { toJSON: () => ({ endless }) }
  const shared = { a: 1 }

  expect(() => fromValue(cyclic)).toThrow(
    "WT_JSON_INVALID: the value can't be written as JSON: it holds itself\n" +
      '→ Pass plain data: objects, arrays, strings, numbers, booleans and null, without cycles.',
  )
  expect(() => fromValue(endless)).toThrow('nested deeper than 512 levels')
  expect(() => mergeValue(parseJson('{"self":[{"self":1}]}'), cyclic)).toThrow('it holds itself')
  expect(printJson(fromValue([shared, shared]))).toBe('[{"a":1},{"a":1}]')
})

test.each([
  ['1.0', 1, true],
  ['-0.0', 0, true],
  ['12345678901234567890', 12345678901234567890n, true],
  ['12345678901234567890', 12345678901234567168n, false],
  ['"1"', 1, false],
  ['null', undefined, false],
  ['{"a":1,"b":[2]}', { b: [2], a: 1 }, true],
  ['{"a":1,"a":2}', { a: 2 }, true],
  ['{"a":1,"a":2}', { a: 1 }, false],
  ['{"a":1}', { a: 1, b: undefined }, true],
  ['{"a":1}', { a: 1, b: null }, false],
  ['{"a":1,"b":2}', { a: 1 }, false],
  ['{"toString":1}', {}, false],
  ['{}', [], false],
  ['[]', {}, false],
  ['[1,2]', [1], false],
  ['[null]', [undefined], true],
  ['"1970-01-01T00:00:00.000Z"', new Date(0), true],
])('equalsValue of %s and %o is %s', (text, value, expected) => {
  expect(equalsValue(parseJson(text), value)).toBe(expected)
})

test('mergeValue keeps the spelling of what is unchanged', () => {
  const text = '{"b":1.0,"2":{"x":1e400,"y":-0.0},"1":[1.50,2.0]}'

  expect(merged(text, (value: object) => ({ ...value, 1: [1.5, 3], c: 4 }))).toBe(
    '{"b":1.0,"2":{"x":1e400,"y":-0.0},"1":[1.50,3],"c":4}',
  )
})

test('mergeValue drops removed members and changes kinds', () => {
  expect(
    merged('{"a":1.0,"b":2.0,"c":3.0}', ({ a, c }: { a: number; c: number }) => ({
      c: { was: c },
      a,
    })),
  ).toBe('{"a":1.0,"c":{"was":3}}')
  expect(merged('{"a":1}', () => undefined)).toBe('null')
})

test('mergeValue keeps duplicates until their key is edited', () => {
  const text = '{"a":1.0,"b":2.0,"a":3.0}'

  expect(merged(text, (value: object) => ({ ...value, b: 5 }))).toBe('{"a":1.0,"b":5,"a":3.0}')
  expect(merged(text, (value: object) => ({ ...value, a: 5 }))).toBe('{"b":2.0,"a":5}')
  expect(merged(text, ({ b }: { b: number }) => ({ b }))).toBe('{"b":2.0}')
})

test('mergeValue follows items that moved because others came or went', () => {
  const text = '[1.0,2.0,{"x":3.0},4.0]'

  expect(merged(text, (items: unknown[]) => [0, ...items])).toBe('[0,1.0,2.0,{"x":3.0},4.0]')
  expect(merged(text, (items: unknown[]) => items.slice(1))).toBe('[2.0,{"x":3.0},4.0]')
  expect(merged(text, (items: unknown[]) => items.toSpliced(1, 1))).toBe('[1.0,{"x":3.0},4.0]')
  expect(merged(text, (items: unknown[]) => [...items, 5])).toBe('[1.0,2.0,{"x":3.0},4.0,5]')
  expect(merged(text, () => [])).toBe('[]')
})

test('fromValue prints as JSON.stringify', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withBoxedValues: true }), (value) => {
      fc.pre(isPrintable(value))

      expect(printJson(fromValue(value))).toBe(JSON.stringify(value) ?? 'null')
    }),
    { numRuns: 500 },
  )
})

test('a node equals its own value and merging it changes nothing', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const node = parseJson(json)

      expect(equalsValue(node, toValue(node))).toBe(true)
      expect(mergeValue(node, toValue(node))).toBe(node)
    }),
  )
})

test('a merged node has the value that was merged', () => {
  const value = fc.jsonValue()
  fc.assert(
    fc.property(value, value, fc.nat(), (before, after, cut) => {
      const target = Array.isArray(before) ? before.toSpliced(cut % 3, 1) : after
      const node = mergeValue(parseJson(JSON.stringify(before)), target)

      expect(toValue(node)).toEqual(JSON.parse(JSON.stringify(target)))
      expect(equalsValue(node, target)).toBe(true)
    }),
  )
})

function isPrintable(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}
