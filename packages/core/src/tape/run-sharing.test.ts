import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import type { LiveFetch } from '../request/wire.ts'
import { processState } from './process-state.ts'
import {
  chatReads,
  chatRequest,
  createManualBody,
  readText,
  scriptLive,
} from './scripted-live.test-fixture.ts'
import { createTape, type Tape } from './tape.ts'

let store: Store
let tape: Tape

beforeEach(() => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
  store = createMemoryStore()
  tape = createTape({ mode: 'record-if-missing', recordings: store })
})

afterEach(() => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
})

const NAMES = Array.from({ length: 10 }, (_, index) => `test ${index}`)

async function askAs(testId: string, live: LiveFetch): Promise<string> {
  return readText(await tape.scope(testId).handle(chatRequest('q'), live))
}

test('ten scopes that ask the same at once fetch it once, and see the same bytes', async () => {
  const { live, sent } = scriptLive({ head: sleep(10), body: chatReads('a', 'b') })

  const answers = await Promise.all(NAMES.map((name) => askAs(name, live)))

  expect(sent).toHaveLength(1)
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]).toContain('"content":"a"')
  expect(tape.report()).toMatchObject({ recorded: [{ testId: 'test 0' }], missed: [] })
  expect(tape.report().replayed).toHaveLength(9)
})

test('each occurrence is fetched once', async () => {
  const { live, sent } = scriptLive({ body: chatReads('one') }, { body: chatReads('two') })

  const answers = await Promise.all(
    NAMES.map(async (name) => {
      const scope = tape.scope(name)
      const first = await readText(await scope.handle(chatRequest('q'), live))
      return [first, await readText(await scope.handle(chatRequest('q'), live))]
    }),
  )

  expect(sent).toHaveLength(2)
  for (const [first, second] of answers) {
    expect(first).toContain('"content":"one"')
    expect(second).toContain('"content":"two"')
  }
})

test('where the first keeps nothing, one of the others fetches, and the rest follow it', async () => {
  const { live, sent } = scriptLive(
    { status: 401, head: sleep(10), body: ['{}'] },
    { body: chatReads('a') },
  )

  const answers = await Promise.all(NAMES.map((name) => askAs(name, live)))

  expect(sent).toHaveLength(2)
  expect(answers.filter((answer) => answer === '{}')).toHaveLength(1)
  expect(answers.filter((answer) => answer.includes('"content":"a"'))).toHaveLength(9)
})

test('where the first caller aborts before its head, another fetches', async () => {
  const controller = new AbortController()
  const { live, sent } = scriptLive(
    { head: new Promise(() => undefined) },
    { body: chatReads('a') },
  )
  const first = tape
    .scope('first')
    .handle(chatRequest('q', { signal: controller.signal }), live)
    .catch((error: unknown) => error)
  await sleep(5)
  const second = askAs('second', live)
  await sleep(5)
  expect(sent).toHaveLength(1)

  controller.abort()

  expect(await first).toMatchObject({ name: 'AbortError' })
  expect(await second).toContain('"content":"a"')
  expect(sent).toHaveLength(2)
})

test('where the first caller stops reading, the others still have the whole answer', async () => {
  const body = createManualBody()
  const { live, sent } = scriptLive({ body })
  const reads = (await tape.scope('first').handle(chatRequest('q'), live)).body[
    Symbol.asyncIterator
  ]()
  const second = askAs('second', live)
  const [start = '', ...rest] = chatReads('a', 'b')
  body.push(start)
  await reads.next()

  await reads.return?.()
  for (const read of rest) body.push(read)
  body.end()

  expect(await second).toContain('"content":"b"')
  expect(sent).toHaveLength(1)
})

test('a second tape of the run has the first one’s recording, another run fetches anew', async () => {
  const { live, sent } = scriptLive({ body: chatReads('old') }, { body: chatReads('new') })
  const recordAgain = async (run: string): Promise<string> => {
    vi.stubEnv('WIRETAPE_RUN_ID', run)
    const recording = createTape({ mode: 'record', recordings: store })
    const answer = await readText(await recording.handle(chatRequest('q'), live))
    await recording.close()
    return answer
  }

  expect(await recordAgain('1')).toContain('"content":"old"')
  expect(await recordAgain('1')).toContain('"content":"old"')
  expect(await recordAgain('2')).toContain('"content":"new"')

  expect(sent).toHaveLength(2)
  vi.unstubAllEnvs()
})

test('two corpora are two recordings', async () => {
  const { live, sent } = scriptLive({ body: chatReads('a') }, { body: chatReads('b') })
  const other = createTape({ mode: 'record', recordings: createMemoryStore() })

  expect(await askAs('t', live)).toContain('"content":"a"')
  expect(await readText(await other.handle(chatRequest('q'), live))).toContain('"content":"b"')
  expect(sent).toHaveLength(2)
})

test('where two processes fetch the same all the same, the first recording stays', async () => {
  const slow = createManualBody()
  const { live, sent } = scriptLive({ body: slow }, { body: chatReads('second') })
  const first = askAs('first', live)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  // What this process knows of the run goes: what follows is as another process.
  processState().fetched.clear()
  const second = await askAs('second', live)

  for (const read of chatReads('first')) slow.push(read)
  slow.end()

  expect(await first).toContain('"content":"first"')
  expect(second).toContain('"content":"second"')
  expect(await askAs('third', live)).toBe(second)
  expect(tape.report()).toMatchObject({
    recorded: [{ testId: 'second' }],
    refused: [{ testId: 'first' }],
  })
})
