import { readRecording } from '@wiretape/core'
import { chatProvider, json } from '@wiretape/testkit'
import { expect, test, vi } from 'vitest'
import { ask, collect, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { tapeFor, clientFor, files } = fixture

test('equal requests in one scope replay in their recorded order', async () => {
  await using chat = await chatProvider({ seed: 6 })
  const recordingTape = tapeFor('record')
  const first = await collect(ask(clientFor(recordingTape, chat)))
  const second = await collect(ask(clientFor(recordingTape, chat)))
  await recordingTape.close()
  const replayTape = tapeFor('replay')
  const client = clientFor(replayTape, chat)

  expect(await collect(ask(client))).toEqual(first)
  expect(await collect(ask(client))).toEqual(second)
  expect(first).not.toEqual(second)
  await replayTape.close()
})

test('each scope counts for itself', async () => {
  await using chat = await chatProvider({ seed: 7 })
  const tape = tapeFor('record-if-missing')
  const first = await collect(ask(clientFor(tape.scope('first test'), chat)))
  const second = await collect(ask(clientFor(tape.scope('second test'), chat)))
  const third = await tape.run('third test', () => collect(ask(clientFor(tape, chat))))
  await tape.close()

  expect(second).toEqual(first)
  expect(third).toEqual(first)
  expect(chat.requests).toHaveLength(1)
})

test("under isolation 'test' the same request of two tests is two recordings", async () => {
  await using chat = await chatProvider({ seed: 8 })
  const tape = tapeFor('record', { isolation: 'test', testId: 'first test' })
  await collect(ask(clientFor(tape, chat)))
  await collect(ask(clientFor(tape.scope('second test'), chat)))
  await tape.close()

  const recordings = await Promise.all((await files()).map(readRecording))
  expect(new Set(recordings.map((recording) => recording.test_id))).toEqual(
    new Set(['first test', 'second test']),
  )
})

test('the header x-wiretape-test-id names the scope and is not sent on', async () => {
  await using chat = await chatProvider({ seed: 9 })
  const tape = tapeFor('record')
  const client = clientFor(tape, chat).withOptions({
    defaultHeaders: { 'x-wiretape-test-id': 'a test' },
  })
  await collect(ask(client))
  await tape.close()

  expect(chat.requests[0]?.headers).not.toHaveProperty('x-wiretape-test-id')
  expect(tape.report().recorded[0]?.testId).toBe('a test')
})

test('record-if-missing replays what there is and fetches the rest', async () => {
  await using chat = await chatProvider({ seed: 11 })
  const first = tapeFor('record-if-missing')
  await collect(ask(clientFor(first, chat)))
  await first.close()
  const second = tapeFor('record-if-missing')
  await collect(ask(clientFor(second, chat)))
  await collect(ask(clientFor(second, chat), 'Something else'))
  await second.close()

  expect(chat.requests).toHaveLength(2)
  expect(second.report()).toMatchObject({ replayed: [{}], recorded: [{}], missed: [] })
})

test('live touches nothing', async () => {
  await using chat = await chatProvider({ seed: 12 })
  const tape = tapeFor('live')
  const [first] = await collect(ask(clientFor(tape, chat)))
  await tape.close()

  expect(first).toMatchObject({ id: expect.stringMatching(/^chatcmpl-/) as string })
  expect(await files()).toEqual([])
})

test('with CI=true record-if-missing replays and record is refused', () => {
  vi.stubEnv('CI', 'true')

  expect(tapeFor('record-if-missing').mode).toBe('replay')
  expect(() => tapeFor('record')).toThrow(
    "WT_RECORDING_REFUSED: mode 'record' is refused with CI=true: a pipeline would spend money and replace reviewed recordings\n→ record on a workstation and commit, or set WIRETAPE_ALLOW_RECORD=1",
  )
  vi.stubEnv('WIRETAPE_ALLOW_RECORD', '1')
  expect(tapeFor('record').mode).toBe('record')
})

test('passThrough goes to the provider and leaves nothing behind', async () => {
  fixture.provider.script(json({ object: 'list', data: [] }))
  const tape = tapeFor('replay', { passThrough: ['127.0.0.1'] })
  await clientFor(tape).models.list()
  await tape.close()

  expect(tape.report()).toEqual({ replayed: [], recorded: [], missed: [], refused: [], unused: [] })
  expect(await files()).toEqual([])
})
