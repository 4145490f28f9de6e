import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { isError } from './is-error.ts'

test.each([
  ['of this realm', new RangeError('x'), true],
  ['of another realm', runInNewContext("new TypeError('x')"), true],
  ['of the platform', new DOMException('x', 'AbortError'), true],
  ['that only looks like one', { name: 'Error', message: 'x' }, false],
  ['that is a text', 'Error: x', false],
  ['that is nothing', undefined, false],
])('an error %s', (_, value: unknown, expected) => {
  expect(isError(value)).toBe(expected)
})
