import { expect, test } from 'vitest'
import { placeholderFor, withConstantPlaceholders, withConstants } from './placeholders.ts'
import { viewRequest } from './request-view.ts'
import { requestKey } from './recording-key.ts'

test('a placeholder has the name of what it stands for, if it will be known again by it', () => {
  expect(placeholderFor('OPENAI_API_KEY')).toBe('<OPENAI_API_KEY>')
  expect(placeholderFor('x-api-key')).toBe('<x-api-key>')
  expect(placeholderFor('jwt')).toBe('<jwt>')
  expect(placeholderFor('the customer')).toBe('<secret>')
})

test.each([
  ['with <OPENAI_API_KEY> and <api_key>', 'with <redacted> and <redacted>'],
  ['?q=%3COPENAI_API_KEY%3E', '?q=%3Credacted%3E'],
  ['%3cjwt%3e', '%3Credacted%3E'],
  ['<redacted>', '<redacted>'],
  ['<thinking>, <div>, <b>, < api_key >, <customer>', undefined],
  ['1 < 2 > 0, 100%', undefined],
])('%s is %s in a key', (text, constant) => {
  expect(withConstants(text)).toBe(constant ?? text)
})

test('one key for a request, whatever a machine calls its secrets', () => {
  const keys = ['<OPENAI_API_KEY>', '<MY_TOKEN>', '<openai-api-key>'].flatMap((name) => [
    requestKey({
      method: 'POST',
      url: 'https://api.openai.com/v1/chat/completions',
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `use ${name}` }] }),
    }).hash,
    requestKey({
      method: 'POST',
      url: 'https://api.openai.com/v1/chat/completions',
      body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `use <redacted>` }] }),
    }).hash,
  ])

  expect(new Set(keys).size).toBe(1)
})

test('bytes and addresses count alike, and bytes that are no text stay', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x3c]), Buffer.from('<api_key>')])
  const view = viewRequest(
    { method: 'POST', url: 'https://x.test/a?q=<api_key>', headers: [] },
    bytes,
  )

  const constant = withConstantPlaceholders(view)

  expect(constant.url.href).toBe('https://x.test/a?q=%3Credacted%3E')
  expect(Buffer.from(constant.bytes ?? []).toString('latin1')).toBe('\u00ff\u00fe<<redacted>')
  expect(withConstantPlaceholders(constant)).toBe(constant)
})
