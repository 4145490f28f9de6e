import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import type { TapeOptions } from './options.ts'
import { createTape, type Tape } from './tape.ts'

const search = { provider: 'tavily', tool_name: 'web_search' }

function tapeOn(store: Store, mode: TapeOptions['mode']): Tape {
  vi.stubEnv('CI', '')
  return createTape({ mode, recordings: store })
}

test('a tool is called once, and its result replayed without calling it', async () => {
  const store = createMemoryStore()
  const recording = tapeOn(store, 'record')
  const recorded = await recording.call(search, { query: 'sun' }, async ({ query }) => ({
    found: [query, 1.5, null],
    left: undefined,
  }))
  await recording.close()
  const replaying = tapeOn(store, 'replay')
  const replayed = await replaying.call(search, { query: 'sun' }, () => {
    throw new Error('replay must not run it')
  })
  await replaying.close()

  expect(recorded).toEqual({ found: ['sun', 1.5, null] })
  expect('left' in recorded).toBe(false)
  expect(replayed).toEqual(recorded)
})

test("the file is named by OGX's rule for tools", async () => {
  const store = createMemoryStore()
  const tape = tapeOn(store, 'record')
  await tape.call(search, { query: 'é', top_k: 3 }, () => 'ok')
  await tape.close()

  const paths: string[] = []
  for await (const { path } of store.list('tool')) paths.push(path)
  // sha256 of '{"kwargs": {"query": "\\u00e9", "top_k": 3}, "provider": "tavily", "tool_name": "web_search"}'
  expect(paths).toEqual([
    'tool/web_search/7e51d08a32b7165749537f18bc146819509626919503e82b5d30aa3076820a0d.json',
  ])
})

function failing(): never {
  throw Object.assign(new RangeError('too many'), { code: 'E_MANY' })
}

test('what a tool throws is recorded and thrown again', async () => {
  const store = createMemoryStore()
  const recording = tapeOn(store, 'record')
  await expect(recording.call(search, {}, failing)).rejects.toBeInstanceOf(RangeError)
  await recording.close()
  const replaying = tapeOn(store, 'replay')

  await expect(replaying.call(search, {}, () => 'never')).rejects.toMatchObject({
    name: 'RangeError',
    message: 'too many',
    code: 'E_MANY',
  })
  await replaying.close()
})

test('what is not JSON is refused in every mode, with its place', async () => {
  for (const mode of ['live', 'record'] as const) {
    const tape = tapeOn(createMemoryStore(), mode)
    await expect(tape.call(search, { when: [new Date(0)] }, () => 1)).rejects.toMatchObject({
      message:
        "WT_VALUE_NOT_JSON: kwargs.when[0] is a Date, which JSON can't hold\n→ give and return plain JSON: objects, arrays, strings, finite numbers, booleans and null",
    })
    await expect(tape.call(search, {}, () => undefined)).rejects.toThrow(
      "WT_VALUE_NOT_JSON: the result is undefined, which JSON can't hold",
    )
  }
})

test('equal calls of a scope are occurrences, and calls at once are made once a run', async () => {
  const store = createMemoryStore()
  const recording = tapeOn(store, 'record')
  let calls = 0
  const next = async (): Promise<number> => (calls += 1)
  expect(await recording.call(search, {}, next)).toBe(1)
  expect(await recording.call(search, {}, next)).toBe(2)
  const others = ['a', 'b', 'c'].map((name) => recording.scope(name).call(search, {}, next))
  expect(await Promise.all(others)).toEqual([1, 1, 1])
  await recording.close()
  const replaying = tapeOn(store, 'replay')

  expect(await replaying.call(search, {}, next)).toBe(1)
  expect(await replaying.call(search, {}, next)).toBe(2)
  await replaying.close()
  expect(calls).toBe(2)
})

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield* []
}

test('nothing inside a tool is recorded', async () => {
  const store = createMemoryStore()
  const tape = tapeOn(store, 'record')
  await tape.call(search, {}, async () => {
    const response = await tape.handle(
      { method: 'GET', url: 'https://example.com/', headers: [] },
      async () => ({ status: 200, headers: [], body: nothing() }),
    )
    return response.status
  })
  await tape.close()

  expect(tape.report().recorded).toHaveLength(1)
})

test('a miss names the nearest call and what differs', async () => {
  const store = createMemoryStore()
  const recording = tapeOn(store, 'record')
  await recording.call(search, { query: 'sun' }, () => 'ok')
  await recording.close()
  const replaying = tapeOn(store, 'replay')

  await expect(replaying.call(search, { query: 'moon' }, () => 'ok')).rejects.toThrow(
    '  differs at kwargs.query\n    recorded: "sun"\n    asked:    "moon"',
  )
  await expect(replaying.close()).rejects.toThrow('WT_RECORDING_NOT_FOUND')
})

test('a tool that is still running is waited for on closing, and its result is recorded', async () => {
  const store = createMemoryStore()
  const tape = tapeOn(store, 'record')
  const result = tape.call(search, {}, async () => {
    await sleep(30)
    return 'late'
  })

  await tape.close()

  expect(tape.report().recorded).toHaveLength(1)
  expect(await result).toBe('late')
})

test('a tool that hangs holds up neither closing nor, from then on, who waits for it', async () => {
  vi.stubEnv('CI', '')
  const tape = createTape({ mode: 'record', recordings: createMemoryStore(), drain: 20 })
  void tape.scope('a').call(search, { hangs: true }, () => new Promise(() => undefined))
  const waiting = tape
    .scope('b')
    .call(search, { hangs: true }, () => 'never called')
    .catch((error: unknown) => (error as Error).name)

  await tape.close()

  expect(await waiting).toBe('AbortError')
})

test('where the first caller has nothing to record, the next of those who wait calls', async () => {
  const store = createMemoryStore()
  const tape = tapeOn(store, 'record')
  let calls = 0
  const run = async (): Promise<unknown> => {
    calls += 1
    await sleep(10)
    return calls === 1 ? new Date(0) : calls
  }

  const outcomes = await Promise.allSettled(
    ['a', 'b', 'c'].map((name) => tape.scope(name).call(search, { first: 'fails' }, run)),
  )

  expect(outcomes).toMatchObject([
    { status: 'rejected', reason: { code: 'WT_VALUE_NOT_JSON' } },
    { status: 'fulfilled', value: 2 },
    { status: 'fulfilled', value: 2 },
  ])
})

test('a call that was not recorded leaves no gap in the numbers', async () => {
  const store = createMemoryStore()
  const tape = tapeOn(store, 'record')
  await tape.call(search, {}, () => new Date(0)).catch(() => undefined)
  await tape.call(search, {}, () => 'first')
  await tape.close().catch(() => undefined)
  const replaying = tapeOn(store, 'replay')

  expect(await replaying.call(search, {}, () => 'unasked')).toBe('first')
})
