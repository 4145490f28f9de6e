import { readFile } from 'node:fs/promises'
import { readRecording } from '@wiretape/core'
import {
  chatChunks,
  chatProvider,
  createGate,
  createIds,
  error,
  hangUp,
  rateLimited,
  sse,
} from '@wiretape/testkit'
import { OpenAI } from 'openai'
import { expect, test, vi } from 'vitest'
import { ask, collect, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { tapeFor, clientFor, files } = fixture

test('429 then 200 are two occurrences, and the SDK retries on replay without waiting', async () => {
  fixture.provider.script(
    rateLimited({ retryAfterMs: 5 }),
    sse([...chatChunks({ ids: createIds(10) }).map((data) => ({ data })), { data: '[DONE]' }]),
  )
  const recordingTape = tapeFor('record')
  const recorded = await collect(ask(clientFor(recordingTape)))
  await recordingTape.close()
  await fixture.provider.close()

  const replayTape = tapeFor('replay')
  expect(await collect(ask(clientFor(replayTape)))).toEqual(recorded)
  await replayTape.close()
  expect(replayTape.report().replayed).toHaveLength(2)
  expect((await files()).map((file) => /(-2)?\.json$/.exec(file)?.[0])).toEqual([
    '-2.json',
    '.json',
  ])
})

test('a caller that stops early leaves a complete recording', async () => {
  const chunks = chatChunks({ ids: createIds(16), content: ['a', 'b', 'c'] })
  fixture.provider.script(sse([...chunks.map((data) => ({ data })), { data: '[DONE]' }]))
  const tape = tapeFor('record')
  for await (const _ of await ask(clientFor(tape))) break
  await tape.close()

  const [file = ''] = await files()
  const { response } = await readRecording(file)
  expect(response.wire).toMatchObject({ framing: 'sse', ending: 'complete' })
  expect(response.body).toHaveLength(chunks.length)
})

test('drain: 0 keeps what there is as aborted, and reading past it is an error', async () => {
  const gate = createGate()
  const [first, ...rest] = chatChunks({ ids: createIds(17), content: ['a', 'b'] })
  fixture.provider.script(sse([{ data: first }, gate, ...rest.map((data) => ({ data }))]))
  const tape = tapeFor('record', { drain: 0 })
  for await (const _ of await ask(clientFor(tape))) break
  await tape.close()

  const replayTape = tapeFor('replay')
  await expect(collect(ask(clientFor(replayTape)))).rejects.toThrow('WT_RECORDING_INCOMPLETE')
})

test('a stream that its peer cut ends so on replay, and record-if-missing fetches it again', async () => {
  const chunks = chatChunks({ ids: createIds(18), content: ['a', 'b'] })
  const whole = sse([...chunks.map((data) => ({ data })), { data: '[DONE]' }])
  fixture.provider.script(sse([{ data: chunks[0] }, { data: chunks[1] }]), whole)
  const recordingTape = tapeFor('record')
  const cut = await collect(ask(clientFor(recordingTape)))
  await recordingTape.close()
  const replayTape = tapeFor('replay')
  const replayed = await collect(ask(clientFor(replayTape)))
  await replayTape.close()
  vi.stubEnv('WIRETAPE_RUN_ID', 'another run')
  const again = tapeFor('record-if-missing')
  const complete = await collect(ask(clientFor(again)))
  await again.close()

  expect(cut).toHaveLength(2)
  expect(replayed).toEqual(cut)
  expect(complete).toHaveLength(chunks.length)
})

test('a connection that broke in the middle breaks on replay with the same class of error', async () => {
  const [first] = chatChunks({ ids: createIds(19), content: ['a', 'b'] })
  fixture.provider.script(sse([{ data: first }, hangUp()]))
  const recordingTape = tapeFor('record')
  const live = await collect(ask(clientFor(recordingTape))).catch((reason: unknown) => reason)
  await recordingTape.close()
  await fixture.provider.close()
  const replayTape = tapeFor('replay')
  const replayed = await collect(ask(clientFor(replayTape))).catch((reason: unknown) => reason)
  await replayTape.close()

  expect(live).toBeInstanceOf(TypeError)
  expect(replayed).toBeInstanceOf(TypeError)
  expect((replayed as Error).message).toBe((live as Error).message)
})

test('401 is handed on and not kept', async () => {
  fixture.provider.script(error(401, 'Incorrect API key provided'))
  const tape = tapeFor('record')

  await expect(ask(clientFor(tape))).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  await tape.close()
  expect(await files()).toEqual([])
  expect(tape.report().refused).toHaveLength(1)
})

test('an error never replaces a complete recording', async () => {
  await using chat = await chatProvider({ seed: 20 })
  const first = tapeFor('record')
  await collect(ask(clientFor(first, chat)))
  await first.close()
  const [file = ''] = await files()
  const before = await readFile(file, 'utf8')
  vi.stubEnv('WIRETAPE_RUN_ID', 'another run')
  fixture.provider.script(error(500, 'boom'))
  const second = tapeFor('record')
  await ask(clientFor(second, { maxRetries: 0 })).catch(() => undefined)
  await second.close()

  expect(await readFile(file, 'utf8')).toBe(before)
})
