import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { OutgoingRequest, WireResponse } from '../../src/request/wire.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { createRecordedBody } from '../../src/tape/recorded-body.ts'
import { endingsIn, recordingsIn } from '../../src/tape/recorded-files.test-fixture.ts'
import {
  chatEvent,
  chatReads,
  chatRequest,
  createManualBody,
  readText,
  scriptLive,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { isolateTapes, never } from '../tapes.test-fixture.ts'

isolateTapes()

const EVENTS: readonly (readonly [string, string])[] = [['content-type', 'text/event-stream']]

test('a request that was aborted before its head leaves no gap in the numbers', async () => {
  const store = createMemoryStore()
  const { live } = scriptLive({ head: new Promise(() => undefined) }, { body: chatReads('b') })
  const tape = createTape({ mode: 'record', recordings: store })
  const controller = new AbortController()
  const pending = tape
    .handle(chatRequest('q', { signal: controller.signal }), live)
    .catch(() => undefined)
  await sleep(5)
  controller.abort()
  await pending

  await readText(await tape.handle(chatRequest('q'), live))
  await tape.close()

  expect(Object.keys(await recordingsIn(store))).toEqual(['openai-chat/gpt-test/….json'])
})

test('an answer that was not kept leaves no gap in the numbers', async () => {
  const recordings = createMemoryStore()
  const { live } = scriptLive({ status: 401, body: ['{}'] }, { body: chatReads('b') })
  const tape = createTape({ mode: 'record', recordings })
  await readText(await tape.handle(chatRequest('q'), live))
  await readText(await tape.handle(chatRequest('q'), live))
  await tape.close()

  const text = await readText(await createTape({ recordings }).handle(chatRequest('q'), never))

  expect(text).toContain('"content":"b"')
})

test('verbatim, half a frame before an abort is replayed as the program saw it', async () => {
  const recordings = createMemoryStore()
  const body = createManualBody()
  body.push(chatEvent('a'))
  body.push('data: {"par')
  const tape = createTape({ mode: 'record', recordings, normalize: false, drain: 0 })
  const response = await tape.handle(chatRequest('q'), scriptLive({ body }).live)
  const reads = response.body[Symbol.asyncIterator]()
  const seen = [await reads.next(), await reads.next()].map(({ value }) =>
    Buffer.from(value as Uint8Array).toString(),
  )
  await reads.return?.()
  await tape.close()

  const replaying = createTape({ mode: 'replay', recordings, normalize: false })
  const replayed: string[] = []
  const failed = await (async () => {
    for await (const read of (await replaying.handle(chatRequest('q'), never)).body)
      replayed.push(Buffer.from(read).toString())
  })().catch((error: unknown) => error)

  expect(seen.join('')).toBe(`${chatEvent('a')}data: {"par`)
  expect(replayed.join('')).toBe(seen.join(''))
  expect(failed).toMatchObject({ code: 'WT_RECORDING_INCOMPLETE' })
})

test('a drain ends in time though the source ignores its signal', async () => {
  const body = createManualBody()
  body.push(chatEvent('a'))
  const tape = createTape({ mode: 'record', recordings: createMemoryStore(), drain: 40 })
  const response = await tape.handle(chatRequest('q'), scriptLive({ body }).live)
  const reads = response.body[Symbol.asyncIterator]()
  await reads.next()
  await reads.return?.()

  const ended = await Promise.race([
    tape.close().then(() => 'closed'),
    sleep(2000).then(() => 'waits for ever'),
  ])

  expect(ended).toBe('closed')
})

/** Begins, waits until it is aborted, and then ends in its own way. */
function endingWhenAborted(end: (signal: AbortSignal) => void) {
  return async ({ signal }: OutgoingRequest): Promise<WireResponse> => ({
    status: 200,
    headers: EVENTS,
    body: (async function* () {
      yield Buffer.from(chatEvent('a'))
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve())
      })
      end(signal)
    })(),
  })
}

test.each<[string, (signal: AbortSignal) => void]>([
  ['ends as if nothing were', () => undefined],
  [
    'fails',
    (signal) => {
      throw signal.reason
    },
  ],
])('what a drain stops is aborted, also where its source then %s', async (_, end) => {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store, drain: 40 })
  const response = await tape.handle(chatRequest('q'), endingWhenAborted(end))
  const reads = response.body[Symbol.asyncIterator]()
  await reads.next()
  await reads.return?.()

  await tape.close()

  expect(await endingsIn(store)).toEqual(['aborted'])
})

test('what a drain stops is aborted, also where the caller had asked for more', async () => {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store, drain: 40 })
  const live = endingWhenAborted((signal) => {
    throw signal.reason
  })
  const reads = (await tape.handle(chatRequest('q'), live)).body[Symbol.asyncIterator]()
  await reads.next()
  const pending = reads.next().catch(() => undefined)
  await sleep(5)
  await reads.return?.()

  await tape.close()
  await pending

  expect(await endingsIn(store)).toEqual(['aborted'])
})

test('no read is lost, at whatever moment the caller stops', async () => {
  const lost: number[] = []
  for (let depth = 0; depth < 14; depth++) {
    const source = createManualBody()
    const accepted: string[] = []
    const session = {
      accept: (read: Uint8Array) => {
        accepted.push(Buffer.from(read).toString())
        return read
      },
      end: () => new Uint8Array(),
      ended: false,
      finish: never as never,
    }
    const recorded = createRecordedBody({
      source,
      session,
      drain: { milliseconds: 1000, bytes: 1e6 },
      stop: () => undefined,
      keep: async () => undefined,
    })
    const reads = recorded.read()[Symbol.asyncIterator]()
    const pending = reads.next()
    await sleep(1)
    source.push('1')
    for (let turn = 0; turn < depth; turn++) await Promise.resolve()
    await reads.return?.()
    source.push('2')
    source.end()
    await Promise.all([recorded.finish(), pending])
    if (accepted.join('') !== '12') lost.push(depth)
  }

  expect(lost).toEqual([])
})

test('bytes pass that are more than one frame may have', async () => {
  const length = 65 * 1024 * 1024
  const recordings = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings })
  const live = async (): Promise<WireResponse> => ({
    status: 200,
    headers: [['content-type', 'video/mp4']],
    body: (async function* () {
      for (let read = 0; read < 65; read++) yield Buffer.alloc(length / 65, 0xff)
    })(),
  })
  const request = {
    method: 'GET',
    url: 'https://api.openai.com/v1/files/file-1/content',
    headers: [],
  }

  let received = 0
  for await (const read of (await tape.handle(request, live)).body) received += read.length
  await tape.close()

  expect(received).toBe(length)
})
