import { once } from 'node:events'
import { createServer as createPlainServer, type Server } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { hangUp, json, verbatim } from '@wiretape/testkit'
import { createTapeDispatcher } from '@wiretape/undici'
import * as undici from 'undici'
import { afterEach, expect, test } from 'vitest'
import { CHAT, chatAnswer, chatBody, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function form(Form: typeof FormData | typeof undici.FormData): FormData {
  const created = new Form() as FormData
  created.append('purpose', 'batch')
  created.append('file', new Blob(['content'], { type: 'text/plain' }), 'a.txt')
  return created
}

const text = chatBody('hé')
const bytes = Buffer.from(text)

test.each<[string, () => unknown]>([
  ['bytes', () => bytes],
  ['a view of bytes', () => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)],
  ['a readable of bytes', () => Readable.from([bytes.subarray(0, 70), bytes.subarray(70)])],
  ['a readable of text', () => Readable.from([text.slice(0, 5), text.slice(5)])],
  ['an iterable', () => [bytes.subarray(0, 3), bytes.subarray(3)]],
  ['a blob', () => new Blob([text])],
])('%s as a body is sent whole, and is the same request as a text', async (_, body) => {
  fixture.provider.script(json({ id: 'chatcmpl-1', object: 'chat.completion' }))
  const { url } = fixture.provider
  const tape = fixture.tapeFor('record')
  const ask = async (dispatcher: undici.Dispatcher, sent: unknown): Promise<unknown> => {
    const answer = await undici.request(url + CHAT, {
      dispatcher,
      method: 'POST',
      body: sent as string,
    })
    return answer.body.json()
  }
  const recorded = await ask(createTapeDispatcher(tape), body())
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const replayed = await ask(createTapeDispatcher(replay), text)
  await replay.close()

  expect(fixture.provider.requests[0]?.body.toString()).toBe(text)
  expect(fixture.provider.requests[0]?.headers['content-length']).toBe(String(bytes.length))
  expect(replayed).toEqual(recorded)
})

test.each([
  ["undici's form", form(undici.FormData)],
  ["Node's form", form(FormData)],
])('%s is sent as multipart, and counts by its content', async (_, body) => {
  fixture.provider.script(json({ id: 'file-abcdefgh', object: 'file' }))
  const ask = async (dispatcher: undici.Dispatcher): Promise<unknown> => {
    const answer = await undici.request(`${fixture.provider.url}/v1/files`, {
      dispatcher,
      method: 'POST',
      body: body as unknown as undici.FormData,
    })
    return answer.body.json()
  }
  const tape = fixture.tapeFor('record')
  const recorded = await ask(createTapeDispatcher(tape))
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const replayed = await ask(createTapeDispatcher(replay))
  await replay.close()

  const [sent] = fixture.provider.requests
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(
    sent?.headers['content-type'] ?? '',
  )?.[1]
  expect(sent?.body.toString()).toContain(`--${boundary ?? '?'}--`)
  expect(sent?.body.toString()).toContain('filename="a.txt"')
  expect(replayed).toEqual(recorded)
})

const plain = Buffer.from('{"id":"x","text":"Sól ☀️"}')

test.each<[string, Buffer]>([
  ['gzip', zlib.gzipSync(plain)],
  ['x-gzip', zlib.gzipSync(plain)],
  ['br', zlib.brotliCompressSync(plain)],
  ['deflate', zlib.deflateSync(plain)],
  ['deflate', zlib.deflateRawSync(plain)],
  ['GZIP, br', zlib.brotliCompressSync(zlib.gzipSync(plain))],
  ['identity', plain],
  ...('zstdCompressSync' in zlib
    ? [['zstd', (zlib.zstdCompressSync as (bytes: Buffer) => Buffer)(plain)] as [string, Buffer]]
    : []),
])('an answer under %s is handed on decoded, and kept so', async (encoding, body) => {
  fixture.provider.script(
    verbatim(body, {
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
    }),
  )
  const tape = fixture.tapeFor('record')
  const answer = await undici.request(`${fixture.provider.url}/x`, {
    dispatcher: createTapeDispatcher(tape),
  })
  const received = await answer.body.text()
  await tape.close()

  expect(received).toBe(plain.toString())
  expect(answer.headers).not.toHaveProperty('content-encoding')
  expect(answer.headers).not.toHaveProperty('content-length')
  const [recording] = await fixture.recordings()
  expect(recording?.response.body).toMatchObject({ __data__: { text: 'Sól ☀️' } })
})

test('an answer in a coding that nobody knows is an error, and is not kept', async () => {
  fixture.provider.script(verbatim('?', { headers: { 'content-encoding': 'rot13' } }))
  const tape = fixture.tapeFor('record')
  const { statusCode, body } = await undici.request(`${fixture.provider.url}/x`, {
    dispatcher: createTapeDispatcher(tape),
  })

  expect(statusCode).toBe(404)
  expect(await body.text()).toContain(
    'WT_RECORDING_NOT_WRITTEN: the answer has the content-encoding \\"rot13\\", which this Node can\'t decode',
  )
  await expect(tape.close()).rejects.toThrow('rot13')
  expect(await fixture.recordings()).toEqual([])
})

test('headers of every form are sent, repeated ones come back as a list, and trailers come live', async () => {
  const received: string[][] = []
  const host = await listen(
    createPlainServer((request, response) => {
      received.push(request.rawHeaders)
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'], trailer: 'x-check' })
      response.write('{}')
      response.addTrailers({ 'x-check': 'sum' })
      response.end()
    }),
  )
  const tape = fixture.tapeFor('record')
  const dispatcher = createTapeDispatcher(tape)
  const pairs: [string, string | undefined][] = [
    ['x-a', '1'],
    ['x-b', undefined],
  ]
  for (const headers of [['x-a', '1'], { 'x-a': ['1'], 'x-b': undefined }, pairs, new Map(pairs)]) {
    const answer = await undici.request(`http://${host}/x?a=1`, {
      dispatcher,
      headers: headers as string[],
    })
    await answer.body.dump()
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(answer.trailers).toEqual({ 'x-check': 'sum' })
  }
  await tape.close()

  expect(received.map((raw) => raw.slice(raw.indexOf('x-a'), raw.indexOf('x-a') + 2))).toEqual(
    Array.from({ length: 4 }, () => ['x-a', '1']),
  )
  expect(received.flat()).not.toContain('x-b')
})

test('a query that stands beside the path is part of the request', async () => {
  fixture.provider.script(json({ n: 1 }))
  const options = { path: '/x', method: 'GET' as const, query: { a: ['1', '2'], b: 'c d' } }
  const origin = fixture.provider.url
  const tape = fixture.tapeFor('record')
  await (await createTapeDispatcher(tape).request({ ...options, origin })).body.dump()
  await tape.close()

  const replay = fixture.tapeFor('replay')
  const answer = await undici.request(`${origin}/x?b=c%20d&a=1&a=2`, {
    dispatcher: createTapeDispatcher(replay),
  })
  await replay.close()

  expect(fixture.provider.requests[0]?.url).toBe('/x?a=1&a=2&b=c%20d')
  expect(await answer.body.json()).toEqual({ n: 1 })
})

test('HTTP/2 is recorded and replayed', async () => {
  const server = createHttp2Server((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ version: request.httpVersion }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
  const agent = new undici.H2CClient(url.slice(0, -2))
  const tape = fixture.tapeFor('record')
  const dispatcher = createTapeDispatcher(tape, { dispatcher: agent })
  const live = await (await fetch(url, { dispatcher } as RequestInit)).json()
  await tape.close()
  await dispatcher.close()

  const replay = fixture.tapeFor('replay')
  const again = createTapeDispatcher(replay, { dispatcher: agent })
  const response = await fetch(url, { dispatcher: again } as RequestInit)
  expect(live).toEqual({ version: '2.0' })
  expect(await response.json()).toEqual(live)
  expect(response.statusText).toBe('OK')
  await replay.close()
})

test('an upgrade and a tunnel pass', async () => {
  const server = createPlainServer()
  server.on('upgrade', (_, socket) =>
    socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello',
    ),
  )
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\ntunnel'))
  const origin = `http://${await listen(server)}`
  const tape = fixture.tapeFor('replay')
  const dispatcher = createTapeDispatcher(tape, { dispatcher: new undici.Agent() })
  const upgraded = await dispatcher.upgrade({ path: '/', protocol: 'x', origin } as never)
  const connected = await dispatcher.connect({ path: 'a.example:443', origin })

  expect(String(await once(upgraded.socket, 'data'))).toBe('hello')
  expect(String(await once(connected.socket, 'data'))).toBe('tunnel')
  await tape.close()
  expect(tape.report().missed).toEqual([])
})

/** Calls its handlers as undici 6 does, the only one that Node 20 has built in. */
class OldDispatcher extends undici.Dispatcher {
  readonly paused: boolean[] = []

  override dispatch(_: unknown, given: unknown): boolean {
    const handler = given as Record<string, (...values: unknown[]) => unknown>
    const headers = ['Content-Type', 'application/json', 'x-a', '1', 'x-a', '2'].map((part) =>
      Buffer.from(part),
    )
    const parts = ['{"n":', '1}'].map((part) => Buffer.from(part))
    const next = (): void => {
      const part = parts.shift()
      if (part === undefined) handler['onComplete']?.([])
      else this.paused.push(handler['onData']?.(part) === false)
      if (part !== undefined && this.paused.at(-1) === false) next()
    }
    handler['onConnect']?.(() => undefined, {})
    if (handler['onHeaders']?.(200, headers, () => setImmediate(next), 'OK') !== false) next()
    return true
  }
}

test('an inner dispatcher of the old kind is understood, and waits as it is told', async () => {
  const inner = new OldDispatcher()
  const tape = fixture.tapeFor('record')
  const { body, headers } = await undici.request('https://api.openai.com/x', {
    dispatcher: createTapeDispatcher(tape, { dispatcher: inner }),
  })

  expect(await body.json()).toEqual({ n: 1 })
  expect(headers['x-a']).toEqual(['1', '2'])
  expect(inner.paused).toEqual([true, true])
  await tape.close()
})

test('a mock agent inside is asked for what is not recorded', async () => {
  const agent = new undici.MockAgent()
  agent.disableNetConnect()
  agent.get('https://api.openai.com').intercept({ path: '/v1/models' }).reply(200, { data: [] })
  const tape = fixture.tapeFor('record-if-missing')
  const dispatcher = createTapeDispatcher(tape, { dispatcher: agent })
  const ask = async (): Promise<unknown> =>
    (await fetch('https://api.openai.com/v1/models', { dispatcher } as RequestInit)).json()

  expect(await ask()).toEqual({ data: [] })
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const again = createTapeDispatcher(replay, { dispatcher: agent })
  const response = await fetch('https://api.openai.com/v1/models', {
    dispatcher: again,
  } as RequestInit)
  expect(await response.json()).toEqual({ data: [] })
  await replay.close()
})

test('retries that are named after the tape are occurrences, and are replayed without waiting', async () => {
  fixture.provider.script(
    json({ error: {} }, { status: 429, headers: { 'retry-after': '1' } }),
    chatAnswer(7),
  )
  const ask = async (dispatcher: undici.Dispatcher): Promise<string> => {
    const retry = undici.interceptors.retry({ maxRetries: 1, methods: ['POST'], minTimeout: 1 })
    const { body } = await undici.request(fixture.provider.url + CHAT, {
      dispatcher: dispatcher.compose(retry),
      method: 'POST',
      body: text,
    })
    return body.text()
  }
  const tape = fixture.tapeFor('record')
  const recorded = await ask(createTapeDispatcher(tape))
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const startedAt = performance.now()
  const replayed = await ask(createTapeDispatcher(replay))
  await replay.close()

  expect(replayed).toBe(recorded)
  expect(performance.now() - startedAt).toBeLessThan(900)
  expect((await fixture.recordings()).map(({ response }) => response.status)).toEqual([200, 429])
})

test('a retry after a broken connection is replayed', async () => {
  fixture.provider.script(hangUp({ reset: true }), json({ n: 2 }))
  const ask = async (dispatcher: undici.Dispatcher): Promise<unknown> => {
    const retry = undici.interceptors.retry({ maxRetries: 1, minTimeout: 1 })
    const { body } = await undici.request(`${fixture.provider.url}/v1/models`, {
      dispatcher: dispatcher.compose(retry),
    })
    return body.json()
  }
  const tape = fixture.tapeFor('record')
  const recorded = await ask(createTapeDispatcher(tape))
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const replayed = await ask(createTapeDispatcher(replay))
  await replay.close()

  expect(recorded).toEqual({ n: 2 })
  expect(replayed).toEqual(recorded)
  expect(replay.report().replayed).toHaveLength(2)
})

test('closing closes a dispatcher of its own, and leaves the global one open', async () => {
  const tape = fixture.tapeFor('live')
  const own = new undici.Agent()
  await createTapeDispatcher(tape, { dispatcher: own }).close()
  await createTapeDispatcher(tape).close()
  await createTapeDispatcher(tape).destroy()
  await new Promise<void>((resolve) => createTapeDispatcher(tape).close(resolve))

  expect(own.closed).toBe(true)
  expect((undici.getGlobalDispatcher() as undici.Agent).closed).toBe(false)
  await tape.close()
})

test('a pool does not say where it goes: without origin it is asked for', async () => {
  const tape = fixture.tapeFor('replay')
  const pool = new undici.Pool('https://api.openai.com')
  const dispatcher = createTapeDispatcher(tape, { dispatcher: pool })

  await expect(dispatcher.request({ path: '/', method: 'GET' })).rejects.toThrow(
    "WT_OPTION_INVALID: origin is missing: a Client or Pool tells nobody where it goes\n→ name it: tapeInterceptor(tape, { origin: 'https://api.openai.com' })",
  )
  await dispatcher.close()
  await tape.close()
})

test('live leaves an answer as it is, its coding too', async () => {
  fixture.provider.script(
    verbatim(zlib.gzipSync(plain), { headers: { 'content-encoding': 'gzip' } }),
  )
  const tape = fixture.tapeFor('live')
  const answer = await undici.request(`${fixture.provider.url}/x`, {
    dispatcher: createTapeDispatcher(tape),
  })
  await tape.close()

  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(zlib.gunzipSync(await answer.body.bytes()).toString()).toBe(plain.toString())
})
