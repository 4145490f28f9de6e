import { withTape } from '@wiretape/openai'
import {
  chatChunks,
  chatCompletion,
  chatStream,
  createGate,
  createIds,
  error,
  hangUp,
  json,
  rateLimited,
  sse,
  stall,
  type Answer,
} from '@wiretape/testkit'
import { OpenAI } from 'openai'
import { expect, test } from 'vitest'
import { useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { tapeFor } = fixture

const request = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'Sun?' }] }
const whole = json(chatCompletion({ ids: createIds(1), content: ['Sol.'] }))
const chunks = chatChunks({ ids: createIds(2), content: ['So', 'l.'] })
const inTime = { 'retry-after-ms': '1' }

/** How a call ended: its text, or its error as the program sees it. */
type Outcome = string | { readonly name: string; readonly message: string }

async function outcomeOf(call: Promise<string | null | undefined>): Promise<Outcome> {
  return call.then(
    (text) => text ?? '',
    ({ constructor, message }: Error) => ({ name: constructor.name, message }),
  )
}

async function textOf(client: OpenAI): Promise<string | null | undefined> {
  return (await client.chat.completions.create(request)).choices[0]?.message.content
}

function bare(maxRetries: number): OpenAI {
  return new OpenAI({ apiKey: 'sk-unused', baseURL: `${fixture.provider.url}/v1`, maxRetries })
}

interface Played {
  readonly outcome: Outcome
  /** What the SDK said of each attempt. */
  readonly attempts: readonly unknown[]
}

/** One call of a client, and the requests that came of it. */
async function play(client: OpenAI, answers: readonly Answer[]): Promise<Played> {
  const before = fixture.provider.requests.length
  fixture.provider.script(...answers)
  const outcome = await outcomeOf(textOf(client))
  const requests = fixture.provider.requests.slice(before)
  return { outcome, attempts: requests.map(({ headers }) => headers['x-stainless-retry-count']) }
}

async function readStream(client: OpenAI): Promise<Outcome> {
  return outcomeOf(client.chat.completions.stream(request).finalContent())
}

test.each<[string, number, readonly Answer[]]>([
  ['429, then 200', 2, [rateLimited({ retryAfterMs: 1 }), whole]],
  [
    '500, 503, then 200',
    2,
    [error(500, 'a', { headers: inTime }), error(503, 'b', { headers: inTime }), whole],
  ],
  [
    '409 that shall not be tried again',
    2,
    [error(409, 'c', { headers: { 'x-should-retry': 'false' } })],
  ],
  [
    '400 that shall be tried again',
    1,
    [error(400, 'd', { headers: { ...inTime, 'x-should-retry': 'true' } }), whole],
  ],
  [
    '429 to the last attempt',
    1,
    [rateLimited({ retryAfterMs: 1 }), rateLimited({ retryAfterMs: 1 })],
  ],
  ['500 without retries', 0, [error(500, 'e')]],
  ['a connection that broke, then 200', 1, [hangUp(), whole]],
  ['a connection that broke for good', 0, [hangUp()]],
])('%s: as without the tape, while recording and on replay', async (_, maxRetries, answers) => {
  const without = await play(bare(maxRetries), answers)

  const recording = tapeFor('record')
  const recorded = await play(withTape(bare(maxRetries), recording), answers)
  await recording.close()
  await fixture.provider.close()
  const replaying = tapeFor('replay')
  const replayed = await outcomeOf(textOf(withTape(bare(maxRetries), replaying)))
  await replaying.close()

  expect(recorded).toEqual(without)
  expect(replayed).toEqual(without.outcome)
  expect(replaying.report().replayed).toHaveLength(answers.length)
})

test('an attempt that timed out is not kept; the one after it is, and is all that a replay needs', async () => {
  const client = bare(1).withOptions({ timeout: 200 })
  const without = await play(client, [stall(), whole])

  const recording = tapeFor('record')
  const recorded = await play(withTape(client, recording), [stall(), whole])
  await recording.close()
  await fixture.provider.close()
  const replaying = tapeFor('replay')
  const replayed = await outcomeOf(textOf(withTape(client, replaying)))
  await replaying.close()

  expect(without).toEqual({ outcome: 'Sol.', attempts: ['0', '1'] })
  expect(recorded).toEqual(without)
  expect(replayed).toBe('Sol.')
  expect(recording.report().recorded).toHaveLength(1)
})

test('a call that timed out for good is the SDK’s timeout error, and nothing is kept', async () => {
  fixture.provider.script(stall())
  const tape = tapeFor('record')

  const call = textOf(withTape(bare(0).withOptions({ timeout: 100 }), tape))

  await expect(call).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
  await tape.close()
  expect(await fixture.files()).toEqual([])
})

test('a call that is aborted before it begins sends nothing', async () => {
  const tape = tapeFor('record')
  const signal = AbortSignal.abort()

  const call = withTape(bare(2), tape).chat.completions.create(request, { signal })

  await expect(call).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
  await tape.close()
  expect(fixture.provider.requests).toEqual([])
})

test('a call that is aborted while it waits is the SDK’s abort error, and nothing is kept', async () => {
  const received = createGate()
  fixture.provider.script(() => {
    received.open()
    return stall()
  })
  const tape = tapeFor('record')
  const controller = new AbortController()
  void received.opened.then(() => controller.abort())

  const call = withTape(bare(2), tape).chat.completions.create(request, {
    signal: controller.signal,
  })

  await expect(call).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
  await tape.close()
  expect(fixture.provider.requests).toHaveLength(1)
  expect(await fixture.files()).toEqual([])
})

test('a stream that its helper aborts fails as without the tape, and is recorded to its end', async () => {
  const answer = sse(chatStream(chunks))
  async function abortAtFirst(client: OpenAI): Promise<Outcome> {
    const stream = client.chat.completions.stream(request)
    stream.on('content', () => stream.abort())
    return outcomeOf(stream.finalContent())
  }
  fixture.provider.script(answer, answer)
  const without = await abortAtFirst(bare(0))

  const recording = tapeFor('record')
  const recorded = await abortAtFirst(withTape(bare(0), recording))
  await recording.close()
  await fixture.provider.close()
  const replaying = tapeFor('replay')
  const replayed = await abortAtFirst(withTape(bare(0), replaying))
  const next = replaying.scope('a reader to the end')
  const text = await withTape(bare(0), next).chat.completions.stream(request).finalContent()
  await replaying.close()

  expect(without).toEqual({ name: 'APIUserAbortError', message: 'Request was aborted.' })
  expect(recorded).toEqual(without)
  expect(replayed).toEqual(without)
  expect(text).toBe('Sol.')
})

test('an error in the middle of a stream is thrown as without the tape', async () => {
  const failure = { error: { message: 'The model is overloaded.', type: 'server_error' } }
  const answer = sse([{ data: chunks[0] }, { data: failure }])
  fixture.provider.script(answer, answer)
  const without = await readStream(bare(2))

  const recording = tapeFor('record')
  const recorded = await readStream(withTape(bare(2), recording))
  await recording.close()
  await fixture.provider.close()
  const replaying = tapeFor('replay')
  const replayed = await readStream(withTape(bare(2), replaying))
  await replaying.close()

  expect(without).toMatchObject({ name: 'APIError', message: 'The model is overloaded.' })
  expect(recorded).toEqual(without)
  expect(replayed).toEqual(without)
})
