import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  chatChunks,
  chatProvider,
  chatStream,
  createGate,
  error,
  type Gate,
  type ResponseAnswer,
  type ScriptedProvider,
  stream,
} from '@wiretape/testkit'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Order, Outcome } from './run-process.test-fixture.ts'

/** Another process of a run, which does what it is told. */
interface Worker {
  /** What it says next. */
  readonly hear: () => Promise<Outcome>
  readonly carryOut: (order: Order) => Promise<Outcome>
  readonly abort: () => void
  readonly kill: (signal: NodeJS.Signals) => void
}

function startWorker(): Worker {
  const script = fileURLToPath(new URL('../../../../.ci/run-typescript.mjs', import.meta.url))
  const program = fileURLToPath(new URL('run-process.test-fixture.ts', import.meta.url))
  const { PATH, HOME } = process.env
  const child = fork(script, [program], {
    env: { PATH, HOME, WIRETAPE_CACHE: join(folder, 'cache') },
  })
  const hear = async (): Promise<Outcome> => {
    const stopping = new AbortController()
    try {
      const [said] = await Promise.race([
        once(child, 'message', stopping),
        once(child, 'exit', stopping).then(() => Promise.reject(new Error('it ended'))),
      ])
      return said as Outcome
    } finally {
      stopping.abort()
    }
  }
  return {
    hear,
    carryOut: (order) => {
      const outcome = hear()
      child.send(order)
      return outcome
    },
    abort: () => void child.send('abort'),
    kill: (signal) => void child.kill(signal),
  }
}

let folder: string
let workers: readonly [Worker, Worker, Worker, Worker]
const providers: ScriptedProvider[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-run-'))
  workers = [startWorker(), startWorker(), startWorker(), startWorker()]
  await Promise.all(workers.map((worker) => worker.hear()))
})

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL')
  for (const provider of providers) await provider.close()
  await rm(folder, { recursive: true })
})

interface Setting {
  readonly provider: ScriptedProvider
  /** An order in this test's own corpus and run. */
  readonly order: (more?: Partial<Order>) => Order
}

async function prepare(): Promise<Setting> {
  const provider = await chatProvider()
  const number = providers.push(provider)
  return {
    provider,
    order: (more) => ({
      run: `run ${number}`,
      url: provider.url,
      recordings: join(folder, `corpus-${number}`),
      mode: 'record-if-missing',
      scopes: 1,
      how: 'ask',
      ...more,
    }),
  }
}

/** A stream that says `slow`, and waits in the middle. */
function slowAnswer(gate: Gate): ResponseAnswer {
  const text = chatStream(chatChunks({ content: ['sl', 'ow'] }))
  const middle = text.indexOf('\n\n', text.length / 2) + 2
  return stream([text.slice(0, middle), gate, text.slice(middle)])
}

test.each(['record', 'record-if-missing'] as const)(
  'four processes of ten tests each fetch each turn once, and go on from the same answer: %s',
  async (mode) => {
    const { provider, order } = await prepare()

    const outcomes = await Promise.all(
      workers.map((worker) => worker.carryOut(order({ mode, scopes: 10, how: 'converse' }))),
    )

    expect(provider.requests).toHaveLength(2)
    const texts = new Set(outcomes.flatMap((outcome) => outcome.texts))
    expect([...texts]).toEqual([expect.stringMatching(/^#1 .* then #2 /)])
    expect(sum(outcomes, 'recorded')).toBe(2)
    expect(sum(outcomes, 'replayed')).toBe(78)

    const replayed = await workers[0].carryOut(order({ mode: 'replay', how: 'converse' }))

    expect(replayed.texts).toEqual([...texts])
    expect(provider.requests).toHaveLength(2)
  },
)

function sum(outcomes: readonly Outcome[], name: 'recorded' | 'replayed'): number {
  return outcomes.reduce((total, outcome) => total + outcome[name], 0)
}

test('a later process of the run does not fetch again, in mode record neither; another run does', async () => {
  const { provider, order } = await prepare()

  const first = await workers[0].carryOut(order({ mode: 'record' }))
  const later = await workers[1].carryOut(order({ mode: 'record' }))
  const otherRun = await workers[2].carryOut(order({ mode: 'record', run: 'another' }))

  expect(later.texts).toEqual(first.texts)
  expect(later).toMatchObject({ recorded: 0, replayed: 1 })
  expect(otherRun.texts).not.toEqual(first.texts)
  expect(provider.requests).toHaveLength(2)
})

test('a recording that was deleted since is fetched again, once', async () => {
  const { provider, order } = await prepare()
  await workers[0].carryOut(order())
  await rm(order().recordings, { recursive: true })

  const outcomes = await Promise.all(workers.map((worker) => worker.carryOut(order())))

  expect(provider.requests).toHaveLength(2)
  expect(new Set(outcomes.flatMap(({ texts }) => texts)).size).toBe(1)
})

test('where nothing was kept, one of those who waited in other processes fetches', async () => {
  const { provider, order } = await prepare()
  const gate = createGate()
  provider.script(async () => {
    await gate.pass()
    return error(401, 'Incorrect API key provided.')
  })
  const first = workers[0].carryOut(order())
  await gate.reached
  const others = workers.slice(1).map((worker) => worker.carryOut(order()))
  await sleep(100)
  expect(provider.requests).toHaveLength(1)

  gate.open()

  expect((await first).texts[0]).toContain('Incorrect API key')
  const texts = (await Promise.all(others)).flatMap((outcome) => outcome.texts)
  expect(texts).toEqual([texts[0], texts[0], texts[0]])
  expect(texts[0]).toMatch(/^#1 /)
  expect(provider.requests).toHaveLength(2)
})

test('where the leader stops reading, others have the whole answer', async () => {
  const { provider, order } = await prepare()
  const gate = createGate()
  provider.script(slowAnswer(gate))
  const first = workers[0].carryOut(order({ how: 'leave' }))
  await gate.reached
  const second = workers[1].carryOut(order())
  await sleep(100)

  gate.open()

  expect((await first).texts).toEqual(['left'])
  expect((await second).texts).toEqual(['slow'])
  expect(provider.requests).toHaveLength(1)
})

test('where the leader aborts in the middle, others have the whole answer', async () => {
  const { provider, order } = await prepare()
  const gate = createGate()
  provider.script(slowAnswer(gate))
  const first = workers[0].carryOut(order())
  await gate.reached
  const second = workers[1].carryOut(order())
  await sleep(100)

  workers[0].abort()
  gate.open()

  expect((await first).texts).toEqual(['AbortError'])
  expect((await second).texts).toEqual(['slow'])
  expect(provider.requests).toHaveLength(1)
})

test('where the leader aborts before the head, another process fetches', async () => {
  const { provider, order } = await prepare()
  const gate = createGate()
  provider.script(async () => {
    await gate.pass()
    return error(500, 'too late')
  })
  const first = workers[0].carryOut(order())
  await gate.reached
  const second = workers[1].carryOut(order())
  await sleep(100)

  workers[0].abort()

  expect((await first).texts).toEqual(['AbortError'])
  expect((await second).texts[0]).toMatch(/^#1 /)
  expect(provider.requests).toHaveLength(2)
})

test('a follower that is aborted stops waiting', async () => {
  const { provider, order } = await prepare()
  const gate = createGate()
  provider.script(slowAnswer(gate))
  const first = workers[0].carryOut(order())
  await gate.reached
  const second = workers[1].carryOut(order())
  await sleep(100)

  workers[1].abort()

  expect((await second).texts).toEqual(['AbortError'])
  gate.open()
  expect((await first).texts).toEqual(['slow'])
})

describe.concurrent('leaders that stop', () => {
  test('where the leader is killed in the middle, another process goes on', async () => {
    const { provider, order } = await prepare()
    provider.script(slowAnswer(createGate()))
    void workers[0].carryOut(order()).catch(() => undefined)
    await vi.waitFor(() => expect(provider.requests).toHaveLength(1))
    const second = workers[1].carryOut(order())
    await sleep(300)
    const killedAt = performance.now()

    workers[0].kill('SIGKILL')

    expect((await second).texts[0]).toMatch(/^#1 /)
    expect(performance.now() - killedAt).toBeLessThan(7000)
    expect(provider.requests).toHaveLength(2)
  })

  test('where the leader wakes up after another took over, the first commit stays', async () => {
    const { provider, order } = await prepare()
    const gate = createGate()
    provider.script(slowAnswer(gate))
    const first = workers[2].carryOut(order({ mode: 'record' }))
    await gate.reached
    workers[2].kill('SIGSTOP')
    const second = await workers[3].carryOut(order({ mode: 'record' }))

    gate.open()
    workers[2].kill('SIGCONT')

    expect(second.texts[0]).toMatch(/^#1 /)
    expect(await first).toMatchObject({ texts: ['slow'], recorded: 0, refused: 1 })
    expect((await workers[2].carryOut(order({ mode: 'record' }))).texts).toEqual(second.texts)
    expect(provider.requests).toHaveLength(2)
  })
})
