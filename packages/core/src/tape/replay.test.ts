import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HeaderList } from '../request/headers.ts'
import type { WireResponse } from '../request/wire.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { TapeOptions } from './options.ts'
import { processState } from './process-state.ts'
import { chatBody, chatEvent, chatRequest, readText } from './scripted-live.test-fixture.ts'
import { requestKey } from '../request/recording-key.ts'
import { createTape, type Tape } from './tape.ts'

beforeEach(() => {
  vi.stubEnv('WIRETAPE_MODE', '')
})

afterEach(() => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
  vi.useRealTimers()
})

const never = async (): Promise<never> => {
  throw new Error('a replay went live')
}

interface Recorded {
  readonly status?: number | null
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** The events of a chat stream. */
  readonly contents?: readonly string[]
  readonly wire?: object
}

/** A tape that replays this, recorded by hand. */
function replaying(
  { status = 200, headers, contents = ['a', 'b'], wire }: Recorded,
  options: TapeOptions = {},
): Tape {
  const { method, url } = chatRequest('q')
  const body = chatBody('q')
  const { hash } = requestKey({ method, url, body })
  const recording = {
    version: 1,
    request: { method, url, headers: {}, body: JSON.parse(body) as unknown },
    response: {
      status,
      headers: headers ?? { 'content-type': 'text/event-stream' },
      body: contents.map((content, index) => ({
        __type__: 'openai.types.chat.chat_completion_chunk.ChatCompletionChunk',
        __data__: JSON.parse(
          chatEvent(content, index === contents.length - 1 ? 'stop' : null).slice('data: '.length),
        ) as unknown,
      })),
      is_streaming: true,
      wire: { framing: 'sse', ending: 'complete', ...wire },
    },
  }
  const recordings = createMemoryStore({
    [`openai-chat/gpt-test/${hash}.json`]: JSON.stringify(recording),
  })
  return createTape({ recordings, ...options })
}

async function ask(tape: Tape, signal?: AbortSignal): Promise<WireResponse> {
  return tape.handle(chatRequest('q', signal === undefined ? {} : { signal }), never)
}

async function readsOf({ body }: WireResponse): Promise<string[]> {
  const reads: string[] = []
  for await (const read of body) reads.push(Buffer.from(read).toString())
  return reads
}

function header(headers: HeaderList, name: string): string[] {
  return headers.filter(([candidate]) => candidate === name).map(([, value]) => value)
}

const WHOLE = `${chatEvent('a')}${chatEvent('b', 'stop')}data: [DONE]\n\n`

test('an answer comes frame by frame where no reads were recorded', async () => {
  expect(await readsOf(await ask(replaying({})))).toEqual([
    chatEvent('a'),
    chatEvent('b', 'stop'),
    'data: [DONE]\n\n',
  ])
})

test('reads come as they were recorded, cut inside a frame and joined over several', async () => {
  const wire = { reads: { at: [1, 2], edges: [[0, 10], 3] } }

  expect(await readsOf(await ask(replaying({ wire })))).toEqual([
    WHOLE.slice(0, 10),
    WHOLE.slice(10),
  ])
})

test('reads may be had by frames, whole, or in small pieces, and are the same bytes', async () => {
  const wire = { reads: { at: [1, 2], edges: [[0, 10], 3] } }
  const readAs = async (reads: NonNullable<TapeOptions['reads']>): Promise<string[]> =>
    readsOf(await ask(replaying({ wire }, { reads })))

  expect(await readAs('frames')).toHaveLength(3)
  expect(await readAs('whole')).toEqual([WHOLE])
  const pieces = await readAs({ cut: 5, seed: 7 })
  expect(pieces.join('')).toBe(WHOLE)
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(5)
  expect(await readAs({ cut: 5, seed: 7 })).toEqual(pieces)
})

test('instant waits for nothing, recorded for the recorded times, and a speed divides them', async () => {
  const wire = { reads: { head: 100, at: [200, 300, 400] } }
  const timeOf = async (
    pace: NonNullable<TapeOptions['pace']>,
  ): Promise<[head: number, end: number]> => {
    const tape = replaying({ wire }, { pace })
    const startedAt = performance.now()
    const response = await ask(tape)
    const headAt = performance.now()
    await readText(response)
    return [headAt - startedAt, performance.now() - startedAt]
  }

  const [instant, recorded, twice] = [
    await timeOf('instant'),
    await timeOf('recorded'),
    await timeOf(2),
  ]

  expect(instant[1]).toBeLessThan(100)
  expect(recorded[0]).toBeGreaterThanOrEqual(98)
  expect(recorded[1]).toBeGreaterThanOrEqual(398)
  expect(twice[0]).toBeGreaterThanOrEqual(49)
  expect(twice[1]).toBeGreaterThanOrEqual(199)
  expect(twice[1]).toBeLessThan(390)
})

test('a test’s fake timers do not stop a replay, at whatever pace', async () => {
  vi.useFakeTimers({ now: 0 })
  const wire = { reads: { head: 20, at: [30, 40, 50] } }

  const response = await ask(replaying({ wire }, { pace: 'recorded' }))

  expect(await readText(response)).toBe(WHOLE)
  expect(Date.now()).toBe(0)
  expect(Date.parse(header(response.headers, 'date')[0] ?? '')).toBeGreaterThan(
    Date.parse('2020-01-01'),
  )
})

test('headers that would hurt are made harmless, and the others come as they were', async () => {
  const tape = replaying({
    status: 429,
    headers: {
      'content-type': 'text/event-stream',
      date: 'Thu, 01 Jan 1970 00:00:00 GMT',
      'retry-after': '30',
      'retry-after-ms': '30000',
      'openai-poll-after-ms': '5000',
      link: ['<a>', '<b>'],
    },
  })
  const before = Math.floor(Date.now() / 1000) * 1000

  const { status, headers } = await ask(tape)

  expect(status).toBe(429)
  expect(header(headers, 'retry-after')).toEqual(['0'])
  expect(header(headers, 'retry-after-ms')).toEqual(['1'])
  expect(header(headers, 'openai-poll-after-ms')).toEqual(['1'])
  expect(header(headers, 'link')).toEqual(['<a>', '<b>'])
  const dates = header(headers, 'date').map((date) => Date.parse(date))
  expect(dates).toHaveLength(1)
  expect(dates[0]).toBeGreaterThanOrEqual(before)
})

test.each([408, 409, 429, 500, 503, 529])(
  'an error that clients ask again after (%d) tells them not to wait',
  async (status) => {
    const { headers } = await ask(replaying({ status, headers: {} }))

    expect(header(headers, 'retry-after-ms')).toEqual(['1'])
    expect(header(headers, 'retry-after')).toEqual([])
  },
)

test.each([200, 400, 404, 422])(
  'an answer that is final (%d) says nothing of waiting',
  async (status) => {
    const { headers } = await ask(replaying({ status, headers: {} }))

    expect(header(headers, 'retry-after-ms')).toEqual([])
  },
)

test.each(['recorded', 1000] as const)(
  'at pace %s the waits are those that were recorded',
  async (pace) => {
    const recorded = { 'retry-after': '30', 'openai-poll-after-ms': '5000' }

    const { headers } = await ask(replaying({ status: 429, headers: recorded }, { pace }))

    expect(header(headers, 'retry-after')).toEqual(['30'])
    expect(header(headers, 'openai-poll-after-ms')).toEqual(['5000'])
    expect(header(headers, 'retry-after-ms')).toEqual([])
  },
)

test('a cut stream ends cleanly after what there is', async () => {
  expect(await readText(await ask(replaying({ contents: ['a'], wire: { ending: 'cut' } })))).toBe(
    chatEvent('a', 'stop'),
  )
})

test('a stream that failed fails after what there is, with the same class and code', async () => {
  const error = { name: 'TypeError', code: 'UND_ERR_SOCKET', message: 'terminated' }
  const { body } = await ask(replaying({ contents: ['a'], wire: { ending: 'error', error } }))
  const reads = body[Symbol.asyncIterator]()

  expect((await reads.next()).done).toBe(false)
  const failed: unknown = await reads.next().catch((reason: unknown) => reason)
  expect(failed).toBeInstanceOf(TypeError)
  expect(failed).toMatchObject({ message: 'terminated', cause: { code: 'UND_ERR_SOCKET' } })
})

test.each([
  ['TypeError', 'ECONNREFUSED'],
  ['AbortError', 'ABORT_ERR'],
  ['TimeoutError', null],
  ['Error', null],
])('a request that failed as %s (%s) before any head fails so again', async (name, code) => {
  const error = { name, code, message: 'it failed' }
  const tape = replaying({
    status: null,
    contents: [],
    headers: {},
    wire: { framing: 'text', ending: 'error', error },
  })

  const failed = await ask(tape).catch((reason: unknown) => reason)

  expect(failed).toMatchObject({ name, message: 'it failed' })
  expect(failed instanceof TypeError).toBe(name === 'TypeError')
  // Fetch has the code of a socket's error on the cause of its TypeError, and nowhere else.
  const { code: own, cause } = failed as { code?: string; cause?: { code?: string } }
  expect(name === 'TypeError' ? cause?.code : own).toBe(code ?? undefined)
  expect(name === 'TypeError' ? own : cause).toBeUndefined()
  await expect(tape.close()).resolves.toBeUndefined()
})

test('reading past an aborted answer is an error that the tape remembers', async () => {
  const tape = replaying({ contents: ['a'], wire: { ending: 'aborted' } })
  const { body } = await ask(tape)
  const reads = body[Symbol.asyncIterator]()
  const place = tape.report().replayed[0]?.recording ?? ''
  await reads.next()

  const message = `WT_RECORDING_INCOMPLETE: ${place} ends here: its caller stopped reading while it was recorded\n→ record it again with a caller that reads to the end: WIRETAPE_MODE=record-if-missing`
  await expect(reads.next()).rejects.toMatchObject({ message, details: { path: place } })
  await expect(tape.close()).rejects.toMatchObject({ message })
})

test('a caller that stops where the recorded one stopped sees nothing wrong', async () => {
  const tape = replaying({ contents: ['a'], wire: { ending: 'aborted' } })
  for await (const _ of (await ask(tape)).body) break

  await expect(tape.close()).resolves.toBeUndefined()
})

test('an abort stops a replay between two reads, and while it waits', async () => {
  const wire = { reads: { at: [0, 60_000, 60_001] } }
  const [instant, waiting] = [new AbortController(), new AbortController()]
  const one = (await ask(replaying({ wire }), instant.signal)).body[Symbol.asyncIterator]()
  await one.next()
  instant.abort()
  await expect(one.next()).rejects.toMatchObject({ name: 'AbortError' })

  const other = (await ask(replaying({ wire }, { pace: 'recorded' }), waiting.signal)).body[
    Symbol.asyncIterator
  ]()
  await other.next()
  const next = other.next()
  waiting.abort(new Error('enough'))
  await expect(next).rejects.toThrow('enough')
})

test('an abort while the head is waited for is the caller’s error', async () => {
  const controller = new AbortController()
  const tape = replaying(
    { wire: { reads: { head: 60_000, at: [60_000, 60_000, 60_000] } } },
    { pace: 'recorded' },
  )
  const pending = ask(tape, controller.signal)
  setTimeout(() => controller.abort(), 5)

  await expect(pending).rejects.toMatchObject({ name: 'AbortError' })
  await expect(tape.close()).resolves.toBeUndefined()
})

test('no listener stays on a caller’s signal after a replay at its pace', async () => {
  const { signal } = new AbortController()
  const [add, remove] = [
    vi.spyOn(signal, 'addEventListener'),
    vi.spyOn(signal, 'removeEventListener'),
  ]
  const tape = replaying({ wire: { reads: { head: 5, at: [10, 15, 20] } } }, { pace: 'recorded' })

  await readText(await ask(tape, signal))

  expect(add).toHaveBeenCalled()
  expect(remove).toHaveBeenCalledTimes(add.mock.calls.length)
})

test('a broken recording is an error of its own, by path and place, and other requests are answered', async () => {
  const recordings = createMemoryStore()
  const { method, url } = chatRequest('q')
  const body = chatBody('q')
  const { hash } = requestKey({ method, url, body })
  const path = `openai-chat/gpt-test/${hash}.json`
  await recordings.write(
    path,
    Buffer.from('{"version":1,"request":{},"response":{"status":"200"}}'),
  )

  const tape = createTape({ recordings })

  await expect(ask(tape)).rejects.toMatchObject({
    message: `WT_RECORDING_INVALID: ${recordings.locate(path)}, at /response/status: expected a status from 200 to 599 or null, found "200"\n→ correct it by hand, or delete the file and record again: WIRETAPE_MODE=record-if-missing`,
  })
  await expect(tape.handle(chatRequest('another'), never)).rejects.toMatchObject({
    code: 'WT_RECORDING_NOT_FOUND',
  })
})
