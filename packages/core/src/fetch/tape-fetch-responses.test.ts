import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import { processState } from '../tape/process-state.ts'
import { chatBody, chatReads, createManualBody } from '../tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../tape/tape.ts'
import {
  answerJson,
  askChat,
  CHAT,
  fetchWith,
  recordTo,
  streaming,
} from './tape-fetch.test-fixture.ts'
import { createTapeFetch } from './tape-fetch.ts'

let store: Store
let server: Server | undefined

beforeEach(() => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
  store = createMemoryStore()
})

afterEach(async () => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
  server?.closeAllConnections()
  await new Promise((resolve) =>
    server === undefined ? resolve(undefined) : server.close(resolve),
  )
  server = undefined
})

/** Records a chat stream, and gives a tape that replays it. */
async function recorded(): Promise<Tape> {
  const tape = recordTo(store)
  const fetch = streaming(chatReads('a', 'b').join(''))
  await (await askChat(createTapeFetch(tape, { fetch }))).text()
  await tape.close()
  return createTape({ recordings: store })
}

test('a recorded answer is a Response with status, headers, url and a body that can be read in any way', async () => {
  const tape = await recorded()
  const tapeFetch = createTapeFetch(tape)
  const again = createTapeFetch(tape.scope('again'))

  const response = await askChat(tapeFetch)
  const bytes = await (await askChat(again)).arrayBuffer()

  expect(response).toBeInstanceOf(Response)
  expect(response).toMatchObject({ status: 200, ok: true, url: CHAT, bodyUsed: false })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const text = await response.text()
  expect(text).toMatch(
    /^data: .*"content":"a".*\n\ndata: .*"content":"b".*\n\ndata: .*\n\ndata: \[DONE\]\n\n$/,
  )
  expect(Buffer.from(bytes).toString()).toBe(text)
})

test('repeated headers stay apart', async () => {
  const headers = new Headers([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ])
  const { fetch } = fetchWith(() => new Response('', { headers }))

  const response = await createTapeFetch(createTape({ mode: 'live', recordings: store }), {
    fetch,
  })('https://a.example/')

  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

test.each([
  ['HEAD', 200],
  ['DELETE', 204],
  ['GET', 304],
  ['POST', 205],
])('%s %d has no body, and is recorded and replayed', async (method, status) => {
  const { fetch } = fetchWith(() => new Response(null, { status, headers: { link: '<a>' } }))
  const tape = recordTo(store)
  const live = await createTapeFetch(tape, { fetch })('https://a.example/x', { method })
  await tape.close()

  const replayed = await createTapeFetch(createTape({ recordings: store }))('https://a.example/x', {
    method,
  })

  for (const response of [live, replayed]) {
    expect(response.status).toBe(status)
    expect(response.headers.get('link')).toBe('<a>')
    expect(await response.text()).toBe('')
  }
  expect(replayed.body).toBeNull()
})

test('no read is asked for before the caller wants it', async () => {
  const source = createManualBody()
  const reads = source[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reads.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
  const tape = recordTo(store)
  for (const read of chatReads('a', 'b')) source.push(read)
  source.end()

  const response = await askChat(createTapeFetch(tape, { fetch: streaming(body) }))
  const reader = response.body?.getReader()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(source.asked).toBe(0)
  await reader?.read()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(source.asked).toBe(1)
  await reader?.cancel()
  await tape.close()
})

test('an abort before the request is the caller’s error, in each mode', async () => {
  const { fetch, sent } = fetchWith(answerJson)
  const signal = AbortSignal.abort()

  for (const mode of ['record', 'replay', 'record-if-missing'] as const) {
    const tape = createTape({ mode, recordings: store })
    await expect(askChat(createTapeFetch(tape, { fetch }), { signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    await expect(tape.close()).resolves.toBeUndefined()
  }

  expect(sent).toEqual([])
})

test('an abort during a replay fails the body with the caller’s reason', async () => {
  const controller = new AbortController()
  const response = await askChat(createTapeFetch(await recorded()), { signal: controller.signal })
  const reader = response.body?.getReader()
  await reader?.read()

  controller.abort(new Error('enough'))

  await expect(reader?.read()).rejects.toThrow('enough')
})

test('an abort while a read is awaited fails it at once, and the recording is completed after', async () => {
  const controller = new AbortController()
  let push: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      push = given
    },
  })
  const tape = recordTo(store)
  const [first = '', ...rest] = chatReads('a', 'b')
  push?.enqueue(Buffer.from(first))
  const response = await askChat(createTapeFetch(tape, { fetch: streaming(body) }), {
    signal: controller.signal,
  })
  const reader = response.body?.getReader()
  await reader?.read()
  const pending = reader?.read()

  controller.abort()
  await expect(pending).rejects.toMatchObject({ name: 'AbortError' })
  for (const read of rest) push?.enqueue(Buffer.from(read))
  push?.close()
  await tape.close()

  const replayed = await askChat(createTapeFetch(createTape({ recordings: store })))
  expect(await replayed.text()).toMatch(/"content":"b".*\[DONE\]\n\n$/s)
})

test('over a real socket: a caller that leaves is completed, and nothing is left open', async () => {
  const sent: string[] = []
  server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const read of chatReads('a', 'b')) {
      sent.push(read)
      response.write(read)
    }
    response.end()
  })
  await new Promise<void>((resolve) => {
    server?.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`
  const tape = recordTo(store)

  const response = await createTapeFetch(tape)(url, { method: 'POST', body: chatBody('q') })
  await response.body?.cancel()
  await tape.close()

  // The same request at another local port is answered: a local stand-in's port is no part of the key.
  const replayed = await createTapeFetch(createTape({ recordings: store }))(
    'http://localhost:1/v1/chat/completions',
    {
      method: 'POST',
      body: chatBody('q'),
    },
  )
  expect(await replayed.text()).toMatch(/"content":"a".*"content":"b".*\[DONE\]\n\n$/s)
  expect(sent).toHaveLength(4)
})

test('a miss is a 404 in the dialect’s error shape that is not retried', async () => {
  const tape = createTape({ recordings: store })

  const response = await askChat(createTapeFetch(tape))

  const message = [
    'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-test)',
    `  looked in: ${store.name}`,
    '  nothing is recorded there at all',
    '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
  ].join('\n')
  expect(response.status).toBe(404)
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'application/json',
    'x-should-retry': 'false',
    'x-wiretape-error': 'WT_RECORDING_NOT_FOUND',
  })
  expect(await response.json()).toEqual({
    error: { message, type: 'wiretape_error', param: null, code: 'WT_RECORDING_NOT_FOUND' },
    message,
  })
  await expect(tape.close()).rejects.toMatchObject({ message })
})
