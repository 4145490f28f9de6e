import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { recogniseCall } from '../dialect/dialects.ts'
import { viewRequest } from '../request/request-view.ts'
import { isNativePath, modelFolder, recordingPath } from './recording-path.ts'
import { checkStorePath } from './store-path.ts'

const HASH = 'ab'.repeat(32)

function pathOf(model: string | null, occurrence = 1): string {
  const view = viewRequest(
    { method: 'POST', url: 'https://api.openai.com/v1/chat/completions', headers: [] },
    Buffer.from(JSON.stringify({ ...(model === null ? {} : { model }), messages: [] })),
  )
  return recordingPath({ call: recogniseCall(view), hash: HASH, occurrence })
}

function folderOf(model: string): string {
  return pathOf(model).split('/')[1] ?? ''
}

test('a recording lies by dialect, model, key and occurrence', () => {
  expect(pathOf('gpt-4o')).toBe(`openai-chat/gpt-4o/${HASH}.json`)
  expect(pathOf('gpt-4o', 2)).toBe(`openai-chat/gpt-4o/${HASH}-2.json`)
  expect(pathOf('gpt-4o', 12)).toBe(`openai-chat/gpt-4o/${HASH}-12.json`)
  expect(pathOf(null)).toBe(`openai-chat/-/${HASH}.json`)
})

test.each([
  ['../x', '%2E.%2Fx'],
  ['..', '%2E.'],
  ['.', '%2E'],
  ['...', '%2E..'],
  ['.hidden', '%2Ehidden'],
  ['a.b', 'a.b'],
  ['/etc/passwd', '%2Fetc%2Fpasswd'],
  ['a\\b', 'a%5Cb'],
  ['a\0b', 'a%00b'],
  ['GPT-4', '%47%50%54-4'],
  ['openai.gpt-oss-20b-1:0', 'openai.gpt-oss-20b-1%3A0'],
  ['meta-llama/Llama-3', 'meta-llama%2F%4Clama-3'],
  ['modèle', 'mod%C3%A8le'],
  ['😀', '%F0%9F%98%80'],
  ['100%', '100%25'],
  ['a b', 'a%20b'],
  ['con', 'con'],
])('the model %j has the folder %s', (model, folder) => {
  expect(folderOf(model)).toBe(folder)
})

test('a long model is cut to 80 characters, never inside an escape', () => {
  expect(folderOf('a'.repeat(200))).toBe('a'.repeat(80))
  expect(folderOf('A'.repeat(200))).toBe('%41'.repeat(26))
  expect(folderOf(`${'a'.repeat(79)}Ab`)).toBe('a'.repeat(79))
})

test('whatever the model, the path stays in the corpus and is found as a native one', () => {
  const model = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc.stringMatching(/^[./\\%A-Za-z0-9:-]{0,120}$/),
  )
  fc.assert(
    fc.property(model, fc.integer({ min: 1, max: 99 }), (name, occurrence) => {
      const path = pathOf(name, occurrence)

      expect(checkStorePath(path, 'corpus')).toBe(path)
      expect(isNativePath(path)).toBe(true)
      expect(path.split('/')[1]).toMatch(/^(?:-|(?!\.)(?:[a-z0-9._-]|%[0-9A-F]{2}){1,80})$/)
    }),
  )
})

test('short models never share a folder, not even where a file system folds case', () => {
  const model = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .filter((name) => name !== '-')
  fc.assert(
    fc.property(model, model, (one, other) => {
      const same = folderOf(one).toLowerCase() === folderOf(other).toLowerCase()

      expect(same).toBe(one === other)
    }),
  )
})

test.each([
  [`${HASH}.json`, false],
  [`openai-chat/${HASH}.json`, false],
  [`openai-chat/m/${HASH}.json`, true],
  [`openai-chat/m/${HASH}-3.json`, true],
  [`openai-chat/m/${HASH}-.json`, false],
  [`openai-chat/m/x/${HASH}.json`, false],
  [`openai-chat/m/${HASH.toUpperCase()}.json`, false],
  [`openai-chat/m/${HASH}.json.bak`, false],
  ['wiretape.json', false],
])('%s is native: %s', (path, native) => {
  expect(isNativePath(path)).toBe(native)
})

test('all recordings of a model lie in one folder', () => {
  const view = viewRequest(
    { method: 'POST', url: 'https://api.openai.com/v1/chat/completions', headers: [] },
    Buffer.from('{"model":"M"}'),
  )

  expect(modelFolder(recogniseCall(view))).toBe('openai-chat/%4D')
})
