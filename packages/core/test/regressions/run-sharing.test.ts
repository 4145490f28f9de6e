import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { WireResponse } from '../../src/request/wire.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import {
  chatEvent,
  chatReads,
  chatRequest,
  readText,
  scriptLive,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../../src/tape/tape.ts'
import { isolateTapes } from '../tapes.test-fixture.ts'

isolateTapes()

function recordMissing(): Tape {
  return createTape({ mode: 'record-if-missing', recordings: createMemoryStore() })
}

test('two scopes may both have their heads before either reads a body', async () => {
  const { live, sent } = scriptLive({ body: chatReads('a') }, { body: chatReads('b') })
  const tape = recordMissing()
  const first = await tape.scope('a').handle(chatRequest('q'), live)

  const second = await Promise.race([
    tape.scope('b').handle(chatRequest('q'), live),
    sleep(1000).then(() => 'waits for ever' as const),
  ])
  if (second === 'waits for ever') throw new Error(second)
  const texts = [await readText(second), await readText(first)]

  expect(texts[0]).toContain('"content":"a"')
  expect(texts[1]).toBe(texts[0])
  expect(sent).toHaveLength(1)
})

test('who comes after an answer that was cut fetches for itself', async () => {
  const { live, sent } = scriptLive({ body: [chatEvent('cut')] }, { body: chatReads('whole') })
  const tape = recordMissing()

  const texts = [
    await readText(await tape.scope('a').handle(chatRequest('q'), live)),
    await readText(await tape.scope('b').handle(chatRequest('q'), live)),
  ]
  await tape.close()

  expect(texts[0]).toBe(chatEvent('cut').replace('chatcmpl-original', idOf(texts[0])))
  expect(texts[1]).toContain('"content":"whole"')
  expect(sent).toHaveLength(2)
})

function idOf(text: string | undefined): string {
  return /"id":"([^"]*)"/.exec(text ?? '')?.[1] ?? ''
}

test('who comes after a failure of the network fetches for itself', async () => {
  const { live, sent } = scriptLive(new TypeError('fetch failed'), { body: chatReads('b') })
  const tape = recordMissing()

  const failed = await tape
    .scope('a')
    .handle(chatRequest('q'), live)
    .catch((error: unknown) => error)
  const text = await readText(await tape.scope('b').handle(chatRequest('q'), live))
  await tape.close()

  expect(failed).toBeInstanceOf(TypeError)
  expect(text).toContain('"content":"b"')
  expect(sent).toHaveLength(2)
})

/** 65 MiB in one frame. */
async function tooLarge(): Promise<WireResponse> {
  return {
    status: 200,
    headers: [['content-type', 'application/json']],
    body: (async function* () {
      for (let read = 0; read < 65; read++) yield Buffer.alloc(1024 * 1024, 0x20)
    })(),
  }
}

test('who waits for an answer that grows too large to read is released', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
  const first = await tape.scope('a').handle(chatRequest('q'), tooLarge)

  await readText(first).catch(() => undefined)
  const second = await Promise.race([
    tape
      .scope('b')
      .handle(chatRequest('q'), tooLarge)
      .then(() => 'answered'),
    sleep(5000).then(() => 'waits for ever'),
  ])

  expect(second).toBe('answered')
})

test('what was recorded in this run and deleted since is fetched again', async () => {
  const recordings = createMemoryStore()
  const { live, sent } = scriptLive({ body: chatReads('a') }, { body: chatReads('b') })
  const first = createTape({ mode: 'record', recordings })
  await readText(await first.handle(chatRequest('q'), live))
  await first.close()
  for await (const { path } of recordings.list('openai-chat')) await recordings.delete(path)
  const second = createTape({ mode: 'record', recordings })

  const text = await readText(await second.handle(chatRequest('q'), live))
  await second.close()

  expect(text).toContain('"content":"b"')
  expect(sent).toHaveLength(2)
})

function call(scope: Tape, value: number): Promise<number> {
  return scope.call({ provider: 'p', tool_name: 't' }, {}, () => value)
}

test("isolation 'test' keeps the tools of two tests apart", async () => {
  const recordings = createMemoryStore()
  const tape = createTape({
    recordings,
    mode: 'record-if-missing',
    isolation: 'test',
    testId: 'a',
  })

  const recorded = [await call(tape.scope('a'), 1), await call(tape.scope('b'), 2)]
  await tape.close()
  const replaying = createTape({ recordings, isolation: 'test', testId: 'a' })
  const replayed = [await call(replaying.scope('b'), 7), await call(replaying.scope('a'), 7)]

  expect(recorded).toEqual([1, 2])
  expect(replayed).toEqual([2, 1])
})
