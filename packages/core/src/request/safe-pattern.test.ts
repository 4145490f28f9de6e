import { expect, test } from 'vitest'
import { explosivePart } from './safe-pattern.ts'

test.each([
  [String.raw`\d{4}-\d{2}-\d{2}`],
  ['Today is .*'],
  ['[\\s\\S]*?end'],
  [String.raw`(?:\d{1,3}\.){3}\d{1,3}`],
  ['(a+)?'],
  ['(abc)+'],
  ['(?<year>[0-9]+)-(?<month>[0-9]+)'],
  ['(?=a+)b'],
  ['[(+]+'],
  [String.raw`\(\++`],
  ['(a|b)'],
  ['(a|b){2}'],
  [String.raw`\p{L}+`],
  ['x{2,}'],
  ['{name}+'],
  ['[^\\]]+'],
  [''],
])('%s is harmless', (source) => {
  expect(() => new RegExp(source)).not.toThrow()
  expect(explosivePart(source)).toBeUndefined()
})

test.each([
  ['(a+)+', '(a+)+'],
  ['x(a*)*y', '(a*)*'],
  ['(a|a)*b', '(a|a)*'],
  ['(?:a?a)+', '(?:a?a)+'],
  ['((ab)+c)*', '((ab)+c)*'],
  ['(a+){2,}', '(a+){2,}'],
  ['(a+){40}', '(a+){40}'],
  [String.raw`^(\w+\s?)*$`, String.raw`(\w+\s?)*`],
  ['(?<x>a{1,9})+?', '(?<x>a{1,9})+?'],
  ['(?=(a+)+)b', '(a+)+'],
])('%s can take for ever in %s', (source, part) => {
  expect(() => new RegExp(source)).not.toThrow()
  expect(explosivePart(source)).toBe(part)
})
