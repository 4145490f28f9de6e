import { expect, test } from 'vitest'
import { chatPath, chatRecording } from './chat-recording.test-fixture.ts'
import { createMemoryStore } from './memory-store.ts'
import { type VerifiedFile, verifyCorpus, type VerifyOptions } from './verify-corpus.ts'

const TOKEN = ['ghp', 'a1B2c3D4'.repeat(4) + 'e5F6'].join('_')

/** A corpus of these files, verified. */
async function verified(
  files: Readonly<Record<string, string>>,
  options: Partial<VerifyOptions> = {},
): Promise<VerifiedFile[]> {
  const recordings = createMemoryStore()
  for (const [path, text] of Object.entries(files)) await recordings.write(path, Buffer.from(text))
  const found: VerifiedFile[] = []
  for await (const file of verifyCorpus({ recordings, ...options })) found.push(file)
  return found
}

test('each file is looked at by what it is', async () => {
  const files = await verified({
    [chatPath('q')]: chatRecording('q', 'a', { version: 1 }),
    'by-hand/chat.json': chatRecording('p', 'b'),
    'notes.md': '',
    'package.json': '{}',
    'wiretape.json': '{"format":2}',
  })

  expect(files.map(({ path, kind, error }) => [path, kind, error?.code])).toEqual([
    ['by-hand/chat.json', 'recording', undefined],
    ['notes.md', 'other', undefined],
    [chatPath('q'), 'recording', undefined],
    ['package.json', 'other', undefined],
    ['wiretape.json', 'manifest', 'WT_VERSION_UNSUPPORTED'],
  ])
})

test('texts are only gathered where secrets are looked for', async () => {
  const files = { 'a.json': JSON.stringify({ request: { [TOKEN]: 'x' }, response: {} }) }

  const [plain] = await verified(files)
  const [scanned] = await verified(files, { secrets: true })

  expect(plain).toMatchObject({ secrets: [], texts: [] })
  expect(scanned?.secrets).toEqual([{ pointer: '/request', rule: 'github-token' }])
  expect(scanned?.texts).toEqual([
    { pointer: '', name: null, text: 'request' },
    { pointer: '/request', name: null, text: TOKEN },
    { pointer: '/request/<github-token>', name: TOKEN, text: 'x' },
    { pointer: '', name: null, text: 'response' },
  ])
})

test('names count, those of files too, since nobody knows who wrote a corpus', async () => {
  const bearer = { headers: { authorization: 'Bearer hunter2', accept: '*/*' } }
  const redacted = { headers: { authorization: '<authorization>' }, password: '<password>' }
  const files = await verified(
    {
      'a.json': JSON.stringify({ request: bearer, response: { [`${TOKEN}_password`]: 'b' } }),
      'b.json': JSON.stringify({ request: redacted, response: {} }),
      [`${TOKEN}.txt`]: 'nothing',
    },
    { secrets: true },
  )

  expect(files.map(({ secrets }) => secrets)).toEqual([
    [
      { pointer: '/request/headers/authorization', rule: 'authorization' },
      { pointer: '/response', rule: 'github-token' },
      { pointer: '/response/<github-token>_password', rule: 'secret' },
    ],
    [],
    [{ pointer: '', rule: 'github-token' }],
  ])
})

test('a corpus without files is an error', async () => {
  const recordings = createMemoryStore()

  await expect(verifyCorpus({ recordings }).next()).rejects.toThrow(
    `WT_CORPUS_UNREADABLE: ${recordings.name}: holds no files\n→ name the folder that has wiretape.json in it`,
  )
})
