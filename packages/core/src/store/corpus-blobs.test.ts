import { randomBytes } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { createTape } from '../tape/tape.ts'
import type { WireRequest } from '../request/wire.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

const image = randomBytes(70_000)
const request: WireRequest = {
  method: 'POST',
  url: 'https://api.openai.com/v1/chat/completions',
  headers: [],
  body: JSON.stringify({
    model: 'm',
    messages: [
      {
        role: 'user',
        content: [{ image_url: { url: `data:image/png;base64,${image.toString('base64')}` } }],
      },
      {
        role: 'user',
        content: [{ image_url: { url: `data:image/png;base64,${image.toString('base64')}` } }],
      },
    ],
  }),
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function passThrough(
  store: Store,
  mode: 'record' | 'replay',
  answer: Uint8Array,
): Promise<Buffer> {
  vi.stubEnv('CI', '')
  const tape = createTape({ mode, recordings: store })
  const response = await tape.handle(request, async () => ({
    status: 200,
    headers: [['content-type', 'application/octet-stream']],
    body: once(answer),
  }))
  const reads: Uint8Array[] = []
  for await (const read of response.body) reads.push(read)
  await tape.close()
  return Buffer.concat(reads)
}

async function filesOf(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) paths.push(path)
  return paths
}

test('long base64 of requests and long binary answers are blobs, each once, and come back', async () => {
  const store = createMemoryStore()
  const audio = randomBytes(90_000)
  await passThrough(store, 'record', audio)

  const replayed = await passThrough(store, 'replay', Buffer.alloc(0))

  expect(replayed.equals(audio)).toBe(true)
  const paths = await filesOf(store)
  expect(paths.filter((path) => path.startsWith('blobs/'))).toHaveLength(2)
  const recording = paths.find((path) => path.startsWith('openai-chat/')) ?? ''
  const text = Buffer.from((await store.read(recording)) ?? []).toString()
  expect(text.length).toBeLessThan(3_000)
  expect(text).toContain('"data:image/png;base64,<blob sha256:')
})

test('a blob that is missing is one error with the place', async () => {
  const store = createMemoryStore()
  await passThrough(store, 'record', randomBytes(90_000))
  for (const path of await filesOf(store)) if (path.startsWith('blobs/')) await store.delete(path)

  await expect(passThrough(store, 'replay', Buffer.alloc(0))).rejects.toThrow(
    /WT_RECORDING_INVALID: memory-\d+:openai-chat\/m\/[0-9a-f]{64}\.json, at \/blobs: refers to memory-\d+:blobs\/[0-9a-f]{64}, which is missing or damaged/,
  )
})
