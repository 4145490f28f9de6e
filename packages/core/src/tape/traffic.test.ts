import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveFetch, WireRequest } from '../request/wire.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { processState } from './process-state.ts'
import { createTape, type Tape } from './tape.ts'
import { judgeTraffic } from './traffic.ts'

beforeEach(() => {
  for (const name of ['CI', 'WIRETAPE_MODE']) vi.stubEnv(name, '')
})

afterEach(() => {
  vi.unstubAllEnvs()
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
})

function request(method: string, url: string, body?: string | null): WireRequest {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return { method, url, headers: [['content-type', 'application/json']], body: bytes }
}

const live: LiveFetch = async () => ({ status: 200, headers: [], body: (async function* () {})() })

test.each([
  ['tape', 'POST', 'https://api.openai.com/v1/chat/completions', null],
  ['tape', 'GET', 'http://localhost:8000/v1/models', null],
  ['tape', 'POST', 'http://localhost:3000/api/generate', '{"model":"m","prompt":"x"}'],
  ['pass', 'POST', 'http://localhost:3000/api/generate', '{"rows":[]}'],
  ['pass', 'GET', 'http://127.0.0.1:5432/', undefined],
  ['pass', 'PUT', 'http://[::1]:9000/bucket', null],
  ['pass', 'PUT', 'http://169.254.169.254/latest/api/token', undefined],
  ['pass', 'GET', 'http://169.254.170.2/v2/credentials', undefined],
  ['pass', 'POST', 'https://sts.amazonaws.com/', undefined],
  ['pass', 'POST', 'https://sts.us-west-2.amazonaws.com/', undefined],
  ['pass', 'POST', 'https://oidc.eu-west-1.amazonaws.com/token', undefined],
  ['pass', 'POST', 'https://oauth2.googleapis.com/token', undefined],
  ['pass', 'POST', 'https://www.googleapis.com/oauth2/v4/token', undefined],
  ['pass', 'POST', 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token', undefined],
  ['miss', 'GET', 'https://www.googleapis.com/calendar/v3/calendars', null],
  ['miss', 'GET', 'https://sts.example/', undefined],
  ['miss', 'POST', 'https://telemetry.example/v1/events', '{"a":1}'],
  [undefined, 'POST', 'https://telemetry.example/v1/events', undefined],
  [undefined, 'POST', 'http://localhost:3000/rows', undefined],
])('%s: %s %s %s', (...[verdict, method, url, body]) => {
  expect(judgeTraffic(request(method, url, body), [])).toBe(verdict)
})

test('a body that is no JSON tells nothing, and is not waited for', () => {
  const upload: WireRequest = {
    method: 'PUT',
    url: 'http://localhost:9000/bucket/key',
    headers: [['content-type', 'application/octet-stream']],
  }

  expect(judgeTraffic(upload, [])).toBe('pass')
})

test('a rule names a host, a pattern of the address, or anything at all', () => {
  const rows = request('GET', 'http://localhost:3000/rows', null)

  expect(judgeTraffic(rows, ['localhost'])).toBe('tape')
  expect(judgeTraffic(rows, ['localhost:3000'])).toBe('tape')
  expect(judgeTraffic(rows, [/\/rows$/])).toBe('tape')
  expect(judgeTraffic(rows, [({ method }) => method === 'GET'])).toBe('tape')
  expect(judgeTraffic(rows, ['localhost:3001', /rows\?/])).toBe('pass')
})

test.each<[string, Tape, boolean]>([
  ['mode live', createTape({ mode: 'live', recordings: createMemoryStore() }), true],
  [
    'passThrough',
    createTape({ recordings: createMemoryStore(), passThrough: ['a.example'] }),
    true,
  ],
  ['nothing of the kind', createTape({ recordings: createMemoryStore() }), false],
])('a request passes: %s', (_, tape, expected) => {
  expect(tape.passes(request('GET', 'https://a.example/'))).toBe(expected)
})

test('a request that names its test is not left alone: the name must not be sent', () => {
  const tape = createTape({ mode: 'live', recordings: createMemoryStore() })
  const named: WireRequest = {
    method: 'GET',
    url: 'https://a.example/',
    headers: [['X-Wiretape-Test-Id', 't']],
  }

  expect(tape.passes(named)).toBe(false)
})

test('what a real fetch sends is not recorded again, until its answer begins', async () => {
  const store = createMemoryStore()
  const above = createTape({ mode: 'record', recordings: store })
  const below = createTape({ mode: 'record', recordings: store })
  const chat = request('POST', 'https://api.openai.com/v1/chat/completions', '{"model":"m"}')
  const seen: boolean[] = []
  let later: Promise<void> | undefined
  const { body } = await above.handle(chat, async (outgoing) => {
    seen.push(below.passes(chat))
    later = (async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      seen.push(below.passes(chat))
    })()
    return below.handle(outgoing, live)
  })
  for await (const _ of body) continue
  await later
  await above.close()
  await below.close()

  expect(seen).toEqual([true, false])
  expect(above.report().recorded).toHaveLength(1)
  expect(below.report().recorded).toEqual([])
})

test('in the background only what is known is recorded, and the rest is missed', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
  const background = tape.background({ only: ['b.example'] })
  const scoped = background.scope('a test')
  let sent = 0
  const counting: LiveFetch = (outgoing) => {
    sent += 1
    return live(outgoing)
  }
  await background.handle(request('POST', 'http://localhost:3000/rows', '{}'), counting)
  await background.handle(request('GET', 'https://b.example/', null), counting)
  const miss = await scoped
    .handle(request('GET', 'https://a.example/x?key=secret', null), counting)
    .catch((error: unknown) => error)
  await tape.handle(request('GET', 'https://a.example/x', null), counting)

  expect(sent).toBe(3)
  expect(miss).toMatchObject({
    code: 'WT_RECORDING_NOT_FOUND',
    message: [
      'WT_RECORDING_NOT_FOUND: no recording answers GET https://a.example/x: it is no API that wiretape knows, so it is neither recorded nor sent',
      "→ let it through: createTape({ passThrough: ['a.example'] }) or WIRETAPE_PASS_THROUGH=a.example; or record it: installTape(tape, { only: ['a.example'] }) or WIRETAPE_ONLY=a.example",
    ].join('\n'),
    details: {
      reason: 'unclaimed',
      url: 'https://a.example/x',
      testId: 'a test',
      dialect: 'generic',
    },
  })
  expect(String(miss)).not.toContain('secret')
  expect(tape.report().missed).toEqual([
    { method: 'GET', url: 'https://a.example/x', testId: 'a test', recording: null },
  ])
  await expect(tape.close()).rejects.toBe(miss)
})
