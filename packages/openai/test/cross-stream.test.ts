import { assemble } from '@wiretape/core'
import { chatProvider } from '@wiretape/testkit'
import type { OpenAI } from 'openai'
import { expect, test } from 'vitest'
import { ask, collect, useTapeFixture } from './tape-fixture.ts'

const { tapeFor, clientFor } = useTapeFixture()

function askWhole(client: OpenAI): Promise<unknown> {
  return client.chat.completions.create({
    model: 'gpt-test',
    messages: [{ role: 'user', content: 'Hello' }],
  })
}

test('a recording made without streaming answers a streaming call', async () => {
  await using chat = await chatProvider({ seed: 31 })
  const recording = tapeFor('record')
  const whole = await askWhole(clientFor(recording, chat))
  await recording.close()
  const tape = tapeFor('replay', { crossStream: true })
  const chunks = await collect(ask(clientFor(tape, chat)))
  await tape.close()

  expect(assemble(chunks)).toEqual(whole)
  expect(chunks.length).toBeGreaterThan(1)
})

test('a recorded stream answers a call without streaming', async () => {
  await using chat = await chatProvider({ seed: 32 })
  const recording = tapeFor('record')
  const chunks = await collect(ask(clientFor(recording, chat)))
  await recording.close()
  const tape = tapeFor('replay', { crossStream: true })
  const whole = await askWhole(clientFor(tape, chat))
  await tape.close()

  expect(whole).toEqual(assemble(chunks))
})

test('without crossStream it is a miss that says what differs', async () => {
  await using chat = await chatProvider({ seed: 33 })
  const recording = tapeFor('record')
  await collect(ask(clientFor(recording, chat)))
  await recording.close()
  const tape = tapeFor('replay')
  const miss = await askWhole(clientFor(tape, chat)).catch((reason: unknown) => reason)
  tape.acknowledge(miss)

  expect(miss).toMatchObject({
    message: expect.stringContaining(
      '  differs at body.stream\n    recorded: true\n    asked:    (absent)',
    ) as string,
  })
})
