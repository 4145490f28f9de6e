import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { recordingJsonSchema } from './schema.ts'

test('the published JSON Schema is what the zod schema says', async () => {
  const file = new URL('../../schema/recording.schema.json', import.meta.url)
  const text = `${JSON.stringify(recordingJsonSchema(), null, 2)}\n`
  if (process.env['WIRETAPE_UPDATE'] === '1') await writeFile(file, text)

  expect(await readFile(file, 'utf8')).toBe(text)
})

test('the JSON Schema describes an open object with the format’s fields', () => {
  expect(recordingJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'wiretape recording',
    type: 'object',
    required: ['request', 'response'],
    additionalProperties: {},
  })
})
