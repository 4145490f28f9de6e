import { createTapeFetch } from '@wiretape/core/fetch'
import { chatProvider, json } from '@wiretape/testkit'
import { createTapeDispatcher, type InstalledTape, installTape } from '@wiretape/undici'
import { OpenAI } from 'openai'
import * as undici from 'undici'
import { afterEach, expect, test, vi } from 'vitest'
import { agentForNodeFetch, CHAT, chatAnswer, chatBody, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const nodeFetch = globalThis.fetch
const installed: InstalledTape[] = []

afterEach(() => {
  for (const one of installed.splice(0).toReversed()) one.dispose()
})

function install(...options: Parameters<typeof installTape>): InstalledTape {
  const created = installTape(...options)
  installed.push(created)
  return created
}

const init = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: chatBody(),
} as const

test.each<[string, (url: string) => Promise<string>]>([
  ['fetch', async (url) => (await fetch(url, init)).text()],
  ['a fetch that was taken before', async (url) => (await nodeFetch(url, init)).text()],
  ['undici.fetch', async (url) => (await undici.fetch(url, init)).text()],
  ['undici.request', async (url) => (await undici.request(url, init)).body.text()],
  [
    'fetch with a dispatcher of its own',
    async (url) => {
      const dispatcher = agentForNodeFetch()
      return (await fetch(url, { ...init, dispatcher } as RequestInit)).text()
    },
  ],
])('%s is taped: recorded, then replayed with the provider closed', async (_, ask) => {
  fixture.provider.script(chatAnswer(1))
  const url = fixture.provider.url + CHAT
  const tape = fixture.tapeFor('record')
  const recording = install(tape)
  const recorded = await ask(url)
  recording.dispose()
  await tape.close()
  await fixture.provider.close()

  const replay = fixture.tapeFor('replay')
  install(replay)
  expect(await ask(url)).toBe(recorded)
  await replay.close()
  expect(recorded).toContain('lo ☀️')
  expect(replay.report().replayed).toHaveLength(1)
  expect(await fixture.recordings()).toHaveLength(1)
})

test("a realm's own fetch, which knows no global dispatcher, is taped too", async () => {
  fixture.provider.script(chatAnswer(2))
  const dispatcher = agentForNodeFetch()
  vi.stubGlobal('fetch', (url: string, options?: RequestInit) =>
    nodeFetch(url, { ...options, dispatcher } as RequestInit),
  )
  const tape = fixture.tapeFor('record')
  const hook = install(tape)
  await (await fetch(fixture.provider.url + CHAT, init)).text()
  hook.dispose()
  vi.unstubAllGlobals()
  await tape.close()

  expect(tape.report().recorded).toHaveLength(1)
})

test('an adapter above has it already: it is recorded once', async () => {
  await using chat = await chatProvider({ seed: 3 })
  const tape = fixture.tapeFor('record')
  const client = new OpenAI({
    apiKey: 'k',
    baseURL: `${chat.url}/v1`,
    fetch: createTapeFetch(tape),
  })
  install(tape)
  const taped = createTapeFetch(tape)
  await client.chat.completions.create({ model: 'm', messages: [] })
  await (await taped(`${chat.url}${CHAT}`, init)).text()
  const dispatcher = createTapeDispatcher(tape)
  await (await nodeFetch(`${chat.url}/v1/models`, { dispatcher } as RequestInit)).text()
  await fetch(`${chat.url}/v1/embeddings`, { ...init, body: '{"input":"x","model":"e"}' })
  await tape.close()

  expect(chat.requests).toHaveLength(4)
  expect(tape.report()).toMatchObject({ recorded: { length: 4 }, replayed: [], refused: [] })
  expect(await fixture.recordings()).toHaveLength(4)
})

test('the mark ends with the head: what is asked for later is recorded', async () => {
  fixture.provider.script(chatAnswer(4), chatAnswer(5))
  const url = fixture.provider.url + CHAT
  const tape = fixture.tapeFor('record')
  const hook = install(tape)
  let later: (() => Promise<Response>) | undefined
  const above = createTapeFetch(tape, {
    fetch: (...request) => {
      // As a client does that starts a timer of its own on its first request.
      later = async () => {
        await new Promise((resolve) => setTimeout(resolve, 100))
        return fetch(url, { ...init, body: chatBody('later') })
      }
      const pending = later()
      later = () => pending
      return nodeFetch(...request)
    },
  })
  await (await above(url, init)).text()
  await (await later?.())?.text()
  hook.dispose()
  await tape.close()

  expect(tape.report().recorded).toHaveLength(2)
})

test('what a tool sends within tape.call is not recorded', async () => {
  fixture.provider.script(chatAnswer(6))
  const tape = fixture.tapeFor('record')
  install(tape)
  const length = await tape.call({ provider: 'test', tool_name: 'ask' }, {}, async () => {
    const response = await fetch(fixture.provider.url + CHAT, init)
    return (await response.text()).length
  })
  await tape.close()

  expect(length).toBeGreaterThan(100)
  expect(tape.report().recorded).toMatchObject([{ method: 'CALL' }])
})

test('loopback that no dialect claims passes untouched, and what only a body tells is taped', async () => {
  fixture.provider.answer(json({ ok: true }))
  const { url } = fixture.provider
  const tape = fixture.tapeFor('replay')
  install(tape)
  const got = await fetch(`${url}/health`)
  const posted = await undici.request(`${url}/rows`, { method: 'POST', body: '{"a":1}' })
  const streamed = await fetch(`${url}/upload`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Blob(['abc']).stream(),
    duplex: 'half',
  } as RequestInit)
  const generated = await fetch(`${url}/api/generate`, {
    method: 'POST',
    body: '{"model":"m","prompt":"p"}',
  })

  expect([got.status, posted.statusCode, streamed.status, generated.status]).toEqual([
    200, 200, 200, 404,
  ])
  expect(fixture.provider.requests.map((request) => request.body.toString())).toEqual([
    '',
    '{"a":1}',
    'abc',
  ])
  expect(tape.report().missed.map((miss) => miss.url)).toEqual([`${url}/api/generate`])
  await expect(tape.close()).rejects.toThrow('WT_RECORDING_NOT_FOUND')
})

test.each(['replay', 'record', 'record-if-missing'] as const)(
  'in mode %s what nobody knows is a miss that names passThrough, and is not sent',
  async (mode) => {
    const inner = new undici.MockAgent()
    inner.disableNetConnect()
    const before = undici.getGlobalDispatcher()
    undici.setGlobalDispatcher(inner)
    const tape = fixture.tapeFor(mode)
    const hook = install(tape)
    const response = await fetch('https://telemetry.example/v1/events?token=secret', init)
    const { error } = (await response.json()) as { error: { code: string; message: string } }
    hook.dispose()
    undici.setGlobalDispatcher(before)

    expect(response.status).toBe(404)
    expect(error).toMatchObject({
      code: 'WT_RECORDING_NOT_FOUND',
      message: [
        'WT_RECORDING_NOT_FOUND: no recording answers POST https://telemetry.example/v1/events: it is no API that wiretape knows, so it is neither recorded nor sent',
        "→ let it through: createTape({ passThrough: ['telemetry.example'] }) or WIRETAPE_PASS_THROUGH=telemetry.example; or record it: installTape(tape, { only: ['telemetry.example'] }) or WIRETAPE_ONLY=telemetry.example",
      ].join('\n'),
    })
    expect(tape.report().missed).toHaveLength(1)
    await expect(tape.close()).rejects.toThrow(error.message)
  },
)

async function statusOf(host: string): Promise<number> {
  return (await fetch(`${host}/x`)).status
}

test('credential endpoints pass, passThrough does, and what `only` names is taped', async () => {
  const inner = new undici.MockAgent()
  inner.disableNetConnect()
  for (const origin of [
    'http://169.254.169.254',
    'https://sts.eu-west-1.amazonaws.com',
    'https://oauth2.googleapis.com',
    'https://telemetry.example',
    'https://weather.example',
  ])
    inner.get(origin).intercept({ path: '/x' }).reply(200, { origin })
  const before = undici.getGlobalDispatcher()
  undici.setGlobalDispatcher(inner)
  const tape = fixture.tapeFor('record', { passThrough: ['telemetry.example'] })
  const hook = install(tape, { only: [/weather\.example/] })
  const statuses = [
    await statusOf('http://169.254.169.254'),
    await statusOf('https://sts.eu-west-1.amazonaws.com'),
    await statusOf('https://oauth2.googleapis.com'),
    await statusOf('https://telemetry.example'),
    await statusOf('https://weather.example'),
  ]
  hook.dispose()
  undici.setGlobalDispatcher(before)
  await tape.close()

  expect(statuses).toEqual([200, 200, 200, 200, 200])
  expect(tape.report().recorded.map((entry) => entry.url)).toEqual(['https://weather.example/x'])
})

test('dispose gives back what was there, once, whatever the order', async () => {
  const slots = [1, 2].map((version) => Symbol.for(`undici.globalDispatcher.${version}`))
  const read = (): unknown[] => [
    globalThis.fetch,
    ...slots.map((slot) => Reflect.get(globalThis, slot)),
  ]
  const before = read()
  const first = installTape(fixture.tapeFor('replay'))
  const second = installTape(fixture.tapeFor('live'))
  const during = read()

  first.dispose()
  expect(read()).toEqual(during)
  second.dispose()
  second[Symbol.dispose]()
  first.dispose()

  expect(read()).toEqual(before)
  expect(globalThis.fetch).toBe(before[0])
  expect(undici.getGlobalDispatcher()).toBe(before.at(-1))
})

test('what was put over the hooks goes on after they are disposed of, and nothing is taped', async () => {
  fixture.provider.script(json({ ok: true }), json({ ok: true }))
  const dispatcher = undici.getGlobalDispatcher()
  const hook = installTape(fixture.tapeFor('replay'))
  const hooked = [globalThis.fetch, undici.getGlobalDispatcher()] as const
  hook.dispose()

  expect((await hooked[0](fixture.provider.url + CHAT, init)).status).toBe(200)
  const options = { ...init, dispatcher: hooked[1] }
  expect((await undici.request(fixture.provider.url + CHAT, options)).statusCode).toBe(200)
  expect(undici.getGlobalDispatcher()).toBe(dispatcher)
})

test('a fetch that the global object inherits is given back', () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'fetch') as PropertyDescriptor
  const above = Object.getPrototypeOf(globalThis) as object
  Reflect.deleteProperty(globalThis, 'fetch')
  Object.defineProperty(above, 'fetch', own)
  try {
    installTape(fixture.tapeFor('live')).dispose()

    expect(globalThis.fetch).toBe(nodeFetch)
  } finally {
    Reflect.deleteProperty(above, 'fetch')
    Object.defineProperty(globalThis, 'fetch', own)
  }
})

test('install and dispose leave everything as it was', () => {
  const before = [globalThis.fetch, undici.getGlobalDispatcher()]
  {
    using hook = installTape(fixture.tapeFor('live'))
    expect(globalThis.fetch).not.toBe(before[0])
    expect(undici.getGlobalDispatcher()).not.toBe(before[1])
    expect(hook).toBeDefined()
  }

  expect(globalThis.fetch).toBe(before[0])
  expect(undici.getGlobalDispatcher()).toBe(before[1])
})

test('a fetch that can’t be replaced is an error, and nothing is changed', () => {
  const dispatcher = undici.getGlobalDispatcher()
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'fetch') as PropertyDescriptor
  Object.defineProperty(globalThis, 'fetch', { get: () => nodeFetch, configurable: true })

  expect(() => installTape(fixture.tapeFor('live'))).toThrow(
    "WT_NOT_INSTALLED: globalThis.fetch can't be replaced here\n→ hand each client a createTapeFetch(tape) or createTapeDispatcher(tape) instead",
  )
  expect(undici.getGlobalDispatcher()).toBe(dispatcher)
  Object.defineProperty(globalThis, 'fetch', descriptor)
})

test('a wrong option is said at once', () => {
  expect(() => installTape(fixture.tapeFor('live'), { only: 'a.example' as never })).toThrow(
    'WT_OPTION_INVALID: only takes a list, got',
  )
})

test('what is no traffic, and what fetch refuses, is left to fetch', async () => {
  const tape = fixture.tapeFor('replay')
  install(tape)

  expect(await (await fetch('data:,hello')).text()).toBe('hello')
  await expect(fetch('/relative')).rejects.toBeInstanceOf(TypeError)
  await tape.close()
})

test('each scope of the tape counts for itself', async () => {
  await using chat = await chatProvider({ seed: 9 })
  const tape = fixture.tapeFor('record')
  install(tape)
  const ask = async (): Promise<string> => (await fetch(chat.url + CHAT, init)).text()
  const texts = [await tape.run('first', ask), await tape.run('second', ask)]
  await tape.close()

  expect(texts[0]).toBe(texts[1])
  expect(chat.requests).toHaveLength(1)
})
