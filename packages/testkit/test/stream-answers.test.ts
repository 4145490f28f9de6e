import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { get, type IncomingMessage } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import {
  createGate,
  cutEvery,
  hangUp,
  json,
  pause,
  sse,
  startScriptedProvider,
  stream,
  verbatim,
} from '../src/index.ts'
import { listReads, openReads } from './read-stream.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('headers and a first chunk arrive before the provider sends its second', async () => {
  await using provider = await startScriptedProvider()
  const beforeFirst = createGate()
  const beforeSecond = createGate()
  provider.script(stream([beforeFirst, 'first', beforeSecond, 'second']))

  const response = await fetch(provider.url)
  const next = openReads(response)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  beforeFirst.open()
  expect(await next()).toBe('first')
  await beforeSecond.reached
  expect(beforeSecond.isOpen).toBe(false)
  beforeSecond.open()

  expect(await next()).toBe('second')
  expect(await next()).toBeUndefined()
})

test('each write arrives as a read of its own, in the middle of characters too', async () => {
  await using provider = await startScriptedProvider()
  const body = 'é☀️👩‍🚀太陽'
  provider.script(stream(cutEvery(body, 1)))

  const reads = await listReads(await fetch(provider.url))

  expect(reads.map((read) => read.length)).toEqual(Array(Buffer.byteLength(body)).fill(1))
  expect(Buffer.concat(reads).toString()).toBe(body)
})

test('each write of a body with a length arrives as a read of its own', async () => {
  await using provider = await startScriptedProvider()
  const body = Buffer.from('a body of known length')
  const headers = { 'content-length': String(body.length) }
  provider.script(stream(cutEvery(body, 5), { headers }))

  const response = await fetch(provider.url)
  const reads = await listReads(response)

  expect(response.headers.get('transfer-encoding')).toBeNull()
  expect(reads.map((read) => read.length)).toEqual([5, 5, 5, 5, 2])
})

test.each([
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
  ['deflate', inflateSync],
] as const)('a whole body and a stream are compressed by %s', async (coding, decompress) => {
  await using provider = await startScriptedProvider()
  const gate = createGate()
  provider.script(
    json({ sun: '太陽' }, { [coding]: true }),
    stream(['first ', gate, 'second'], { [coding]: true }),
    json({ sun: '太陽' }, { [coding]: true }),
  )

  const whole = await fetch(provider.url)
  const streamed = await fetch(provider.url)
  const next = openReads(streamed)
  const first = await next()
  gate.open()
  const wire = await readWire(provider.url)

  expect(whole.headers.get('content-encoding')).toBe(coding)
  expect(await whole.json()).toEqual({ sun: '太陽' })
  expect([first, await next(), await next()]).toEqual(['first ', 'second', undefined])
  expect(decompress(wire).toString()).toBe('{"sun":"太陽"}')
})

test('two codings at once are refused', () => {
  expect(() => json({}, { gzip: true, br: true })).toThrow(
    'An answer takes one coding, not gzip, br',
  )
})

test('a hang-up in the middle fails the body after what was sent', async () => {
  await using provider = await startScriptedProvider()
  provider.script(stream(['first', hangUp(), 'never']), stream(['first', hangUp({ reset: true })]))

  for (const code of ['UND_ERR_SOCKET', 'ECONNRESET']) {
    const next = openReads(await fetch(provider.url))
    expect(await next()).toBe('first')
    await expect(next()).rejects.toMatchObject({ message: 'terminated', cause: { code } })
  }

  expect(await provider.requests[0]?.ending).toBe('hung-up')
})

test('a pause takes real time under fake timers', async () => {
  await using provider = await startScriptedProvider()
  provider.script(stream(['first', pause(30), 'second']))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'Date'] })

  const before = performance.now()
  const text = await (await fetch(provider.url)).text()

  expect(text).toBe('firstsecond')
  expect(performance.now() - before).toBeGreaterThan(25)
})

test('server-sent events are written one by one, with gates and comments among them', async () => {
  await using provider = await startScriptedProvider()
  const gate = createGate()
  const events = [
    { event: 'ping', id: '7', retry: 10, data: 'two\nlines' },
    ': keep-alive\n\n',
    gate,
    { data: { sun: '☀️' } },
  ]
  provider.script(sse(events), sse('data: 1\r\n\r\n: comment\n\ndata: unfinished'))

  const next = openReads(await fetch(provider.url))
  const listed = [await next(), await next()]
  gate.open()
  listed.push(await next())
  const cut = await listReads(await fetch(provider.url))

  expect(listed).toEqual([
    'event: ping\nid: 7\nretry: 10\ndata: two\ndata: lines\n\n',
    ': keep-alive\n\n',
    'data: {"sun":"☀️"}\n\n',
  ])
  expect(cut.map((read) => Buffer.from(read).toString())).toEqual([
    'data: 1\r\n\r\n',
    ': comment\n\n',
    'data: unfinished',
  ])
})

test('headers replace and remove the defaults, and may repeat', async () => {
  await using provider = await startScriptedProvider()
  const headers = { 'Content-Type': undefined, 'set-cookie': ['a=1', 'b=2'] }
  provider.script(verbatim(Uint8Array.of(0, 255), { status: 201, headers }))

  const response = await fetch(provider.url)

  expect(response.status).toBe(201)
  expect(response.headers.get('content-type')).toBeNull()
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(0, 255))
})

test('one gate and one answer serve many requests', async () => {
  await using provider = await startScriptedProvider()
  const gate = createGate()
  provider.answer(stream(['first', gate, 'second']))

  const responses = await Promise.all([1, 2, 3].map(() => fetch(provider.url)))
  gate.open()

  const texts = await Promise.all(responses.map((response) => response.text()))
  expect(texts).toEqual(['firstsecond', 'firstsecond', 'firstsecond'])
})

/** The body as it is on the wire: `fetch` would decompress it. */
async function readWire(url: string): Promise<Buffer> {
  const response = await new Promise<IncomingMessage>((resolve) => get(url, resolve))
  const reads: Buffer[] = []
  for await (const read of response as AsyncIterable<Buffer>) reads.push(read)
  return Buffer.concat(reads)
}
