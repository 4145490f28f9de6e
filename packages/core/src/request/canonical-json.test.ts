import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonNode } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { fromValue } from '../json/value.ts'
import { canonicalJson, canonicalNumber, sha256 } from './canonical-json.ts'

function canonical(text: string): string {
  return canonicalJson(parseJson(text))
}

test('members are sorted by code unit at every depth, and arrays keep their order', () => {
  const text = canonical('{"b":[3,1,2],"a":{"z":null,"Z":true,"10":0,"9":"x"}}')

  expect(text).toBe('{"a":{"10":0,"9":"x","Z":true,"z":null},"b":[3,1,2]}')
})

test('keys beyond the basic plane sort by code unit, as UTF-16 has them', () => {
  // U+1F600 is D83D DE00, which is less than U+FF21 though its code point is greater.
  expect(canonical('{"\uFF21":1,"\u{1F600}":2}')).toBe('{"\u{1F600}":2,"\uFF21":1}')
})

test('of a repeated key the last counts', () => {
  expect(canonical('{"a":1,"b":2,"a":3}')).toBe('{"a":3,"b":2}')
})

test('__proto__ and constructor are keys like any other', () => {
  expect(canonical('{"__proto__":{"a":1},"constructor":2}')).toBe(
    '{"__proto__":{"a":1},"constructor":2}',
  )
})

test('escapes and raw characters are one spelling', () => {
  expect(canonical(String.raw`"caf\u00e9 \/ \ud83d\ude00"`)).toBe('"café / 😀"')
  expect(canonical(String.raw`{"\u0061":"\u0022"}`)).toBe(String.raw`{"a":"\""}`)
})

test('a lone surrogate stays distinct from every other one and from U+FFFD', () => {
  const texts = [String.raw`"\ud83d"`, String.raw`"\ud83e"`, '"\uFFFD"'].map(canonical)

  expect(texts).toEqual([String.raw`"\ud83d"`, String.raw`"\ud83e"`, '"\uFFFD"'])
  expect(new Set(texts.map(sha256)).size).toBe(3)
})

test('composed and decomposed characters stay two', () => {
  expect(canonical('"\u00e9"')).not.toBe(canonical('"e\u0301"'))
})

test('null is not absent, nor is an empty text, object or array', () => {
  const texts = ['{}', '{"a":null}', '{"a":""}', '{"a":{}}', '{"a":[]}', '{"a":0}', '{"a":false}']

  expect(new Set(texts.map(canonical)).size).toBe(texts.length)
})

test.each([
  ['1', ['1', '1.0', '1.00', '1e0', '1E0', '1e+0', '1e-0', '10e-1', '0.1e1', '100e-2']],
  ['0', ['0', '-0', '0.0', '-0.0', '0e5', '-0e-5', '0.000']],
  ['-15e-1', ['-1.5', '-1.50', '-15e-1', '-0.15e1', '-150E-2']],
  ['1e-7', ['1e-7', '0.0000001', '10e-8']],
  ['100000000000000000000', ['1e20', '100000000000000000000', '1.0E+20']],
  ['1e21', ['1e21', '1000000000000000000000', '0.001e24']],
  ['1e400', ['1e400', '10e399']],
])('%s has one spelling', (expected, spellings) => {
  expect(spellings.map(canonicalNumber)).toEqual(spellings.map(() => expected))
})

test('integers beyond 2^53 and long fractions count to the last digit', () => {
  expect(canonicalNumber('9007199254740993')).toBe('9007199254740993')
  expect(canonicalNumber('9007199254740992')).toBe('9007199254740992')
  expect(canonicalNumber('0.1234567890123456789')).toBe('1234567890123456789e-19')
  expect(canonicalNumber('1e-400')).toBe('1e-400')
})

test('an exponent of any size is read without counting zeros out', () => {
  expect(canonicalNumber('1e999999999999999999999')).toBe('1e999999999999999999999')
  expect(canonicalNumber('10e-999999999999999999999')).toBe('1e-999999999999999999998')
})

test('sha256 is of the UTF-8 text, in lower-case hex', () => {
  // FIPS 180-2, appendix B.1; "é" is c3 a9.
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(sha256('é')).toBe(sha256(Uint8Array.of(0xc3, 0xa9)))
})

/** Digits and exponent of a decimal number, and another spelling of the same. */
const arbitraryNumber: fc.Arbitrary<{ text: string; again: string }> = fc
  .record({
    negative: fc.boolean(),
    digits: fc.bigInt({ min: 0n, max: 10n ** 25n }),
    exponent: fc.integer({ min: -40, max: 40 }),
    zeros: fc.nat(8),
  })
  .map(({ negative, digits, exponent, zeros }) => {
    const sign = negative ? '-' : ''
    return {
      text: `${sign}${digits}e${exponent}`,
      again: `${sign}${digits}${'0'.repeat(zeros)}.000E${exponent - zeros >= 0 ? '+' : ''}${exponent - zeros}`,
    }
  })

test('two spellings of a number are one, and a number is its own canonical form', () => {
  fc.assert(
    fc.property(arbitraryNumber, ({ text, again }) => {
      const once = canonicalNumber(text)

      expect(canonicalNumber(again)).toBe(once)
      expect(canonicalNumber(once)).toBe(once)
    }),
  )
})

test('two integers are one exactly if they are equal', () => {
  const near = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })
  fc.assert(
    fc.property(near, fc.bigInt({ min: -2n, max: 2n }), (integer, step) => {
      const same = canonicalNumber(`${integer}`) === canonicalNumber(`${integer + step}`)

      expect(same).toBe(step === 0n)
    }),
  )
})

/** The same document with the members of every object in another order. */
function shuffle(node: JsonNode, seed: number): JsonNode {
  if (node.kind === 'array')
    return { kind: 'array', items: node.items.map((item) => shuffle(item, seed + 1)) }
  if (node.kind !== 'object') return node
  const members = node.members.map(({ key, value }, index) => ({
    member: { key, value: shuffle(value, seed + 1) },
    rank: (seed * 7919 + index * 104_729) % 101,
  }))
  return {
    kind: 'object',
    members: members.toSorted((left, right) => left.rank - right.rank).map(({ member }) => member),
  }
}

test('the order of members never counts', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(100), (value, seed) => {
      const node = fromValue(value)

      expect(canonicalJson(shuffle(node, seed))).toBe(canonicalJson(node))
    }),
  )
})

test('a canonical form is JSON that says the same, and its own canonical form', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(fromValue(value))

      expect(canonical(text)).toBe(text)
      expect(canonical(printJson(fromValue(value), { indent: '\t', colon: ' : ' }))).toBe(text)
      expect(isSame(JSON.parse(text), value)).toBe(true)
    }),
  )
})

test('documents that differ anywhere have two forms', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const equal = canonicalJson(fromValue(left)) === canonicalJson(fromValue(right))

      expect(equal).toBe(isSame(left, right))
    }),
  )
})

/** Deep equality of plain values, written without the code under test: `-0` equals `0`, order of keys is free. */
function isSame(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return left === right
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const [before, after] = [Object.entries(left), new Map(Object.entries(right))]
  return (
    before.length === after.size &&
    before.every(([key, value]) => after.has(key) && isSame(value, after.get(key)))
  )
}
