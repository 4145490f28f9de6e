import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { printJson } from '../json/print.ts'
import {
  chatAddress,
  chatDocument,
  chatPath,
  chatRecording,
} from './chat-recording.test-fixture.ts'
import { createDirectoryStore } from './directory-store.ts'
import { createLayers, type Layers } from './layers.ts'
import { createMemoryStore } from './memory-store.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-layers-'))
  vi.stubEnv('WIRETAPE_CACHE', join(folder, 'cache'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

async function putCorpus(path: string, answer: string | null, layers?: string[]): Promise<void> {
  if (answer !== null)
    await put(`${path}/${chatPath('q')}`, chatRecording('q', answer, { version: 1 }))
  if (layers !== undefined)
    await put(`${path}/wiretape.json`, JSON.stringify({ format: 1, layers }))
}

function layersOf(...paths: readonly string[]): Layers {
  return createLayers(paths.map((path) => createDirectoryStore(join(folder, path))))
}

async function answerOf(layers: Layers): Promise<string | undefined> {
  const found = await layers.find(chatAddress('q'))
  if (found === undefined) return undefined
  return /"content":"([^"]*)"\}\}\]/.exec(printJson(found.document.response))?.[1]
}

function namesOf({ corpora }: Layers): string[] {
  return corpora.map(({ store }) => store.name.slice(folder.length + 1))
}

test('a corpus that a manifest names is looked up after it, from the manifest’s folder', async () => {
  await putCorpus('a/recordings', null, ['../../b'])
  await putCorpus('b', 'of b', ['./inner'])
  await putCorpus('b/inner', 'of inner')
  const layers = layersOf('a/recordings')

  expect(await answerOf(layers)).toBe('of b')
  expect(namesOf(layers)).toEqual(['a/recordings', 'b', 'b/inner'])
})

test('its layers come before the next corpus that the tape names', async () => {
  await putCorpus('a', null, ['../b'])
  await putCorpus('b', 'of b')
  await putCorpus('c', 'of c')

  expect(await answerOf(layersOf('a', 'c'))).toBe('of b')
})

test('a circle ends, and a corpus is looked up once', async () => {
  await putCorpus('a', null, ['../b'])
  await putCorpus('b', null, ['../a', '../c'])
  await putCorpus('c', null, ['../b'])
  const layers = layersOf('a', 'c')

  expect(await answerOf(layers)).toBeUndefined()
  expect(namesOf(layers)).toEqual(['a', 'b', 'c'])
})

test('a package is found from the manifest’s folder', async () => {
  await putCorpus('service/recordings', null, ['@acme/base'])
  await putCorpus('service/node_modules/@acme/base', 'of the package')
  await put('service/node_modules/@acme/base/package.json', '{"name":"@acme/base"}')

  expect(await answerOf(layersOf('service/recordings'))).toBe('of the package')
})

test('a package that is not installed is an error that names the manifest', async () => {
  await putCorpus('a', null, ['@acme/none'])
  const path = join(folder, 'a/wiretape.json')

  await expect(answerOf(layersOf('a'))).rejects.toThrow(
    `WT_OPTION_INVALID: layers in ${path}: the package "@acme/none" is not installed (looked from ${join(folder, 'a')})\n→ npm install --save-dev @acme/none`,
  )
})

test('what a manifest names is never written to', async () => {
  await putCorpus('a', null, ['../b'])
  await putCorpus('b', null)
  const layers = createLayers([createDirectoryStore(join(folder, 'a'), { writable: false })])
  await answerOf(layers)

  expect(layers.writable).toBeUndefined()
  expect(layers.corpora.map(({ store }) => store.writable)).toEqual([false, false])
})

test('a corpus that is no folder has no paths to start from', async () => {
  const store = createMemoryStore({ 'wiretape.json': '{"format":1,"layers":["./b"]}' })

  await expect(createLayers([store]).find(chatAddress('q'))).rejects.toThrow(
    `WT_MANIFEST_INVALID: ${store.locate('wiretape.json')}, at /layers: './b' is a path, and a corpus outside a folder has none to start from\n→ name a package there, or give the tape both: recordings: [store, folder]`,
  )
})

test('a broken manifest is an error of each look-up, until it is mended', async () => {
  await putCorpus('a', 'of a')
  await put('a/wiretape.json', '{"format":')
  const layers = layersOf('a')
  await expect(answerOf(layers)).rejects.toThrow('WT_MANIFEST_INVALID')
  await expect(layers.write(chatAddress('q'), chatDocument('q', 'new'))).rejects.toThrow(
    'WT_MANIFEST_INVALID',
  )
  await put('a/wiretape.json', '{"format":1}')

  expect(await answerOf(layers)).toBe('of a')
})
