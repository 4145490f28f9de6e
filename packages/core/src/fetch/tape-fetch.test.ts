import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { listPaths } from '../store/store-contract.test-fixture.ts'
import type { Store } from '../store/store.ts'
import { processState } from '../tape/process-state.ts'
import { chatBody, chatEvent } from '../tape/scripted-live.test-fixture.ts'
import { createTape } from '../tape/tape.ts'
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

beforeEach(() => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
  store = createMemoryStore()
})

afterEach(() => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
})

test('a text, a URL and a Request are the same request', async () => {
  const { fetch, sent } = fetchWith(answerJson)
  const tapeFetch = createTapeFetch(recordTo(store), { fetch })
  const init = {
    method: 'POST',
    body: chatBody('q'),
    headers: { 'content-type': 'application/json' },
  }

  await tapeFetch(CHAT, init)
  await tapeFetch(new URL(CHAT), init)
  await tapeFetch(new Request(CHAT, init))

  expect(sent.map(({ url, method, text, headers }) => ({ url, method, text, headers }))).toEqual(
    Array.from({ length: 3 }, () => ({
      url: CHAT,
      method: 'POST',
      text: chatBody('q'),
      headers: { 'content-type': 'application/json' },
    })),
  )
})

test('what an init says lies over what a Request says', async () => {
  const { fetch, sent } = fetchWith(answerJson)
  const tapeFetch = createTapeFetch(recordTo(store), { fetch })

  await tapeFetch(new Request(CHAT, { method: 'PUT', body: 'a', headers: { a: '1' } }), {
    method: 'PATCH',
    body: 'b',
  })

  expect(sent[0]).toMatchObject({ method: 'PATCH', text: 'b', headers: { a: '1' } })
})

test('what only fetch knows is passed on, and a redirect is followed as asked', async () => {
  const { fetch, sent } = fetchWith(answerJson)
  const dispatcher = { dispatch: (): boolean => true }
  const init: RequestInit & { dispatcher: object } = { dispatcher, redirect: 'manual' }

  await createTapeFetch(recordTo(store), { fetch })('https://a.example/', init)

  expect(sent[0]?.init).toMatchObject({ dispatcher, redirect: 'manual' })
})

test.each([
  ['in mode live', { mode: 'live' }],
  ['by passThrough', { mode: 'replay', passThrough: ['a.example'] }],
] as const)('what passes is handed on as it is, unread: %s', async (_, options) => {
  const body = new Blob(['piece by piece']).stream()
  const request = new Request('https://a.example/', { method: 'PUT' })
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  const { fetch, sent } = fetchWith(answerJson)
  const given: unknown[] = []
  const tapeFetch = createTapeFetch(createTape({ ...options, recordings: store }), {
    fetch: (...call) => {
      given.push(...call)
      return fetch(request)
    },
  })

  await tapeFetch(request, init)

  expect(given).toEqual([request, init])
  expect(given[0]).toBe(request)
  expect(given[1]).toBe(init)
  expect(body.locked).toBe(false)
  expect(sent).toHaveLength(1)
})

test('lengths that a client told are left to who sends', async () => {
  const { fetch, sent } = fetchWith(answerJson)
  const tape = recordTo(store)

  await createTapeFetch(tape, { fetch })('https://a.example/', {
    method: 'POST',
    body: 'hello',
    headers: { 'Content-Length': '5', 'content-type': 'text/plain' },
  })
  await tape.close()

  expect(sent[0]?.headers).toEqual({ 'content-type': 'text/plain' })
})

test('data: and blob: are no traffic', async () => {
  const tape = createTape({ recordings: store })
  const tapeFetch = createTapeFetch(tape)
  const blob = URL.createObjectURL(new Blob(['from a blob']))

  expect(await (await tapeFetch('data:,hello')).text()).toBe('hello')
  expect(await (await tapeFetch(new URL('DATA:,hello'))).text()).toBe('hello')
  expect(await (await tapeFetch(blob)).text()).toBe('from a blob')
  expect(tape.report().missed).toEqual([])
})

test('it carries the Response class, for which the OpenAI SDK looks', () => {
  expect(createTapeFetch(createTape({ recordings: store })).Response).toBe(Response)
})

test('the global fetch is looked up at each request', async () => {
  const tapeFetch = createTapeFetch(createTape({ mode: 'live', recordings: store }))
  const spy = vi.spyOn(globalThis, 'fetch').mockResolvedValue(answerJson())

  await tapeFetch('https://a.example/')

  expect(spy).toHaveBeenCalledOnce()
  spy.mockRestore()
})

test.each([
  ['a text', (): RequestInit['body'] => 'hé'],
  ['bytes', (): RequestInit['body'] => Buffer.from('hé')],
  ['a view of bytes', (): RequestInit['body'] => Buffer.from('<hé>').subarray(1, -1)],
  ['a buffer', (): RequestInit['body'] => new Uint8Array(Buffer.from('hé')).buffer],
  ['a blob', (): RequestInit['body'] => new Blob(['hé'])],
  ['a stream', (): RequestInit['body'] => new Blob(['hé']).stream()],
])('%s as a body is sent whole, and is the same request', async (_, body) => {
  const { fetch, sent } = fetchWith(answerJson)
  const tape = recordTo(store)
  const init = (): RequestInit =>
    ({ method: 'POST', body: body() ?? null, duplex: 'half' }) as RequestInit
  await (await createTapeFetch(tape, { fetch })('https://a.example/x', init())).text()
  await tape.close()

  const replayed = await createTapeFetch(createTape({ recordings: store }))('https://a.example/x', {
    method: 'POST',
    body: 'hé',
  })

  expect(sent[0]?.text).toBe('hé')
  expect(await replayed.json()).toEqual({ id: 'x' })
})

test('search parameters are sent as a form, by name and value', async () => {
  const { fetch, sent } = fetchWith(answerJson)

  await createTapeFetch(recordTo(store), { fetch })('https://a.example/', {
    method: 'POST',
    body: new URLSearchParams({ a: 'b c' }),
  })

  expect(sent[0]).toMatchObject({
    text: 'a=b+c',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
  })
})

test('a form’s boundary is the same in its header and its body', async () => {
  const { fetch, sent } = fetchWith(answerJson)
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', new Blob(['content']), 'a.txt')

  await createTapeFetch(recordTo(store), { fetch })('https://a.example/', {
    method: 'POST',
    body: form,
  })

  const boundary =
    /^multipart\/form-data; boundary=(.+)$/.exec(sent[0]?.headers['content-type'] ?? '')?.[1] ?? '?'
  expect(sent[0]?.text).toContain(`--${boundary}--`)
  expect(sent[0]?.text).toContain('filename="a.txt"')
})

test('an error of the network is thrown as it is', async () => {
  const failure = new TypeError('fetch failed')
  const tape = recordTo(store)
  const tapeFetch = createTapeFetch(tape, {
    fetch: async () => {
      throw failure
    },
  })

  await expect(askChat(tapeFetch)).rejects.toBe(failure)
  await tape.close()
})

test('what fetch itself refuses is refused', async () => {
  const tapeFetch = createTapeFetch(createTape({ recordings: store }))

  await expect(tapeFetch('/relative')).rejects.toBeInstanceOf(TypeError)
  await expect(
    tapeFetch('https://a.example/', { method: 'GET', body: 'x' }),
  ).rejects.toBeInstanceOf(TypeError)
})

test('who fetched stands in the recording', async () => {
  const tape = recordTo(store)
  await (
    await askChat(
      createTapeFetch(tape, { fetch: streaming(chatEvent('a', 'stop')), by: { openai: '6.49.0' } }),
    )
  ).text()
  await tape.close()

  const [path = ''] = await listPaths(store, 'openai-chat')
  expect(Buffer.from((await store.read(path)) ?? []).toString()).toContain('"openai":"6.49.0"')
})
