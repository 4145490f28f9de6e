import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutAt, cutEvery, cutRandomly } from '../src/index.ts'

test('a body is cut at the given bytes, and no write is empty', () => {
  const pieces = cutAt('aé☀', [2, 0, 2, 6, 5])

  expect(pieces.map((piece) => Buffer.from(piece).toString('hex'))).toEqual([
    '61c3',
    'a9e298',
    '80',
  ])
})

test('an edge outside the body is refused', () => {
  expect(() => cutAt('abc', [4])).toThrow('cutAt: edge 4 is no offset in a body of 3 bytes')
  expect(() => cutEvery('abc', 0)).toThrow(
    'cutEvery: a length is a whole number of 1 or more, not 0',
  )
})

test('a seed cuts the same way each time, another seed another way', () => {
  const body = 'x'.repeat(500)

  expect(cutRandomly(body, 7)).toEqual(cutRandomly(body, 7))
  expect(cutRandomly(body, 7)).not.toEqual(cutRandomly(body, 8))
})

test('the pieces of any cut are the body again', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.integer(),
      fc.integer({ min: 1, max: 9 }),
      (body, seed, length) => {
        for (const pieces of [cutRandomly(body, seed, length), cutEvery(body, length)]) {
          expect(Buffer.concat(pieces)).toEqual(Buffer.from(body))
          expect(pieces.every((piece) => piece.length > 0 && piece.length <= length)).toBe(true)
        }
      },
    ),
  )
})
