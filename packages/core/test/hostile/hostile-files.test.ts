import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readRecording } from '../../src/recording/parse-recording.ts'
import { chatPath, chatRecording } from '../../src/store/chat-recording.test-fixture.ts'
import { WiretapeError } from '../../src/errors/wiretape-error.ts'
import { createDirectoryStore } from '../../src/store/directory-store.ts'
import type { RecordingsOption } from '../../src/store/locate-recordings.ts'
import { readText, scriptLive } from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { useCorpusFolder } from '../corpus-folder.test-fixture.ts'
import { errorOf, isolateTapes, jsonAnswer, jsonRequest, never } from '../tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()
const servers: Server[] = []
const PATH = chatPath('asked')
const ANSWER = chatRecording('asked', 'as recorded', { version: 1 })
const MODEL = dirname(PATH)

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

function write(folder: string, path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
  return join(folder, path)
}

async function answerTo(question: string, recordings: RecordingsOption): Promise<string> {
  const request = jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-test',
    messages: [{ role: 'user', content: question }],
  })
  return readText(await createTape({ recordings }).handle(request, never))
}

/** Where the recording of 'asked' would be lies something else; the file's path. */
async function withInPlace(folder: string, put: (path: string) => unknown): Promise<string> {
  write(folder, chatPath('good'), chatRecording('good', 'a good answer', { version: 1 }))
  await put(join(folder, PATH))
  return join(folder, PATH)
}

async function listen(path: string): Promise<void> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => void server.listen(path, resolve))
}

test.each([
  ['a named pipe', (path: string) => execFileSync('mkfifo', [path])],
  ['a link to a device', (path: string) => symlinkSync('/dev/zero', path)],
  ['a folder', (path: string) => mkdirSync(path)],
  ['a link to itself', (path: string) => symlinkSync(path, path)],
  [
    'a file of a terabyte',
    (path: string) => {
      writeFileSync(path, '')
      truncateSync(path, 2 ** 40)
    },
  ],
])('%s in place of a recording is one error, at once, and hurts no other', async (_, put) => {
  const folder = corpus.folder()
  const path = await withInPlace(folder, put)
  const start = process.cpuUsage()

  const error = await errorOf(answerTo('asked', folder))

  expect(error.code).toBe('WT_CORPUS_UNREADABLE')
  expect(error.message).toContain(`WT_CORPUS_UNREADABLE: ${path}: `)
  expect(process.cpuUsage(start).user).toBeLessThan(1e6)
  expect(await answerTo('good', folder)).toContain('a good answer')
  expect((await errorOf(answerTo('another', folder))).code).toBe('WT_RECORDING_NOT_FOUND')
})

test('a socket in place of a recording is one error', async () => {
  // Its path may have some hundred characters only, which a recording's has by itself.
  const folder = corpus.folder()
  await listen(join(folder, 'a.json'))

  const error = await errorOf(createDirectoryStore(folder).read('a.json'))

  expect(error.code).toBe('WT_CORPUS_UNREADABLE')
  expect(error.message).toContain(join(folder, 'a.json'))
})

test('named pipes, sockets and links elsewhere in a corpus are passed over', async () => {
  const folder = corpus.folder()
  const secret = write(corpus.folder(), 'secret.json', ANSWER)
  write(folder, 'moved.json', chatRecording('moved', 'a moved answer', { version: 1 }))
  execFileSync('mkfifo', [join(folder, 'pipe.json')])
  await listen(join(folder, 'socket.json'))
  symlinkSync(secret, join(folder, 'link.json'))
  symlinkSync('nowhere', join(folder, 'dangling.json'))
  symlinkSync(dirname(secret), join(folder, 'linked'))
  symlinkSync('.', join(folder, 'circle'))
  mkdirSync(join(folder, 'folder.json'))

  expect(await answerTo('moved', folder)).toContain('a moved answer')
  expect((await errorOf(answerTo('asked', folder))).code).toBe('WT_RECORDING_NOT_FOUND')
})

test('a link to a file outside is refused, and so is a file in a folder that is linked', async () => {
  const outside = corpus.folder()
  write(outside, PATH, ANSWER)
  const byFile = corpus.folder()
  const byFolder = corpus.folder()
  mkdirSync(join(byFile, MODEL), { recursive: true })
  symlinkSync(join(outside, PATH), join(byFile, PATH))
  mkdirSync(join(byFolder, dirname(MODEL)), { recursive: true })
  symlinkSync(join(outside, MODEL), join(byFolder, MODEL))

  const errors = [
    await errorOf(answerTo('asked', byFile)),
    await errorOf(answerTo('asked', byFolder)),
  ]

  expect(errors.map(({ message }) => message)).toEqual(
    [byFile, byFolder].map(
      (folder) =>
        `WT_CORPUS_UNREADABLE: ${join(folder, PATH)}: a symbolic link leads out of the corpus, to ${join(outside, PATH)}\n→ put the file itself in its place, or give the tape the other folder too: recordings: [one, other]`,
    ),
  )
})

test('a corpus that is a link itself, and links that stay in it, are as good as any', async () => {
  const real = corpus.folder()
  const linked = join(corpus.folder(), 'recordings')
  symlinkSync(real, linked)
  write(real, 'kept/1.json', ANSWER)
  mkdirSync(join(real, MODEL), { recursive: true })
  symlinkSync('../../kept/1.json', join(real, PATH))

  expect(await answerTo('asked', linked)).toContain('as recorded')
})

test('recording through a folder that is linked writes nothing outside', async () => {
  const outside = corpus.folder()
  const folder = corpus.folder()
  symlinkSync(outside, join(folder, dirname(MODEL)))
  const tape = createTape({ mode: 'record', recordings: folder })
  const request = jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-test',
    messages: [],
  })

  const answer = await readText(await tape.handle(request, scriptLive(jsonAnswer({ a: 1 })).live))
  const error = await errorOf(tape.close())

  expect(answer).toBe('{"a":1}')
  expect(error.code).toBe('WT_RECORDING_NOT_WRITTEN')
  expect(error.message).toContain(`a symbolic link leads out of the corpus, to ${outside}`)
  expect(readdirSync(outside)).toEqual([])
})

test('deleting through a folder that is linked deletes nothing outside', async () => {
  const outside = corpus.folder()
  const kept = write(outside, 'kept.json', ANSWER)
  const folder = corpus.folder()
  symlinkSync(outside, join(folder, 'linked'))

  const error = await errorOf(createDirectoryStore(folder).delete('linked/kept.json'))

  expect(error.code).toBe('WT_RECORDING_NOT_WRITTEN')
  expect(readFileSync(kept, 'utf8')).toBe(ANSWER)
})

test.each([
  '../secret.json',
  'a/../../secret.json',
  '/etc/passwd',
  'a\\..\\b',
  'a\0b',
  'a//b',
  '.',
])('no store reads, writes, lists or deletes %j', async (path) => {
  const store = createDirectoryStore(corpus.folder())
  const list = async (): Promise<void> => {
    for await (const entry of store.list(path)) throw new Error(entry.path)
  }

  const errors = [
    await errorOf(store.read(path)),
    await errorOf(store.write(path, new Uint8Array())),
    await errorOf(list()),
    await errorOf(store.delete(path)),
  ]

  expect(errors.map(({ code }) => code)).toEqual(Array(4).fill('WT_CORPUS_UNREADABLE'))
})

/** A recording whose request refers to these bytes in so many places. */
function withBlob(bytes: Uint8Array, places: number): { hash: string; text: string } {
  const hash = createHash('sha256').update(bytes).digest('hex')
  const draft = JSON.parse(ANSWER) as { request: { images?: unknown; body: object }; blobs: object }
  const marks = Array.from({ length: places }, () => `<blob sha256:${hash}>`)
  draft.request.body = { ...draft.request.body, images: marks }
  draft.blobs = Object.fromEntries(
    marks.map((_, index) => [
      `/request/body/images/${index}`,
      { sha256: hash, encoding: 'base64' },
    ]),
  )
  return { hash, text: JSON.stringify(draft) }
}

test('a blob that stands in a thousand places makes no recording of a gigabyte', async () => {
  const folder = corpus.folder()
  const bytes = Buffer.alloc(1024 * 1024, 7)
  const { hash, text } = withBlob(bytes, 1000)
  const path = write(folder, PATH, text)
  write(folder, `blobs/${hash}`, bytes)

  const error = await errorOf(answerTo('asked', folder))

  expect(error.message).toBe(
    `WT_RECORDING_INVALID: ${path}, at /blobs: its blobs would add more than 268435456 characters\n→ delete the recording: no API takes that much`,
  )
})

test.each([
  ['a terabyte', (path: string) => truncateSync(path, 2 ** 40)],
  ['other bytes', (path: string) => writeFileSync(path, 'x')],
])('a blob that is %s is one error', async (_, spoil) => {
  const folder = corpus.folder()
  const { hash, text } = withBlob(Buffer.from('x'.repeat(10)), 1)
  write(folder, PATH, text)
  spoil(write(folder, `blobs/${hash}`, ''))

  const error = await errorOf(answerTo('asked', folder))

  expect(error.message).toContain(join(folder, 'blobs', hash))
})

test('a blob behind a link to a file outside is refused', async () => {
  const folder = corpus.folder()
  const bytes = Buffer.from('x'.repeat(10))
  const { hash, text } = withBlob(bytes, 1)
  write(folder, PATH, text)
  mkdirSync(join(folder, 'blobs'))
  symlinkSync(write(corpus.folder(), 'secret', bytes), join(folder, 'blobs', hash))

  const error = await errorOf(answerTo('asked', folder))

  expect(error.code).toBe('WT_CORPUS_UNREADABLE')
  expect(error.message).toContain(`${join(folder, 'blobs', hash)}: a symbolic link leads out`)
})

test('readRecording reads no file of a terabyte', async () => {
  const path = write(corpus.folder(), 'large.json', '')
  truncateSync(path, 2 ** 40)

  expect((await errorOf(readRecording(path))).message).toBe(
    `WT_RECORDING_INVALID: ${path}: has more than 134217728 bytes\n→ correct it by hand, or delete the file and record again: WIRETAPE_MODE=record-if-missing`,
  )
})

test('folders forty deep hold nothing back', async () => {
  const folder = corpus.folder()
  write(folder, `${'a/'.repeat(40)}deep.json`, ANSWER)
  write(folder, 'moved.json', chatRecording('moved', 'a moved answer', { version: 1 }))

  expect(await answerTo('moved', folder)).toContain('a moved answer')
  expect((await errorOf(answerTo('asked', folder))).message).toContain(
    `can't be read: WT_CORPUS_UNREADABLE: ${join(folder, 'a/'.repeat(32))}`.slice(0, -1),
  )
})

test('a file that can not be read holds nothing back, and a miss tells of it', async () => {
  const folder = corpus.folder()
  write(folder, 'closed.json', ANSWER)
  write(folder, 'moved.json', chatRecording('moved', 'a moved answer', { version: 1 }))
  // Permissions say nothing to root, who runs some of these tests.
  const store = createDirectoryStore(folder)
  const closed = new WiretapeError('WT_CORPUS_UNREADABLE', { message: 'closed', hint: 'open it' })
  const recordings = {
    ...store,
    read: async (path: string) => {
      if (path === 'closed.json') throw closed
      return store.read(path)
    },
  }

  expect(await answerTo('moved', recordings)).toContain('a moved answer')
  expect((await errorOf(answerTo('asked', recordings))).message).toContain(
    "can't be read: WT_CORPUS_UNREADABLE: closed",
  )
})
