import { withTape } from '@wiretape/openai'
import { chatProvider } from '@wiretape/testkit'
import { OpenAI } from 'openai'
import { expect, test } from 'vitest'
import { ask, collect, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { tapeFor, clientFor, files } = fixture

test('a changed prompt misses at once, names the nearest recording and what differs', async () => {
  await using chat = await chatProvider({ seed: 13 })
  const recordingTape = tapeFor('record')
  await collect(ask(clientFor(recordingTape, chat), 'What is the Sun?'))
  await recordingTape.close()
  const tape = tapeFor('replay')
  let calls = 0
  const client = withTape(
    new OpenAI({
      apiKey: 'x',
      baseURL: `${chat.url}/v1`,
      fetch: async () => {
        calls += 1
        return new Response('{}')
      },
    }),
    tape,
  )
  const [file = ''] = await files()

  const miss = await ask(client, 'What is the Moon?').then(
    () => undefined,
    (reason: unknown) => reason as Error,
  )

  const message = [
    'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-test)',
    `  looked in: ${fixture.folder}`,
    `  nearest: ${file}`,
    '  differs at body.messages[0].content',
    '    recorded: "What is the Sun?"',
    '    asked:    "What is the Moon?"',
    '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
  ].join('\n')
  expect(miss).toBeInstanceOf(OpenAI.NotFoundError)
  expect(miss?.message).toBe(`404 ${message}`)
  expect(tape.report().missed).toHaveLength(1)
  expect(calls).toBe(0)
  await expect(tape.close()).rejects.toMatchObject({
    code: 'WT_RECORDING_NOT_FOUND',
    message,
    details: {
      nearest: {
        differences: [
          {
            path: 'body.messages[0].content',
            recorded: '"What is the Sun?"',
            asked: '"What is the Moon?"',
          },
        ],
      },
    },
  })
})

test('an acknowledged miss is not thrown again', async () => {
  const tape = tapeFor('replay')
  const miss = await ask(clientFor(tape)).catch((reason: unknown) => reason)
  tape.acknowledge(miss)

  await expect(tape.close()).resolves.toBeUndefined()
})

test('a request asked more often than it was recorded says so', async () => {
  await using chat = await chatProvider({ seed: 14 })
  const recordingTape = tapeFor('record')
  await collect(ask(clientFor(recordingTape, chat)))
  await recordingTape.close()
  const [file = ''] = await files()
  const tape = tapeFor('replay')
  const client = clientFor(tape, chat)
  await collect(ask(client))

  await expect(ask(client)).rejects.toThrow(
    `it was asked 2 times in this scope, and recorded once: ${file}`,
  )
  await expect(tape.close()).rejects.toThrow('WT_RECORDING_NOT_FOUND')
})

test("repeats: 'last' answers every later equal request with the last recording", async () => {
  await using chat = await chatProvider({ seed: 15 })
  const recordingTape = tapeFor('record')
  const recorded = await collect(ask(clientFor(recordingTape, chat)))
  await recordingTape.close()
  const tape = tapeFor('replay', { repeats: 'last' })
  const client = clientFor(tape, chat)
  await collect(ask(client))

  expect(await collect(ask(client))).toEqual(recorded)
  await tape.close()
})
