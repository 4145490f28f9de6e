import { expect, test } from 'vitest'
import {
  createGate,
  error,
  hangUp,
  json,
  rateLimited,
  stall,
  startScriptedProvider,
  stream,
} from '../src/index.ts'

test('answers are given in the order of the script, then the default', async () => {
  await using provider = await startScriptedProvider({ answer: json('default') })
  provider.script(json('first'), (request, n) => json(`${request.method} ${n}`))

  const answers: unknown[] = []
  for (let call = 0; call < 3; call++) answers.push(await (await fetch(provider.url)).json())

  expect(answers).toEqual(['first', 'GET 2', 'default'])
  expect(provider.scriptedLeft).toBe(0)
})

test('a request is kept as it came over the wire', async () => {
  await using provider = await startScriptedProvider()
  provider.answer(async () => json({}))
  const before = Date.now()

  await fetch(`${provider.url}/v1/x?a=1&b=%20`, {
    method: 'POST',
    headers: { 'X-Name': 'é'.normalize('NFC'), 'content-type': 'application/json' },
    body: '{"text":"太陽 ☀️"}',
  })

  const [request] = provider.requests
  expect(request?.method).toBe('POST')
  expect(request?.url).toBe('/v1/x?a=1&b=%20')
  expect(request?.headers['content-type']).toBe('application/json')
  expect(request?.rawHeaders).toContain('content-type')
  expect(request?.body.toString()).toBe('{"text":"太陽 ☀️"}')
  expect(request?.json()).toEqual({ text: '太陽 ☀️' })
  expect(request?.at).toBeGreaterThanOrEqual(before)
  expect(await request?.ending).toBe('answered')
})

test('a body that is no JSON says so with its beginning', async () => {
  await using provider = await startScriptedProvider({ answer: json({}) })

  await fetch(`${provider.url}/upload`, { method: 'POST', body: 'plain "text"' })

  expect(() => provider.requests[0]?.json()).toThrow(
    'The body of POST /upload is no JSON: "plain \\"text\\""',
  )
})

test('an unscripted request is answered 501, and close throws it', async () => {
  const provider = await startScriptedProvider()

  const response = await fetch(`${provider.url}/v1/models`)

  const message = 'No answer is scripted for request 1: GET /v1/models'
  expect(response.status).toBe(501)
  expect(response.headers.get('x-should-retry')).toBe('false')
  expect(await response.json()).toMatchObject({ error: { message } })
  await expect(provider.close()).rejects.toThrow(
    `The scripted provider had problems:\n- ${message}`,
  )
  await provider.close()
})

test('an unscripted request that the test expected is no problem of close', async () => {
  const provider = await startScriptedProvider()

  await fetch(provider.url)

  expect(provider.takeProblems()).toHaveLength(1)
  expect(provider.problems).toEqual([])
  await provider.close()
})

test('an answer function that throws is answered 500 and noted', async () => {
  const provider = await startScriptedProvider()
  provider.answer(() => {
    throw new RangeError('no more')
  })

  const response = await fetch(`${provider.url}/x`)

  expect(response.status).toBe(500)
  expect(provider.takeProblems().map((problem) => problem.message)).toEqual([
    'The answer to request 1 failed: GET /x: RangeError: no more',
  ])
  await provider.close()
})

test('429 comes with its waiting time, then 200', async () => {
  await using provider = await startScriptedProvider()
  provider.script(rateLimited({ retryAfterMs: 1500 }), json({ ok: true }))

  const limited = await fetch(provider.url)
  const answered = await fetch(provider.url)

  expect(limited.status).toBe(429)
  expect(limited.headers.get('retry-after')).toBe('2')
  expect(limited.headers.get('retry-after-ms')).toBe('1500')
  expect(await limited.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } })
  expect(await answered.json()).toEqual({ ok: true })
})

test('an error takes a message or a whole body', async () => {
  await using provider = await startScriptedProvider()
  provider.script(error(503, 'overloaded'), error(418, { teapot: true }))

  const overloaded = await fetch(provider.url)
  const teapot = await fetch(provider.url)

  expect([overloaded.status, teapot.status]).toEqual([503, 418])
  expect(await overloaded.json()).toEqual({
    error: { message: 'overloaded', type: 'server_error', param: null, code: null },
  })
  expect(await teapot.json()).toEqual({ teapot: true })
})

test('a hang-up in place of an answer fails the request before any header', async () => {
  await using provider = await startScriptedProvider()
  provider.script(hangUp(), hangUp({ reset: true }))

  await expect(fetch(provider.url, { method: 'POST', body: 'x' })).rejects.toMatchObject({
    cause: { code: 'UND_ERR_SOCKET' },
  })
  await expect(fetch(provider.url, { method: 'POST', body: 'x' })).rejects.toMatchObject({
    cause: { code: 'ECONNRESET' },
  })

  expect(await provider.requests[0]?.ending).toBe('hung-up')
  expect(await provider.requests[1]?.ending).toBe('hung-up')
})

test('a client that leaves is seen by the provider', async () => {
  await using provider = await startScriptedProvider()
  provider.script(stream(['first', createGate(), 'second']), stall())

  const response = await fetch(provider.url)
  await response.body?.cancel()
  const silent = fetch(provider.url, { signal: AbortSignal.timeout(50) })

  await expect(silent).rejects.toThrow('aborted due to timeout')
  expect(await provider.requests[0]?.ending).toBe('left')
  expect(await provider.requests[1]?.ending).toBe('left')
})

test('close ends idle, stalled and gated connections at once', async () => {
  const provider = await startScriptedProvider()
  provider.script(json({}), stream(['first', stall()]), stream([createGate()]), stall())
  await (await fetch(provider.url)).json()
  const stalled = await fetch(provider.url)
  const gated = await fetch(provider.url)
  const silent = fetch(provider.url).catch((cause: unknown) => String(cause))
  await expect.poll(() => provider.requests.length).toBe(4)
  const before = performance.now()

  await provider.close()

  expect(performance.now() - before).toBeLessThan(1000)
  await expect(stalled.text()).rejects.toThrow('terminated')
  await expect(gated.text()).rejects.toThrow('terminated')
  expect(await silent).toBe('TypeError: fetch failed')
  expect(await provider.requests[1]?.ending).toBe('hung-up')
  await expect(fetch(provider.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
})

test('a client that leaves while it sends is no request', async () => {
  await using provider = await startScriptedProvider()
  const abort = new AbortController()
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('half'))
    },
  })

  // Node's fetch asks for `duplex`, which its types don't know.
  const init = { method: 'POST', body, duplex: 'half', signal: abort.signal }
  const sending = fetch(provider.url, init)
  setTimeout(() => abort.abort(), 30)

  await expect(sending).rejects.toThrow('aborted')
  expect(provider.requests).toEqual([])
})
