import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { requestKey } from '../request/recording-key.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import {
  chatBody,
  chatReads,
  chatRequest,
  readText,
  scriptLive,
} from './scripted-live.test-fixture.ts'
import type { ReportEntry } from './report.ts'
import { createTape, type Tape } from './tape.ts'
import type { TapeOptions } from './options.ts'
import { processState } from './process-state.ts'

beforeEach(() => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
})

afterEach(() => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
})

const never = async (): Promise<never> => {
  throw new Error('a replay went live')
}

/** A store in which each question has been asked so often. */
async function recordedStore(
  questions: Readonly<Record<string, number>>,
  options: TapeOptions = {},
): Promise<Store> {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store, ...options })
  for (const [question, times] of Object.entries(questions))
    for (let time = 1; time <= times; time++) {
      const { live } = scriptLive({ body: chatReads(`${question} ${time}`) })
      await readText(await tape.handle(chatRequest(question), live))
    }
  await tape.close()
  return store
}

/** What a tape answers, by its text; a miss by its code. */
async function ask(
  tape: Tape,
  question = 'q',
  headers: readonly [string, string][] = [],
): Promise<string> {
  try {
    const answer = await readText(await tape.handle(chatRequest(question, { headers }), never))
    return /"content":"([^"]*)"/.exec(answer)?.[1] ?? answer
  } catch (error) {
    return (error as { code: string }).code
  }
}

const inTest = (testId: string): [string, string][] => [['X-Wiretape-Test-Id', testId]]

function testsOf(entries: readonly ReportEntry[]): string[] {
  return entries
    .map(({ testId }) => String(testId))
    .toSorted((left, right) => (left < right ? -1 : 1))
}

test('each scope counts for itself, and so does the tape', async () => {
  const tape = createTape({ recordings: await recordedStore({ q: 2 }) })
  const [one, other] = [tape.scope('one'), tape.scope('other')]

  expect(await ask(one)).toBe('q 1')
  expect(await ask(other)).toBe('q 1')
  expect(await ask(one)).toBe('q 2')
  expect(await ask(tape)).toBe('q 1')
  expect(await ask(tape)).toBe('q 2')
})

test('a scope of the same name is a new scope: each retry of a test starts anew', async () => {
  const tape = createTape({ recordings: await recordedStore({ q: 1 }) })

  expect(await ask(tape.scope('a test'))).toBe('q 1')
  expect(await ask(tape.scope('a test'))).toBe('q 1')
  expect(await tape.run('a test', () => ask(tape))).toBe('q 1')
  expect(await tape.run('a test', () => ask(tape))).toBe('q 1')
})

test('the header names a scope that lasts as long as the tape', async () => {
  const tape = createTape({ recordings: await recordedStore({ q: 2 }) })

  expect(await ask(tape, 'q', inTest('one'))).toBe('q 1')
  expect(await ask(tape, 'q', inTest('other'))).toBe('q 1')
  expect(await ask(tape, 'q', inTest('one'))).toBe('q 2')
})

test('a request belongs to the tape it was made through, then to its header, then to the async context, then to the file', async () => {
  const tape = createTape({ recordings: await recordedStore({ q: 1 }), testId: 'file' })
  const scope = tape.scope('scope')

  await tape.run('context', async () => {
    await ask(scope, 'q', inTest('header'))
    await ask(tape, 'q', inTest('header'))
    await ask(tape)
  })
  await ask(tape)

  expect(tape.report().replayed.map(({ testId }) => testId)).toEqual([
    'scope',
    'header',
    'context',
    'file',
  ])
})

test('the async context follows whatever is awaited, and ends with it', async () => {
  const tape = createTape({ recordings: await recordedStore({ q: 1 }) })
  const ids = async (): Promise<void> => {
    await sleep(2)
    await Promise.all([ask(tape), sleep(1).then(() => ask(tape))])
  }

  await Promise.all([tape.run('one', ids), tape.run('other', ids)])
  await ask(tape)

  expect(testsOf(tape.report().replayed)).toEqual(['null', 'one', 'other'])
  expect(testsOf(tape.report().missed)).toEqual(['one', 'other'])
})

test('inner contexts hide outer ones, and those of two tapes do not meet', async () => {
  const recordings = await recordedStore({ q: 1 })
  const [one, other] = [createTape({ recordings }), createTape({ recordings })]

  await one.run('outer', () =>
    other.run('of the other', () =>
      one.run('inner', async () => {
        await ask(one)
        await ask(other)
      }),
    ),
  )

  expect(one.report().replayed[0]?.testId).toBe('inner')
  expect(other.report().replayed[0]?.testId).toBe('of the other')
})

test('run gives back what its function gives, also at once, and its errors', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  const storage = new AsyncLocalStorage<string>()

  expect(tape.run('t', () => 7)).toBe(7)
  expect(storage.run('kept', () => tape.run('t', () => storage.getStore()))).toBe('kept')
  expect(() =>
    tape.run('t', () => {
      throw new Error('own')
    }),
  ).toThrow('own')
})

test.each(['', 7, null])('the test %j is none', (testId) => {
  const tape = createTape({ recordings: createMemoryStore() })
  const message = `WT_OPTION_INVALID: testId takes a string that is not empty, got ${JSON.stringify(testId)}\n→ name the test: tape.scope('chat > answers')`

  expect(() => tape.scope(testId as string)).toThrow(message)
  expect(() => tape.run(testId as string, () => 1)).toThrow(message)
})

test("isolation 'test' needs a test", () => {
  expect(() => createTape({ recordings: createMemoryStore(), isolation: 'test' })).toThrow(
    "WT_OPTION_INVALID: isolation 'test' needs a testId: the test belongs to the key\n→ createTape({ isolation: 'test', testId: 'chat > answers' })",
  )
})

test("under isolation 'test' a scope finds its own recordings only, unless it is told to share", async () => {
  const recordings = await recordedStore({ q: 1 }, { isolation: 'test', testId: 'mine' })
  const tape = createTape({ recordings, isolation: 'test', testId: 'mine' })

  expect(await ask(tape)).toBe('q 1')
  expect(await ask(tape.scope('mine'))).toBe('q 1')
  expect(await ask(tape.scope('yours'))).toBe('WT_RECORDING_NOT_FOUND')
  expect(await ask(tape.scope('mine', { isolation: 'shared' }))).toBe('WT_RECORDING_NOT_FOUND')
})

test('WIRETAPE_MODE beats the option, and the tape says so', () => {
  vi.stubEnv('WIRETAPE_MODE', 'live')

  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })

  expect([tape.mode, tape.scope('t').mode]).toEqual(['live', 'live'])
})

test('in live mode and under passThrough the header for the test is not sent on', async () => {
  const { live, sent } = scriptLive({ body: [] }, { body: [] })
  const request = chatRequest('q', { headers: [['A', '1'], ...inTest('t')] })

  await createTape({ mode: 'live', recordings: createMemoryStore() }).handle(request, live)
  await createTape({ recordings: createMemoryStore(), passThrough: ['api.openai.com'] }).handle(
    request,
    live,
  )

  expect(sent.map(({ headers }) => headers)).toEqual([[['A', '1']], [['A', '1']]])
})

test.each([
  ['a host', 'api.openai.com', true],
  ['a host with its port', 'api.openai.com:8080', false],
  ['a part of a host', 'openai.com', false],
  ['a regular expression over the url', /\/v1\/chat/, true],
  ['one that does not match', /embeddings/, false],
  ['a function', (request: { method: string }) => request.method === 'POST', true],
])('passThrough by %s', async (_, rule, passes) => {
  const { live, sent } = scriptLive({ body: ['live'] })
  const tape = createTape({ recordings: createMemoryStore(), passThrough: [rule] })

  await tape.handle(chatRequest('q'), live).catch(() => undefined)

  expect(sent).toHaveLength(passes ? 1 : 0)
  expect(tape.report().missed).toHaveLength(passes ? 0 : 1)
})

test('a global or sticky regular expression passes every time, not every other', async () => {
  const { live, sent } = scriptLive({}, {}, {}, {})
  const tape = createTape({ recordings: createMemoryStore(), passThrough: [/openai/g, /https/y] })

  for (let time = 0; time < 4; time++) await tape.handle(chatRequest('q'), live)

  expect(sent).toHaveLength(4)
})

test('close throws the one thing that went wrong', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  const miss = await tape.handle(chatRequest('q'), never).catch((error: unknown) => error)

  await expect(tape.close()).rejects.toBe(miss)
})

test('close throws several things in one error, in their order', async () => {
  const store = createMemoryStore()
  const tape = createTape({ recordings: store })
  const requests = ['a', 'b'].map((path) => ({
    method: 'GET',
    url: `https://x.example/${path}`,
    headers: [],
  }))
  const misses: unknown[] = []
  for (const request of requests)
    misses.push(await tape.handle(request, never).catch((error: unknown) => error))
  const failed = await tape.close().catch((error: unknown) => error)

  const missOf = (path: string): string =>
    `WT_RECORDING_NOT_FOUND: no recording answers GET /${path}\n  looked in: ${store.name}\n  nothing is recorded there at all\n→ to record it: WIRETAPE_MODE=record-if-missing npm test`
  expect(failed).toMatchObject({
    code: 'WT_TAPE_FAILED',
    message: `WT_TAPE_FAILED: 2 requests went wrong:\n${missOf('a')}\n${missOf('b')}\n→ take them one by one, the first first; tape.acknowledge(error) lets an expected one pass`,
    details: { errors: misses },
    cause: misses[0],
  })
})

test('an acknowledged miss is forgotten, as itself, wrapped, or by its text alone', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  for (const question of ['a', 'b', 'c']) {
    const miss = (await tape
      .handle(chatRequest(question), never)
      .catch((error: unknown) => error)) as Error
    const forms: Record<string, Error> = {
      a: miss,
      b: new Error('Connection error.', { cause: new Error('x', { cause: miss }) }),
      c: new Error(`404 ${miss.message}`),
    }
    tape.acknowledge(forms[question])
  }

  await expect(tape.close()).resolves.toBeUndefined()
})

test('acknowledging one miss leaves the others, and acknowledging nothing is no error', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  const [first] = await Promise.all(
    ['a', 'b'].map((path) =>
      tape
        .handle({ method: 'GET', url: `https://x.example/${path}`, headers: [] }, never)
        .catch((error: unknown) => error),
    ),
  )
  tape.acknowledge(first)
  tape.acknowledge(undefined)
  tape.acknowledge('WT_RECORDING_NOT_FOUND')
  tape.acknowledge(new Error('unrelated'))

  await expect(tape.close()).rejects.toThrow('no recording answers GET /b')
})

test('closing a scope closes the tape, and closing again does nothing', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  await tape.handle(chatRequest('q'), never).catch(() => undefined)

  await expect(tape.scope('t').close()).rejects.toMatchObject({ code: 'WT_RECORDING_NOT_FOUND' })
  await expect(tape.close()).resolves.toBeUndefined()
})

async function missAndClose(): Promise<void> {
  await using tape = createTape({ recordings: createMemoryStore() })
  await tape.handle(chatRequest('q'), never).catch(() => undefined)
}

test('await using closes a tape', async () => {
  await expect(missAndClose()).rejects.toMatchObject({ code: 'WT_RECORDING_NOT_FOUND' })
})

test('a request that comes after closing is refused, and names itself', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  await tape.close()

  await expect(tape.scope('t').handle(chatRequest('q'), never)).rejects.toMatchObject({
    message:
      'WT_TAPE_CLOSED: POST /v1/chat/completions came after the tape was closed\n→ close the tape after the last request: await tape.close() in afterAll',
  })
})

test('a write that failed is thrown on closing, and the program has its answer', async () => {
  const store: Store = {
    ...createMemoryStore(),
    write: async () => {
      throw new Error('disk full')
    },
  }
  const tape = createTape({ mode: 'record', recordings: store })
  const { live } = scriptLive({ body: chatReads('a') })

  expect(await readText(await tape.handle(chatRequest('q'), live))).toContain('"a"')

  expect(tape.report().recorded).toEqual([])
  await expect(tape.close()).rejects.toMatchObject({
    code: 'WT_RECORDING_NOT_WRITTEN',
    cause: { message: 'disk full' },
  })
})

test('where no layer can be written a recording is refused before anything is fetched', async () => {
  const store: Store = { ...createMemoryStore(), writable: false }
  const tape = createTape({ mode: 'record', recordings: store })
  const { live, sent } = scriptLive({})

  await expect(tape.handle(chatRequest('q'), live)).rejects.toMatchObject({
    code: 'WT_RECORDING_NOT_WRITTEN',
    hint: "put a folder of your own first: recordings: ['./recordings', '@acme/recordings']",
  })
  expect(sent).toEqual([])
})

test('the report tells what became of each request, by its file', async () => {
  const store = await recordedStore({ q: 2 })
  const tape = createTape({ mode: 'record-if-missing', recordings: store })
  const { live } = scriptLive({ body: chatReads('new') }, { status: 401, body: ['{}'] })

  await tape.scope('one').handle(chatRequest('q'), never)
  await readText(await tape.scope('two').handle(chatRequest('new'), live))
  await readText(await tape.scope('three').handle(chatRequest('refused'), live))
  await tape.close()

  const url = 'https://api.openai.com/v1/chat/completions'
  expect(tape.report()).toEqual({
    replayed: [{ method: 'POST', url, recording: placeOf(store, 'q'), testId: 'one' }],
    recorded: [{ method: 'POST', url, recording: placeOf(store, 'new'), testId: 'two' }],
    missed: [],
    refused: [{ method: 'POST', url, recording: null, testId: 'three' }],
    unused: [placeOf(store, 'q', '-2')],
  })
})

/** Where a question's recording lies. */
function placeOf(store: Store, question: string, suffix = ''): string {
  const { method, url } = chatRequest(question)
  const { hash } = requestKey({ method, url, body: chatBody(question) })
  return store.locate(`openai-chat/gpt-test/${hash}${suffix}.json`)
}

test('what a report gave stays as it was', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  const before = tape.report()
  await tape.handle(chatRequest('q'), never).catch(() => undefined)

  expect(before.missed).toEqual([])
  expect(tape.report().missed).toHaveLength(1)
})
