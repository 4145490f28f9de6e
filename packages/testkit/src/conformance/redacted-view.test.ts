import { expect, test } from 'vitest'
import { redactedSpans } from './redacted-view.ts'

function spansOf(seen: string, replayed: string): string[] | undefined {
  return redactedSpans(Buffer.from(seen), Buffer.from(replayed))
}

test('placeholders in place of what was seen are told, one by one', () => {
  expect(spansOf('{"password":"Secret1"}', '{"password":"<password>"}')).toEqual(['<password>'])
  expect(spansOf('a=1&sig=x%2B&b=y', 'a=1&sig=%3Csig%3E&b=<token>')).toEqual([
    '%3Csig%3E',
    '<token>',
  ])
})

test('the same bytes have none, whatever stands in them', () => {
  expect(spansOf('say <b>it</b>', 'say <b>it</b>')).toEqual([])
  expect(spansOf('<b>: one', '<b>: <token>')).toEqual(['<token>'])
})

test.each([
  ['another word beside a placeholder', '{"a":1,"key":"x"}', '{"a":2,"key":"<key>"}'],
  ['a placeholder in place of nothing', 'key=', 'key=<key>'],
  ['something missing', 'one two', 'one'],
  ['something more', 'one', 'one two'],
  ['another order', '<b> x', 'x <b>'],
])('%s is a difference', (_, seen, replayed) => {
  expect(spansOf(seen, replayed)).toBeUndefined()
})
