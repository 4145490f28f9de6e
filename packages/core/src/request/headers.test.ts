import { expect, test } from 'vitest'
import { headerValue, withHeader, withoutHeaders, type HeaderList } from './headers.ts'

const list: HeaderList = [
  ['Content-Type', 'text/plain'],
  ['set-cookie', 'a=1'],
  ['X-Id', '7'],
  ['Set-Cookie', 'b=2'],
]

test('a header is found whatever its case, the first where it is repeated', () => {
  expect(headerValue(list, 'content-TYPE')).toBe('text/plain')
  expect(headerValue(list, 'SET-COOKIE')).toBe('a=1')
  expect(headerValue(list, 'x-other')).toBeUndefined()
})

test('headers are taken out with all their repetitions, and the rest keeps order and case', () => {
  expect(withoutHeaders(list, new Set(['set-cookie']))).toEqual([
    ['Content-Type', 'text/plain'],
    ['X-Id', '7'],
  ])
})

test('a header is set in the place and the case of the first of its name, once', () => {
  expect(withHeader(list, 'SET-cookie', 'c=3')).toEqual([
    ['Content-Type', 'text/plain'],
    ['set-cookie', 'c=3'],
    ['X-Id', '7'],
  ])
})

test('a header that was not there comes last', () => {
  expect(withHeader([['a', '1']], 'B', '2')).toEqual([
    ['a', '1'],
    ['B', '2'],
  ])
})

test('the list that was given stays as it was', () => {
  const copy = structuredClone(list)

  withHeader(list, 'x-id', '8')
  withoutHeaders(list, new Set(['x-id']))

  expect(list).toEqual(copy)
})
