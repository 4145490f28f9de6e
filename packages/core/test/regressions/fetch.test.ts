import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTapeFetch } from '../../src/fetch/tape-fetch.ts'
import type { WireResponse } from '../../src/request/wire.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import {
  chatBody,
  chatEvent,
  chatReads,
  chatRequest,
  readText,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { isolateTapes } from '../tapes.test-fixture.ts'

isolateTapes()

const CHAT = 'https://api.openai.com/v1/chat/completions'

function form(): FormData {
  const data = new FormData()
  data.set('model', 'whisper-1')
  data.set('file', new Blob(['abc']), 'a.txt')
  return data
}

async function answerJson(): Promise<Response> {
  return Response.json({ text: 'abc' })
}

test('a form is the same request though its boundary is another', async () => {
  const recordings = createMemoryStore()
  const url = 'https://api.openai.com/v1/audio/transcriptions'
  const recording = createTape({ mode: 'record', recordings })
  const recorder = createTapeFetch(recording, { fetch: answerJson })
  await (await recorder(url, { method: 'POST', body: form() })).text()
  await recording.close()
  const replay = createTapeFetch(createTape({ recordings }))

  const response = await replay(url, { method: 'POST', body: form() })

  expect([response.status, await response.json()]).toEqual([200, { text: 'abc' }])
})

async function pausing(): Promise<WireResponse> {
  return {
    status: 200,
    headers: [['content-type', 'text/event-stream']],
    body: (async function* () {
      yield Buffer.from(chatEvent('a'))
      await sleep(100)
      yield Buffer.from(`${chatEvent('', 'stop')}data: [DONE]\n\n`)
    })(),
  }
}

test('a body that is cancelled while a read at its pace is pending ends at once', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  await readText(await recording.handle(chatRequest('q'), pausing))
  await recording.close()
  const replay = createTapeFetch(createTape({ recordings, pace: 0.05 }))
  const response = await replay(CHAT, { method: 'POST', body: chatBody('q') })
  const reader = response.body?.getReader()
  await reader?.read()
  const pending = reader?.read()
  await sleep(20)

  const startedAt = performance.now()
  await reader?.cancel()

  expect(performance.now() - startedAt).toBeLessThan(500)
  expect(await pending).toEqual({ done: true, value: undefined })
})

test('a recorded failure after a head that has no body is nobody’s unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  const recordings = createMemoryStore()
  const request = { method: 'DELETE', url: 'https://x.example/y', headers: [] }
  const failing: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        throw new Error('reset')
      },
    }),
  }
  const recording = createTape({ mode: 'record', recordings })
  await recording
    .handle(request, async () => ({ status: 204, headers: [], body: failing }))
    .then(readText)
    .catch(() => undefined)
  await recording.close()
  process.on('unhandledRejection', note)

  const response = await createTapeFetch(createTape({ recordings }))(request.url, request)
  await sleep(30)
  process.off('unhandledRejection', note)

  expect(response.status).toBe(204)
  expect(unhandled).toEqual([])
})

test('a clone of a response keeps its address', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })

  const response = await createTapeFetch(tape, { fetch: answerJson })('https://x.example/y')

  expect(response.clone().url).toBe('https://x.example/y')
})

/** Does not look at its signal. */
async function heedless(): Promise<Response> {
  await sleep(30)
  const headers = { 'content-type': 'text/event-stream' }
  return new Response(chatReads('a').join(''), { headers })
}

test('an abort while the head is awaited rejects, though the real fetch does not heed it', async () => {
  const controller = new AbortController()
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
  const pending = createTapeFetch(tape, { fetch: heedless })(CHAT, {
    method: 'POST',
    body: chatBody('q'),
    signal: controller.signal,
  })
  const failed = pending.catch((error: unknown) => error)
  await sleep(5)

  controller.abort()

  expect(await failed).toMatchObject({ name: 'AbortError' })
  await tape.close()
})
