import { ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { readRecording } from '@wiretape/core'
import {
  converseEvents,
  createGate,
  createIds,
  eventStream,
  hangUp,
  startScriptedProvider,
} from '@wiretape/testkit'
import { expect, test, vi } from 'vitest'
import { collect, converse, failureOf, question, useBedrockFixture } from './bedrock-fixture.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor, bareClient, files } = fixture

/** What the one recording says of its ending, once it is there. */
async function endingOfFile(): Promise<string | undefined> {
  const [file = ''] = await vi.waitUntil(async () => {
    const found = await files()
    return found.length > 0 ? found : undefined
  })
  const { response } = await readRecording(file)
  return (response.wire as { ending?: string } | undefined)?.ending ?? 'complete'
}

test('while recording, the first event comes before Bedrock sends its second', async () => {
  const gate = createGate()
  const [first = '', ...rest] = converseEvents({ ids: createIds(1) })
  fixture.bedrock.script(eventStream([first, gate, ...rest]))
  const tape = tapeFor('record')
  const { stream } = await clientFor(tape).send(new ConverseStreamCommand(question))
  const events = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]()

  const begun = await events.next()

  expect(begun.value).toEqual({ messageStart: { role: 'assistant' } })
  expect(gate.isOpen).toBe(false)
  gate.open()
  while ((await events.next()).done !== true) continue
  await tape.close()
  expect(await endingOfFile()).toBe('complete')
})

test.each([
  ['whose connection goes away', hangUp()],
  ['that Bedrock resets', hangUp({ reset: true })],
])('a stream %s is to the program what it is without a tape, also on replay', async (_, ending) => {
  const parts = converseEvents({ ids: createIds(2), text: ['a', 'b'] }).slice(0, 3)
  fixture.bedrock.answer(eventStream([...parts, ending]))
  const bare = await converse(bareClient()).catch((error: unknown) => error)
  const recording = tapeFor('record')
  const recorded = await converse(clientFor(recording)).catch((error: unknown) => error)
  await recording.close()
  const replaying = tapeFor('replay')
  const replayed = await converse(clientFor(replaying)).catch((error: unknown) => error)
  await replaying.close()

  expect(recorded).toEqual(bare)
  expect(replayed).toEqual(recorded)
  expect(await endingOfFile()).not.toBe('complete')
})

test('over HTTP/1.1 a broken connection is the same error on replay', async () => {
  await using provider = await startScriptedProvider()
  const parts = converseEvents({ ids: createIds(4) }).slice(0, 2)
  provider.script(eventStream([...parts, hangUp()]))
  const config = { endpoint: provider.url, requestHandler: new NodeHttpHandler() }
  const run = async (mode: 'record' | 'replay'): Promise<Error> => {
    const tape = tapeFor(mode)
    const error = await failureOf(converse(clientFor(tape, config)))
    await tape.close()
    return error
  }
  const recorded = await run('record')

  expect(recorded).toMatchObject({ name: 'Error', message: 'aborted', code: 'ECONNRESET' })
  expect(await run('replay')).toMatchObject({ message: 'aborted', code: 'ECONNRESET' })
})

test('a program that is slower than Bedrock misses nothing, though Bedrock closes the connection behind it', async () => {
  const text = Array.from({ length: 30 }, (_, n) => `${n} ${'x'.repeat(2000)}`)
  fixture.bedrock.script(eventStream(converseEvents({ ids: createIds(5), text })))
  const tape = tapeFor('record')
  const { stream } = await clientFor(tape).send(new ConverseStreamCommand(question))
  let count = 0
  for await (const _ of stream ?? []) {
    count += 1
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
  await tape.close()

  expect(count).toBe(text.length + 4)
})

test('a caller that stops early leaves a complete recording, before the tape is closed', async () => {
  fixture.bedrock.script(eventStream(converseEvents({ ids: createIds(5), text: ['a', 'b', 'c'] })))
  const tape = tapeFor('record')
  const { stream } = await clientFor(tape).send(new ConverseStreamCommand(question))
  for await (const _ of stream ?? []) break

  expect(await endingOfFile()).toBe('complete')
  await tape.close()
  const replaying = tapeFor('replay')
  expect(await converse(clientFor(replaying))).toHaveLength(7)
  await replaying.close()
})

test('an answer that nobody reads is recorded when the tape closes', async () => {
  fixture.bedrock.script(eventStream(converseEvents({ ids: createIds(6) })))
  const tape = tapeFor('record')
  await clientFor(tape).send(new ConverseStreamCommand(question))
  await tape.close()

  expect(await endingOfFile()).toBe('complete')
})

test.each(['live', 'record', 'replay'] as const)(
  'in mode %s an abort ends the events, as the SDK has it over HTTP/2',
  async (mode) => {
    const gate = createGate()
    const [first = '', ...rest] = converseEvents({ ids: createIds(7), text: ['a', 'b'] })
    if (mode === 'replay') {
      fixture.bedrock.script(eventStream([first, ...rest]))
      const recording = tapeFor('record')
      await converse(clientFor(recording))
      await recording.close()
    } else fixture.bedrock.script(eventStream([first, gate, ...rest]))
    const tape = tapeFor(mode)
    const controller = new AbortController()
    const { stream } = await clientFor(tape).send(new ConverseStreamCommand(question), {
      abortSignal: controller.signal,
    })
    let count = 0
    for await (const _ of stream ?? []) {
      count += 1
      // Long enough for what follows to be read ahead.
      await new Promise((resolve) => {
        setTimeout(resolve, 10)
      })
      controller.abort()
    }
    gate.open()
    await tape.close()

    expect(count).toBe(1)
    // What has begun to arrive is recorded whole.
    expect(mode === 'live' ? 'complete' : await endingOfFile()).toBe('complete')
  },
)

test('with drain: 0 an aborted answer is kept as aborted, and reading past it is an error', async () => {
  const [first = '', ...rest] = converseEvents({ ids: createIds(8) })
  fixture.bedrock.script(eventStream([first, createGate(), ...rest]))
  const recording = tapeFor('record', { drain: 0 })
  const controller = new AbortController()
  const { stream } = await clientFor(recording).send(new ConverseStreamCommand(question), {
    abortSignal: controller.signal,
  })
  for await (const _ of stream ?? []) controller.abort()
  await recording.close()

  expect(await endingOfFile()).toBe('aborted')
  const replaying = tapeFor('replay')
  await expect(converse(clientFor(replaying))).rejects.toThrow('WT_RECORDING_INCOMPLETE')
  await expect(replaying.close()).rejects.toThrow('WT_RECORDING_INCOMPLETE')
})

test.each(['live', 'record', 'replay'] as const)(
  'in mode %s a request that was aborted before its answer is the AbortError of the SDK',
  async (mode) => {
    fixture.bedrock.script(eventStream([createGate()]))
    const tape = tapeFor(mode)
    const controller = new AbortController()
    controller.abort(new Error('enough'))
    const error = await failureOf(
      clientFor(tape).send(new ConverseStreamCommand(question), {
        abortSignal: controller.signal,
      }),
    )
    await tape.close()

    expect(error).toMatchObject({ name: 'AbortError', message: 'Request aborted' })
    expect(error.cause).toBe(controller.signal.reason)
    expect(await files()).toEqual([])
  },
)

test('the SDK as it is ends on an abort in the same way', async () => {
  const [first = '', ...rest] = converseEvents({ ids: createIds(9) })
  fixture.bedrock.script(eventStream([first, createGate(), ...rest]))
  const controller = new AbortController()
  const { stream } = await bareClient().send(new ConverseStreamCommand(question), {
    abortSignal: controller.signal,
  })
  const events = collect(stream)
  setTimeout(() => controller.abort(), 50)

  expect(await events).toHaveLength(1)
})
