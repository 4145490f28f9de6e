import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OutgoingRequest, WireResponse } from '../request/wire.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import type { TapeOptions } from './options.ts'
import { processState } from './process-state.ts'
import { endingsIn, recordingsIn } from './recorded-files.test-fixture.ts'
import {
  chatEvent,
  chatReads,
  chatRequest,
  createManualBody,
  readText,
  type ScriptedAnswer,
  scriptLive,
} from './scripted-live.test-fixture.ts'
import { createTape, type Tape } from './tape.ts'

let runs = 0

let store: Store

beforeEach(() => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
  store = createMemoryStore()
})

afterEach(() => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

function recordTo(options: TapeOptions = {}): Tape {
  return createTape({ mode: 'record', recordings: store, ...options })
}

/** An answer that begins, and then waits until it is aborted. */
async function stalling({ signal }: OutgoingRequest): Promise<WireResponse> {
  return {
    status: 200,
    headers: [['content-type', 'text/event-stream']],
    body: (async function* () {
      yield Buffer.from(chatEvent('a'))
      await new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
    })(),
  }
}

/** Records this answer in a run of its own. */
async function attempt(answer: ScriptedAnswer | Error, options: TapeOptions): Promise<void> {
  vi.stubEnv('WIRETAPE_RUN_ID', `run-${(runs += 1)}`)
  const tape = recordTo(options)
  const response = await tape
    .handle(chatRequest('q'), scriptLive(answer).live)
    .catch(() => undefined)
  if (response !== undefined) await readText(response)
  await tape.close()
}

test('an answer that nobody reads is recorded on closing', async () => {
  const { live } = scriptLive({ body: chatReads('a') })
  const tape = recordTo()

  await tape.handle(chatRequest('q'), live)
  await tape.close()

  expect(await endingsIn(store)).toEqual(['complete'])
})

test('a caller that stops after the end mark has a complete answer, though the peer never closes', async () => {
  const body = createManualBody()
  const { live } = scriptLive({ body })
  const tape = recordTo({ drain: 0 })
  const reads = (await tape.handle(chatRequest('q'), live)).body[Symbol.asyncIterator]()
  body.push(chatEvent('a', 'stop') + 'data: [DONE]\n\n')
  await reads.next()

  await reads.return?.()
  await tape.close()

  expect(await endingsIn(store)).toEqual(['complete'])
})

test('drain: 0 stops the request at once and keeps what there is as aborted', async () => {
  const body = createManualBody()
  const { live, sent } = scriptLive({ body })
  const tape = recordTo({ drain: 0 })
  const reads = (await tape.handle(chatRequest('q'), live)).body[Symbol.asyncIterator]()
  body.push(chatEvent('a'))
  await reads.next()

  await reads.return?.()
  await tape.close()

  expect(sent[0]?.signal.aborted).toBe(true)
  expect(await endingsIn(store)).toEqual(['aborted'])
})

test('a drain that takes too long stops the request and keeps what there is as aborted', async () => {
  const tape = recordTo({ drain: 30 })
  const reads = (await tape.handle(chatRequest('q'), stalling)).body[Symbol.asyncIterator]()
  await reads.next()
  await reads.return?.()
  const startedAt = performance.now()

  await tape.close()

  expect(performance.now() - startedAt).toBeLessThan(3000)
  expect(await endingsIn(store)).toEqual(['aborted'])
})

test('a drain that grows too long stops the request', async () => {
  const body = createManualBody()
  for (let index = 0; index < 100; index++) body.push(chatEvent(`${index}`))
  const { live, sent } = scriptLive({ body })
  const tape = recordTo({ drain: { bytes: chatEvent('0').length * 10 } })
  const reads = (await tape.handle(chatRequest('q'), live)).body[Symbol.asyncIterator]()
  await reads.next()

  await reads.return?.()
  await tape.close()

  expect(sent[0]?.signal.aborted).toBe(true)
  expect(body.asked).toBeLessThan(15)
  expect(await endingsIn(store)).toEqual(['aborted'])
})

test('a test’s fake timers stop neither a recording nor its drain', async () => {
  vi.useFakeTimers()
  const tape = recordTo({ drain: 30 })
  const reads = (await tape.handle(chatRequest('q'), stalling)).body[Symbol.asyncIterator]()
  await reads.next()
  await reads.return?.()

  await tape.close()

  expect(await endingsIn(store)).toEqual(['aborted'])
  const [recording] = Object.values(await recordingsIn(store))
  expect(Date.parse(recording?.recorded?.at ?? '')).toBeGreaterThan(Date.parse('2020-01-01'))
})

test('a stream that its peer closed before the end rule is cut', async () => {
  const { live } = scriptLive({ body: [chatEvent('a')] })
  const tape = recordTo()

  await readText(await tape.handle(chatRequest('q'), live))

  expect(await endingsIn(store)).toEqual(['cut'])
})

test('a stream that fails midway is kept with its error, and the program sees that error', async () => {
  const body = createManualBody()
  const failure = Object.assign(new TypeError('terminated'), {
    cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  })
  const { live } = scriptLive({ body })
  const tape = recordTo()
  const response = await tape.handle(chatRequest('q'), live)
  body.push(chatEvent('a'))
  body.fail(failure)

  await expect(readText(response)).rejects.toBe(failure)

  const [recording] = Object.values(await recordingsIn(store))
  expect(recording?.response.body).toHaveLength(1)
  expect(recording?.response.wire).toMatchObject({
    ending: 'error',
    error: { name: 'TypeError', code: 'UND_ERR_SOCKET', message: 'terminated' },
  })
})

test('a failure before any head is kept without a status, and the program sees it', async () => {
  const failure = new TypeError('fetch failed', {
    cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  })
  const { live } = scriptLive(failure)
  const tape = recordTo()

  await expect(tape.handle(chatRequest('q'), live)).rejects.toBe(failure)
  await tape.close()

  const [recording] = Object.values(await recordingsIn(store))
  expect(recording?.response).toMatchObject({
    status: null,
    body: null,
    wire: {
      ending: 'error',
      error: { name: 'TypeError', code: 'ECONNREFUSED', message: 'fetch failed' },
    },
  })
})

test.each([401, 403])(
  '%d is handed on and not kept, unless errors are recorded',
  async (status) => {
    const { live } = scriptLive({ status, body: ['{}'] }, { status, body: ['{}'] })
    const tape = recordTo()
    const keeping = recordTo({ recordErrors: true })

    const response = await tape.handle(chatRequest('q'), live)
    await readText(response)
    expect(response.status).toBe(status)
    expect(await recordingsIn(store)).toEqual({})
    expect(tape.report()).toMatchObject({ recorded: [], refused: [{}] })

    await readText(await keeping.handle(chatRequest('q'), live))
    expect(
      Object.values(await recordingsIn(store)).map(({ response: { status: kept } }) => kept),
    ).toEqual([status])
  },
)

test.each([
  ['a failed request', new Error('refused')],
  ['a cut stream', { body: [chatEvent('worse')] }],
  ['an error', { status: 500, body: ['{"error":{}}'] }],
])('%s never replaces a complete recording, unless errors are recorded', async (_, worse) => {
  await attempt({ body: chatReads('good') }, {})

  await attempt(worse, {})
  expect(await endingsIn(store)).toEqual(['complete'])
  expect(JSON.stringify(await recordingsIn(store))).toContain('"good"')

  await attempt(worse, { recordErrors: true })
  expect(JSON.stringify(await recordingsIn(store))).not.toContain('"good"')
})
