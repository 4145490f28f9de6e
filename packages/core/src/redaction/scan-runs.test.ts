import { fakeSecret } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { createRedactor } from './redactor.ts'

const redactor = createRedactor({}, new Map())
const token = fakeSecret('sk-', 48)

test('hyphens and underscores before a token are no part of it', () => {
  expect(redactor.text(`_${token}`, '')).toBe('_<openai-api-key>')
  expect(redactor.text(`**__${token}.__**`, '')).toBe('**__<openai-api-key>.__**')
  expect(redactor.text(`--${token}`, '')).toBe('--<openai-api-key>')
  expect(redactor.secretsIn(`--${token}`, '')).toHaveLength(1)
})

test('a text of nothing but hyphens and underscores takes no longer than any other', () => {
  const text = '-_'.repeat(500_000)
  const startedAt = performance.now()

  redactor.text(text, '')

  expect(performance.now() - startedAt).toBeLessThan(5_000)
})
