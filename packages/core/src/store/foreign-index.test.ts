import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { printJson } from '../json/print.ts'
import { chatAddress, chatPath, chatRecording } from './chat-recording.test-fixture.ts'
import { createCorpus } from './corpus.ts'
import { createDirectoryStore } from './directory-store.ts'
import { createForeignIndex } from './foreign-index.ts'
import type { Store } from './store.ts'

let folder: string
let corpus: string
let cache: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-index-'))
  corpus = join(folder, 'corpus')
  cache = join(folder, 'cache')
  await mkdir(corpus)
  vi.stubEnv('WIRETAPE_CACHE', cache)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

interface Watched {
  readonly store: Store
  /** The paths that were opened. */
  readonly opened: string[]
}

function watch(): Watched {
  const store = createDirectoryStore(corpus)
  const opened: string[] = []
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    opened.push(path)
    return store.read(path)
  }
  return { store: { ...store, read }, opened }
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(corpus, path, '..'), { recursive: true })
  await writeFile(join(corpus, path), text)
}

/** What the corpus answers to a question. */
async function answerTo(
  question: string,
  { store = createDirectoryStore(corpus), occurrence = 1 } = {},
): Promise<string | undefined> {
  const found = await createCorpus(store).find(chatAddress(question, occurrence))
  if (found === undefined) return undefined
  return /"content":"([^"]*)"\}\}\]/.exec(printJson(found.document.response))?.[1]
}

test('a recording in its own place is one open besides the manifest’s, and nothing is listed', async () => {
  await put(chatPath('q'), chatRecording('q', 'native', { version: 1 }))
  const { store, opened } = watch()
  const list = vi.spyOn(store, 'list')

  expect(await answerTo('q', { store })).toBe('native')

  expect(opened).toEqual(['wiretape.json', chatPath('q')])
  expect(list).not.toHaveBeenCalled()
})

test('OGX’s file answers every occurrence', async () => {
  await put(`responses/${'0a'.repeat(32)}.json`, chatRecording('q', 'ogx'))

  expect(await answerTo('q')).toBe('ogx')
  expect(await answerTo('q', { occurrence: 5 })).toBe('ogx')
  expect(await answerTo('another')).toBeUndefined()
})

test('a recording that was moved or renamed is found, for its own occurrence', async () => {
  await put('by-hand/sun and moon.json', chatRecording('q', 'one', { version: 1 }))
  await put('by-hand/again.json', chatRecording('q', 'two', { version: 1, occurrence: 2 }))

  expect(await answerTo('q')).toBe('one')
  expect(await answerTo('q', { occurrence: 2 })).toBe('two')
  expect(await answerTo('q', { occurrence: 3 })).toBeUndefined()
})

test('a recording of no test comes before one of a test, and both answer shared requests', async () => {
  await put('a.json', chatRecording('q', 'of a test', { testId: 't' }))
  expect(await answerTo('q')).toBe('of a test')

  await put('b.json', chatRecording('q', 'of none'))
  expect(await answerTo('q')).toBe('of none')
})

test('a recording whose request was edited answers the new request, and still the one it was made by', async () => {
  const edited = chatRecording('new question', 'a', { version: 1 }).replace(
    chatAddress('new question').hash,
    chatAddress('old question').hash,
  )
  await put('edited.json', edited)

  expect(await answerTo('new question')).toBe('a')
  expect(await answerTo('old question')).toBe('a')
})

test('a broken file is told of by path, place and cause, and the rest works', async () => {
  await put('broken.json', '{\n  "request": nothing\n}')
  await put('no-recording.json', '{"hello":1}')
  await put('newer.json', '{"version":99}')
  await put('good.json', chatRecording('q', 'ogx'))
  const index = createForeignIndex(createDirectoryStore(corpus))

  await expect(index.pathsFor(chatAddress('q').hash, 1)).resolves.toEqual(['good.json'])
  expect(index.unreadable().map(({ path, error }) => [path, error.message.split('\n')[0]])).toEqual(
    [
      [
        'broken.json',
        `WT_RECORDING_INVALID: ${join(corpus, 'broken.json')}: is not JSON: line 2, column 14: expected a value, found 'n'`,
      ],
      [
        'newer.json',
        `WT_VERSION_UNSUPPORTED: ${join(corpus, 'newer.json')}, at /version: has version 99; this wiretape reads versions 0 to 1`,
      ],
      [
        'no-recording.json',
        `WT_RECORDING_INVALID: ${join(corpus, 'no-recording.json')}, at /request: is missing`,
      ],
    ],
  )
})

test('manifests and what else packages hold are not taken for recordings', async () => {
  for (const name of [
    'package.json',
    'wiretape.json',
    'a/tsconfig.json',
    'a/package-lock.json',
    'notes.txt',
  ])
    await put(name, '{}')
  const { store, opened } = watch()
  const index = createForeignIndex(store)

  await expect(index.pathsFor(chatAddress('q').hash, 1)).resolves.toEqual([])
  expect(index.unreadable()).toEqual([])
  expect(opened).toEqual([])
})

test('the files of an endpoint are candidates for a miss', async () => {
  await put('chat.json', chatRecording('q', 'a'))
  await put('chat-2.json', chatRecording('r', 'b'))
  const index = createForeignIndex(createDirectoryStore(corpus))

  await expect(index.pathsOf('/v1/chat/completions')).resolves.toEqual(['chat-2.json', 'chat.json'])
  await expect(index.pathsOf('/v1/embeddings')).resolves.toEqual([])
})

test('files are read once a process, however many look-ups miss at once', async () => {
  await put('a.json', chatRecording('q', 'a'))
  const { store, opened } = watch()
  const index = createForeignIndex(store)

  await Promise.all(['1', '2', '3'].map((hash) => index.pathsFor(hash, 1)))
  await index.pathsOf('/v1/chat/completions')

  expect(opened).toEqual(['a.json'])
})

test('the next process reads none of the files, and nothing was added to the corpus', async () => {
  await put('a.json', chatRecording('q', 'a'))
  await createForeignIndex(createDirectoryStore(corpus)).pathsFor('x', 1)
  const { store, opened } = watch()

  await expect(createForeignIndex(store).pathsFor(chatAddress('q').hash, 1)).resolves.toEqual([
    'a.json',
  ])

  expect(opened).toEqual([])
  expect(await readdir(corpus)).toEqual(['a.json'])
  expect(await readdir(join(cache, 'index'))).toHaveLength(1)
})

test('a file that changed since it was indexed is read again, one that is gone is forgotten', async () => {
  await put('a.json', chatRecording('q', 'a'))
  await put('b.json', chatRecording('r', 'b'))
  await createForeignIndex(createDirectoryStore(corpus)).pathsFor('x', 1)
  await put('a.json', chatRecording('s', 'a'))
  await utimes(join(corpus, 'a.json'), 1_700_000_000, 1_700_000_000)
  await rm(join(corpus, 'b.json'))
  const { store, opened } = watch()
  const index = createForeignIndex(store)

  await expect(index.pathsFor(chatAddress('s').hash, 1)).resolves.toEqual(['a.json'])
  await expect(index.pathsFor(chatAddress('q').hash, 1)).resolves.toEqual([])
  await expect(index.pathsFor(chatAddress('r').hash, 1)).resolves.toEqual([])
  expect(opened).toEqual(['a.json'])
  const [name = ''] = await readdir(join(cache, 'index'))
  expect(await readFile(join(cache, 'index', name), 'utf8')).not.toContain('b.json')
})

test.each([
  '',
  '{',
  '[]',
  'null',
  '{"version":0,"rows":[["a.json",{}]]}',
  '{"version":1e9,"rows":7}',
])('a cache that says %j is made anew', async (text) => {
  await put('a.json', chatRecording('q', 'a'))
  await createForeignIndex(createDirectoryStore(corpus)).pathsFor('x', 1)
  const [name = ''] = await readdir(join(cache, 'index'))
  await writeFile(join(cache, 'index', name), text)

  expect(await answerTo('q')).toBe('a')
  expect(await readFile(join(cache, 'index', name), 'utf8')).toContain(chatAddress('q').hash)
})

test('a cache that can not be written costs only time', async () => {
  await writeFile(cache, 'a file where the folder should be')
  await put('a.json', chatRecording('q', 'a'))

  expect(await answerTo('q')).toBe('a')
})

test('two corpora have caches of their own', async () => {
  await put('a.json', chatRecording('q', 'a'))
  await createForeignIndex(createDirectoryStore(corpus)).pathsFor('x', 1)
  await createForeignIndex(createDirectoryStore(join(corpus, '..', 'other'))).pathsFor('x', 1)
  await mkdir(join(folder, 'other'))
  await writeFile(join(folder, 'other', 'b.json'), chatRecording('r', 'b'))
  await createForeignIndex(createDirectoryStore(join(folder, 'other'))).pathsFor('x', 1)

  expect(await readdir(join(cache, 'index'))).toHaveLength(2)
})
