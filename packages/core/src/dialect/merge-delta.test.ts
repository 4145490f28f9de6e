import { expect, test } from 'vitest'
import { copyRecord, mergeDelta, restate } from './merge-delta.ts'

test('a delta continues strings and lists, and replaces what only names', () => {
  const whole = { role: 'assistant', text: 'th', list: [1], count: 1 }

  mergeDelta(whole, { role: 'assistant', text: 'ink', list: [2], count: 2 })

  expect(whole).toEqual({ role: 'assistant', text: 'think', list: [1, 2], count: 2 })
})

test('parts with an index are merged by it and by their type', () => {
  const whole: Record<string, unknown> = {}

  mergeDelta(whole, { parts: [{ index: 0, type: 'a', text: 'x' }] })
  mergeDelta(whole, { parts: [{ index: 0, type: 'b', text: 'y' }] })
  mergeDelta(whole, { parts: [{ index: 0, text: 'z' }] })

  expect(whole['parts']).toEqual([
    { index: 0, type: 'a', text: 'xz' },
    { index: 0, type: 'b', text: 'y' },
  ])
})

test('a later null, empty string or empty list erases nothing', () => {
  expect(restate('id', null)).toBe('id')
  expect(restate('id', '')).toBe('id')
  expect(restate([1], [])).toEqual([1])
  expect(restate({ a: 1 }, { a: null, b: 2 })).toEqual({ a: 1, b: 2 })
})

test('a first null is known', () => {
  const whole: Record<string, unknown> = {}

  mergeDelta(whole, { refusal: null })

  expect(whole).toEqual({ refusal: null })
  expect(restate(undefined, null)).toBeNull()
})

test('what a prototype has is neither read nor changed', () => {
  const delta = JSON.parse('{"__proto__": {"polluted": true}, "constructor": "x"}') as object
  const whole: Record<string, unknown> = {}

  mergeDelta(whole, { ...delta })
  mergeDelta(whole, { ...delta })

  expect(Object.getPrototypeOf(whole)).toBe(Object.prototype)
  expect(JSON.stringify(whole)).toBe('{"__proto__":{"polluted":true},"constructor":"xx"}')
  expect(JSON.stringify(copyRecord(whole))).toBe(JSON.stringify(whole))
})
