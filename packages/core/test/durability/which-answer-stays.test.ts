import { expect, test, vi } from 'vitest'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { TapeOptions } from '../../src/tape/options.ts'
import { processState } from '../../src/tape/process-state.ts'
import { recordingsIn } from '../../src/tape/recorded-files.test-fixture.ts'
import {
  chatEvent,
  chatReads,
  chatRequest,
  readText,
  type ScriptedAnswer,
  scriptLive,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { isolateTapes, jsonAnswer } from '../tapes.test-fixture.ts'

isolateTapes()

/** Answers from the least to the best. */
const ANSWERS: Readonly<Record<string, ScriptedAnswer | Error>> = {
  failed: new Error('refused'),
  cut: { body: [chatEvent('cut')] },
  'a passing error': jsonAnswer({ error: { message: 'busy' } }, 503),
  'a settled error': jsonAnswer({ error: { message: 'absent' } }, 404),
  complete: { body: chatReads('complete') },
}
const RANKS: Readonly<Record<string, number>> = {
  failed: 0,
  cut: 0,
  'a passing error': 1,
  'a settled error': 2,
  complete: 3,
}

function named(name: string): ScriptedAnswer | Error {
  const answer = ANSWERS[name]
  if (answer === undefined) throw new Error(`no answer is called ${name}`)
  return answer
}

/** Records one answer, as a process of its own. */
async function record(
  store: Store,
  answer: ScriptedAnswer | Error,
  options: TapeOptions = {},
): Promise<void> {
  processState().fetched.clear()
  const tape = createTape({ mode: 'record', recordings: store, ...options })
  const response = await tape
    .handle(chatRequest('q'), scriptLive(answer).live)
    .catch(() => undefined)
  if (response !== undefined) await readText(response)
  await tape.close()
}

async function textOf(store: Store): Promise<string> {
  return JSON.stringify(Object.values(await recordingsIn(store)).map(({ response }) => response))
}

const NAMES = Object.keys(ANSWERS)
const PAIRS = NAMES.flatMap((old) => NAMES.map((fresh) => [old, fresh] as const))

test.each(PAIRS)(
  'of an old answer (%s) and a new one (%s) the better stays',
  async (old, fresh) => {
    const store = createMemoryStore()
    const alone = createMemoryStore()
    const isReplaced = (RANKS[fresh] ?? 0) >= (RANKS[old] ?? 0)
    await record(alone, named(isReplaced ? fresh : old))

    await record(store, named(old))
    await record(store, named(fresh))

    expect(await wordsOf(store)).toEqual(await wordsOf(alone))
  },
)

/** What tells the answers apart. */
async function wordsOf(store: Store): Promise<readonly string[]> {
  return (await textOf(store)).match(/refused|busy|absent|"cut"|complete"/g) ?? []
}

test.each(NAMES)('with recordErrors, %s replaces even a complete recording', async (fresh) => {
  const store = createMemoryStore()
  const alone = createMemoryStore()
  await record(alone, named(fresh))

  await record(store, { body: chatReads('older') })
  await record(store, named(fresh), { recordErrors: true })

  expect(await wordsOf(store)).toEqual(await wordsOf(alone))
})

/** A store in which another process writes just before this one's first recording is written. */
function withRival(store: Store, rival: () => Promise<void>): Store {
  let isFirst = true
  return {
    ...store,
    write: async (path, bytes, options) => {
      if (isFirst && path.startsWith('openai-chat/')) {
        isFirst = false
        await rival()
      }
      return store.write(path, bytes, options)
    },
  }
}

test.each([
  ['complete', 'complete', 'rival'],
  ['a settled error', 'complete', 'absent'],
  ['a passing error', 'complete', 'own'],
  ['cut', 'complete', 'own'],
  ['complete', 'cut', 'rival'],
])(
  'where another process records %s between the last look and the write of one that is %s, the first good one stays',
  async (theirs, ours, stays) => {
    const store = createMemoryStore()
    const rival = theirs === 'complete' ? { body: chatReads('rival') } : named(theirs)
    const own = ours === 'complete' ? { body: chatReads('own') } : named(ours)
    const contested = withRival(store, () => record(store, rival))

    await record(contested, own, { mode: 'record-if-missing' })

    expect(await textOf(store)).toContain(stays)
    expect(Object.keys(await recordingsIn(store))).toHaveLength(1)
  },
)

test('what another process has recorded since the first look is not fetched again', async () => {
  const store = createMemoryStore()
  let looks = 0
  const contested: Store = {
    ...store,
    read: async (path) => {
      const isRecording = path.startsWith('openai-chat/')
      if (isRecording && (looks += 1) === 2) await record(store, { body: chatReads('rival') })
      return store.read(path)
    },
  }
  const never = vi.fn<() => Promise<never>>()
  const tape = createTape({ mode: 'record-if-missing', recordings: contested })

  const text = await readText(await tape.handle(chatRequest('q'), never))
  await tape.close()

  expect(text).toContain('"content":"rival"')
  expect(never).not.toHaveBeenCalled()
  expect(tape.report()).toMatchObject({ replayed: [{}], recorded: [], refused: [] })
})

function failing(): never {
  throw new RangeError('too many')
}

test('a tool’s error does not replace its result, unless errors are recorded', async () => {
  const store = createMemoryStore()
  const tool = { provider: 'p', tool_name: 't' }
  const call = async (run: () => string, options: TapeOptions = {}): Promise<unknown> => {
    processState().fetched.clear()
    const tape = createTape({ mode: 'record', recordings: store, ...options })
    const result = await tape.call(tool, {}, run).catch((error: unknown) => error)
    await tape.close()
    return result
  }
  await call(() => 'good')
  expect(await call(failing)).toBeInstanceOf(RangeError)
  expect(await call(failing, { mode: 'replay' })).toBe('good')

  await call(failing, { recordErrors: true })
  expect(await call(() => 'unasked', { mode: 'replay' })).toMatchObject({ name: 'RangeError' })
})

test('a damaged blob is written again with the recording that holds it', async () => {
  const store = createMemoryStore()
  const request = chatRequest(
    `data:image/png;base64,${Buffer.alloc(60_000, 'x').toString('base64')}`,
  )
  const recordIt = async (): Promise<void> => {
    processState().fetched.clear()
    const tape = createTape({ mode: 'record', recordings: store })
    await readText(await tape.handle(request, scriptLive({ body: chatReads('a') }).live))
    await tape.close()
  }
  const blobs = async (): Promise<string[]> => {
    const paths: string[] = []
    for await (const { path } of store.list('blobs')) paths.push(path)
    return paths
  }
  await recordIt()
  const [path = ''] = await blobs()
  const whole = await store.read(path)
  await store.write(path, Buffer.from('torn'))

  await recordIt()

  expect(await blobs()).toEqual([path])
  expect(await store.read(path)).toEqual(whole)
})
