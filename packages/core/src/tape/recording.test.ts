import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { listPaths } from '../store/store-contract.test-fixture.ts'
import type { Store } from '../store/store.ts'
import type { TapeOptions } from './options.ts'
import { processState } from './process-state.ts'
import { endingsIn, recordingsIn } from './recorded-files.test-fixture.ts'
import {
  chatBody,
  chatEvent,
  chatReads,
  chatRequest,
  createManualBody,
  readText,
  scriptLive,
} from './scripted-live.test-fixture.ts'
import { createTape, type Tape } from './tape.ts'

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
})

function recordTo(options: TapeOptions = {}): Tape {
  return createTape({ mode: 'record', recordings: store, ...options })
}

/** The second arguments of each call. */
function listenersOf(calls: readonly (readonly unknown[])[]): unknown[] {
  return calls.map(([, listener]) => listener)
}

test('each read is handed on before the next is asked for', async () => {
  const body = createManualBody()
  const { live } = scriptLive({ body })
  const tape = recordTo()
  const response = await tape.handle(chatRequest('q'), live)
  const reads = response.body[Symbol.asyncIterator]()
  await sleep(5)
  expect(body.asked).toBe(0)

  body.push(chatEvent('a'))
  body.push(chatEvent('b', 'stop'))
  const first = await reads.next()
  await sleep(5)

  expect(Buffer.from(first.value as Uint8Array).toString()).toContain('"content":"a"')
  expect(body.asked).toBe(1)
  body.end()
  await readText(response)
  await tape.close()
})

test('a frame that comes in two reads is handed on when it is whole', async () => {
  const body = createManualBody()
  const { live } = scriptLive({ body })
  const tape = recordTo()
  const { body: answer } = await tape.handle(chatRequest('q'), live)
  const event = chatEvent('a')
  body.push(event.slice(0, 20))
  body.push(event.slice(20))

  const first = await answer[Symbol.asyncIterator]().next()

  expect(body.asked).toBe(2)
  expect(Buffer.from(first.value as Uint8Array).toString()).toContain('"content":"a"')
  body.end()
  await tape.close()
})

test('the end of a body comes when its file is in place', async () => {
  const order: string[] = []
  const slow: Store = {
    ...store,
    write: async (...written) => {
      await sleep(20)
      order.push('written')
      return store.write(...written)
    },
  }
  const { live } = scriptLive({ body: chatReads('a') })
  const tape = recordTo({ recordings: slow })

  await readText(await tape.handle(chatRequest('q'), live))
  order.push('ended')

  expect(order.at(-1)).toBe('ended')
  expect(order).toContain('written')
})

test('equal requests of a scope are numbered in the order in which they start', async () => {
  const gates = [30, 15, 1].map((milliseconds) => sleep(milliseconds))
  const { live } = scriptLive(
    ...['one', 'two', 'three'].map((content, index) => ({
      head: gates[index],
      body: chatReads(content),
    })),
  )
  const tape = recordTo()

  await Promise.all([1, 2, 3].map(async () => readText(await tape.handle(chatRequest('q'), live))))
  await tape.close()

  const found = await recordingsIn(store)
  const contents = ['', '-2', '-3'].map((suffix) =>
    JSON.stringify(found[`openai-chat/gpt-test/…${suffix}.json`]?.response.body),
  )
  expect(contents.map((text) => /"content":"(\w+)"/.exec(text)?.[1])).toEqual([
    'one',
    'two',
    'three',
  ])
})

test.each(['../x', '..', '.', 'modèle 😀', 'GPT', 'a'.repeat(200), 'C:\\x', ''])(
  'a model called %j is recorded below the corpus and replayed',
  async (model) => {
    const request = chatRequest('q', {
      body: JSON.stringify({ model, messages: [], stream: true }),
    })
    const { live } = scriptLive({ body: chatReads('a') })
    const tape = recordTo()
    const recorded = await readText(await tape.handle(request, live))
    await tape.close()
    const replaying = createTape({ recordings: store })

    const replayed = await readText(await replaying.handle(request, live))

    expect(replayed).toBe(recorded)
    expect((await listPaths(store)).filter((path) => path !== 'wiretape.json')).toHaveLength(1)
  },
)

test('a signal that is aborted before is the caller’s error, and nothing is sent, counted or missed', async () => {
  const { live, sent } = scriptLive({ body: chatReads('a') })
  const tape = recordTo()
  const replaying = createTape({ recordings: store })
  const signal = AbortSignal.abort(new Error('the caller’s own'))

  await expect(tape.handle(chatRequest('q', { signal }), live)).rejects.toThrow('the caller’s own')
  await expect(replaying.handle(chatRequest('q', { signal }), live)).rejects.toThrow(
    'the caller’s own',
  )
  await readText(await tape.handle(chatRequest('q'), live))
  await tape.close()
  await replaying.close()

  expect(sent).toHaveLength(1)
  expect(Object.keys(await recordingsIn(store))).toEqual(['openai-chat/gpt-test/….json'])
})

test('an abort before the head stops the request, and nothing is kept', async () => {
  const controller = new AbortController()
  const { live, sent } = scriptLive({ head: new Promise(() => undefined) })
  const tape = recordTo()
  const pending = tape.handle(chatRequest('q', { signal: controller.signal }), live)
  const failed = pending.catch((error: unknown) => error)
  await sleep(5)

  controller.abort()

  expect(await failed).toMatchObject({ name: 'AbortError' })
  expect(sent[0]?.signal.aborted).toBe(true)
  await tape.close()
  expect(await recordingsIn(store)).toEqual({})
})

test('an abort after the head does not reach the provider: the answer is recorded whole', async () => {
  const controller = new AbortController()
  const body = createManualBody()
  const { live, sent } = scriptLive({ body })
  const tape = recordTo()
  const response = await tape.handle(chatRequest('q', { signal: controller.signal }), live)
  const reads = response.body[Symbol.asyncIterator]()
  body.push(chatEvent('a'))
  await reads.next()

  controller.abort()
  await reads.return?.()
  for (const read of [chatEvent('b', 'stop'), 'data: [DONE]\n\n']) body.push(read)
  body.end()
  await tape.close()

  expect(sent[0]?.signal.aborted).toBe(false)
  expect(await endingsIn(store)).toEqual(['complete'])
  expect(Object.values(await recordingsIn(store))[0]?.response.body).toHaveLength(2)
})

test('no listener stays on a caller’s signal once the head is there', async () => {
  const { signal } = new AbortController()
  const [add, remove] = [
    vi.spyOn(signal, 'addEventListener'),
    vi.spyOn(signal, 'removeEventListener'),
  ]
  const { live } = scriptLive({ body: chatReads('a') }, new Error('refused'))
  const tape = recordTo()

  await readText(await tape.handle(chatRequest('q', { signal }), live))
  await tape.handle(chatRequest('q', { signal }), live).catch(() => undefined)

  expect(listenersOf(remove.mock.calls)).toEqual(listenersOf(add.mock.calls))
  expect(add).toHaveBeenCalledTimes(2)
})

test('a body given as a stream is read once, and sent and recorded whole', async () => {
  const text = chatBody('q')
  const { live, sent } = scriptLive({ body: chatReads('a') })
  const tape = recordTo()
  const streamed = (async function* () {
    yield Buffer.from(text.slice(0, 7))
    yield Buffer.from(text.slice(7))
  })()

  await readText(await tape.handle(chatRequest('q', { body: streamed }), live))
  const replaying = createTape({ recordings: store })

  expect(Buffer.from(sent[0]?.body ?? []).toString()).toBe(text)
  expect(await readText(await replaying.handle(chatRequest('q'), live))).toContain('"content":"a"')
})
