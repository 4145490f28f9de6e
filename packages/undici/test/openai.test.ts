import { json, rateLimited, stall } from '@wiretape/testkit'
import { createTapeDispatcher, installTape } from '@wiretape/undici'
import type { Tape } from '@wiretape/core'
import { OpenAI } from 'openai'
import { expect, test, vi } from 'vitest'
import { chatAnswer, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()

/** The SDK through a dispatcher, and as it is made without a word of wiretape. */
const ways: Record<string, (tape: Tape, url: string) => [client: OpenAI, end: () => void]> = {
  'fetchOptions: { dispatcher }': (tape, url) => {
    const dispatcher = createTapeDispatcher(tape)
    const fetchOptions = { dispatcher } as NonNullable<
      ConstructorParameters<typeof OpenAI>[0]
    >['fetchOptions']
    return [
      new OpenAI({ apiKey: 'sk-secret', baseURL: `${url}/v1`, fetchOptions }),
      () => undefined,
    ]
  },
  'a client made before installTape': (tape, url) => {
    const client = new OpenAI({ apiKey: 'sk-secret', baseURL: `${url}/v1` })
    const installed = installTape(tape)
    return [client, () => installed.dispose()]
  },
  'a client made after installTape': (tape, url) => {
    const installed = installTape(tape)
    return [new OpenAI({ apiKey: 'sk-secret', baseURL: `${url}/v1` }), () => installed.dispose()]
  },
}

async function ask(client: OpenAI, content = 'Hello'): Promise<unknown[]> {
  const stream = await client.chat.completions.create({
    model: 'gpt-test',
    messages: [{ role: 'user', content }],
    stream: true,
  })
  const chunks: unknown[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

async function run<Result>(
  tape: Tape,
  way: (typeof ways)[string],
  use: (client: OpenAI) => Promise<Result>,
): Promise<Result> {
  const [client, end] = way(tape, fixture.provider.url)
  try {
    return await use(client)
  } finally {
    end()
  }
}

test.each(Object.entries(ways))('%s: 429, then a stream, replayed offline', async (_, way) => {
  fixture.provider.script(rateLimited({ retryAfterMs: 5 }), chatAnswer(1))
  const tape = fixture.tapeFor('record')
  const recorded = await run(tape, way, ask)
  await tape.close()
  await fixture.provider.close()
  const replay = fixture.tapeFor('replay')
  const replayed = await run(replay, way, ask)
  await replay.close()

  expect(replayed).toEqual(recorded)
  expect(recorded[0]).toMatchObject({ id: expect.stringMatching(/^rec-/) as string })
  expect(replay.report().replayed).toHaveLength(2)
})

test.each(Object.entries(ways))('%s: a miss is shown once, as a NotFoundError', async (_, way) => {
  const tape = fixture.tapeFor('replay')
  const miss = await run(tape, way, ask).catch((error: unknown) => error)

  expect(miss).toBeInstanceOf(OpenAI.NotFoundError)
  expect((miss as Error).message).toContain('WT_RECORDING_NOT_FOUND: no recording answers POST')
  expect(tape.report().missed).toHaveLength(1)
  tape.acknowledge(miss)
  await tape.close()
  expect(fixture.provider.requests).toEqual([])
})

test.each(Object.entries(ways))(
  '%s: stopping early leaves a complete recording',
  async (_, way) => {
    fixture.provider.script(chatAnswer(2))
    const tape = fixture.tapeFor('record')
    await run(tape, way, async (client) => {
      const messages = [{ role: 'user' as const, content: 'Hello' }]
      const request = { model: 'gpt-test', messages, stream: true } as const
      const chunks = (await client.chat.completions.create(request))[Symbol.asyncIterator]()
      await chunks.next()
      await chunks.return?.()
    })
    await tape.close()

    const [recording] = await fixture.recordings()
    expect(recording?.response.wire).toMatchObject({ ending: 'complete' })
  },
)

test.each(Object.entries(ways))('%s: a timeout of the SDK holds', async (_, way) => {
  fixture.provider.answer(stall())
  const tape = fixture.tapeFor('record', { drain: 0 })
  const failure = await run(tape, way, (client) =>
    client
      .withOptions({ timeout: 100, maxRetries: 0 })
      .models.list({ signal: AbortSignal.timeout(50) })
      .catch((error: unknown) => error),
  )
  await tape.close()

  expect(failure).toBeInstanceOf(OpenAI.APIUserAbortError)
})

test.each(Object.entries(ways))('%s: an upload is recorded and replayed', async (_, way) => {
  const file = new File(['{"a":1}\n'], 'a.jsonl', { type: 'application/jsonl' })
  fixture.provider.script(json({ id: 'file-abcdefgh', object: 'file' }))
  const upload = (client: OpenAI): Promise<unknown> =>
    client.files.create({ file, purpose: 'batch' })
  const tape = fixture.tapeFor('record')
  const recorded = await run(tape, way, upload)
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const replayed = await run(replay, way, upload)
  await replay.close()

  expect(fixture.provider.requests).toHaveLength(1)
  expect(replayed).toEqual(recorded)
})

test.each(Object.entries(ways))('%s: fake timers stop no replay', async (_, way) => {
  fixture.provider.script(chatAnswer(5))
  const tape = fixture.tapeFor('record')
  const recorded = await run(tape, way, ask)
  await tape.close()
  vi.useFakeTimers()
  try {
    const replay = fixture.tapeFor('replay')
    expect(await run(replay, way, ask)).toEqual(recorded)
    await replay.close()
  } finally {
    vi.useRealTimers()
  }
})
