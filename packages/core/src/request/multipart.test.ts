import { expect, test } from 'vitest'
import { requestKey } from './recording-key.ts'

type Field = readonly [disposition: string, content: string]

const MODEL: Field = ['name="model"', 'gpt-image-1']
const PROMPT: Field = ['name="prompt"', 'A hat on it.']
const PICTURES: readonly Field[] = [
  ['name="image[]"; filename="a.png"', 'one'],
  ['name="image[]"; filename="b.png"', 'two'],
]

function keyOf(fields: readonly Field[], type = 'form-data', boundary = 'b0'): string {
  const parts = fields.map(
    ([disposition, content]) =>
      `--${boundary}\r\nContent-Disposition: ${type}; ${disposition}\r\n\r\n${content}\r\n`,
  )
  return requestKey({
    method: 'POST',
    url: 'https://api.openai.com/v1/images/edits',
    headers: [['content-type', `multipart/${type}; boundary=${boundary}`]],
    body: `${parts.join('')}--${boundary}--\r\n`,
  }).hash
}

test('neither the boundary of a form nor the order of its fields counts', () => {
  const key = keyOf([MODEL, PROMPT, ...PICTURES])

  expect(keyOf([MODEL, PROMPT, ...PICTURES], 'form-data', 'b1')).toBe(key)
  expect(keyOf([...PICTURES, PROMPT, MODEL])).toBe(key)
})

test('the order of files of one name counts, and so does that of parts which are no form', () => {
  expect(keyOf(PICTURES.toReversed())).not.toBe(keyOf(PICTURES))
  expect(keyOf([PROMPT, MODEL], 'mixed')).not.toBe(keyOf([MODEL, PROMPT], 'mixed'))
})

test.each<[string, Field]>([
  ['a user', ['name="user"', 'u-7']],
  ['stream as it is without it', ['name="stream"', 'false']],
])('%s in a form does not count, as in JSON', (_, field) => {
  expect(keyOf([MODEL, field, PROMPT])).toBe(keyOf([MODEL, PROMPT]))
})

test.each<[string, Field]>([
  ['a stream', ['name="stream"', 'true']],
  ['another field', ['name="quality"', 'low']],
  ['a field by the name of a member of Object', ['name="constructor"', 'false']],
])('%s in a form counts', (_, field) => {
  expect(keyOf([MODEL, field, PROMPT])).not.toBe(keyOf([MODEL, PROMPT]))
})
