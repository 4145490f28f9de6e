import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { recordingsIn } from '../../src/tape/recorded-files.test-fixture.ts'
import {
  chatReads,
  chatRequest,
  readText,
  scriptLive,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { isolateTapes, never } from '../tapes.test-fixture.ts'

isolateTapes()

test('close waits for a write that is under way', async () => {
  const inner = createMemoryStore()
  const written: string[] = []
  const store: Store = {
    ...inner,
    write: async (path, bytes, options) => {
      await sleep(60)
      const isNew = await inner.write(path, bytes, options)
      written.push(path)
      return isNew
    },
  }
  const { live } = scriptLive({ body: chatReads('a') })
  const tape = createTape({ mode: 'record', recordings: store })
  const reading = tape.handle(chatRequest('q'), live).then(readText)
  await sleep(20)

  await tape.close()

  expect(written.some((path) => path.startsWith('openai-chat/'))).toBe(true)
  await reading
})

test('who reads on after the tape was closed has the answer, not a silent end', async () => {
  const { live } = scriptLive({ body: chatReads('a', 'b', 'c') })
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
  const response = await tape.handle(chatRequest('q'), live)
  await tape.close()

  const text = await readText(response)

  expect(text).toContain('"content":"c"')
  expect(text).toContain('[DONE]')
})

test('close waits for a head that was asked for, and keeps its answer', async () => {
  const gate = new EventEmitter()
  const head = once(gate, 'open')
  const store = createMemoryStore()
  const { live } = scriptLive({ head, body: chatReads('a') })
  const tape = createTape({ mode: 'record', recordings: store })
  const reading = tape.handle(chatRequest('q'), live).then(readText)
  await sleep(5)

  const closing = tape.close()
  await sleep(5)
  gate.emit('open')
  await closing

  expect(Object.keys(await recordingsIn(store))).toHaveLength(1)
  expect(await reading).toContain('"content":"a"')
})

test('close tells of misses though making the corpus durable failed', async () => {
  const store: Store = {
    ...createMemoryStore(),
    flush: async () => {
      throw new Error('disk')
    },
  }
  const tape = createTape({ recordings: store })
  await tape.handle(chatRequest('q'), never).catch(() => undefined)

  await expect(tape.close()).rejects.toMatchObject({
    code: 'WT_TAPE_FAILED',
    details: {
      errors: [{ code: 'WT_RECORDING_NOT_FOUND' }, { cause: { message: 'disk' } }],
    },
  })
})

async function record(recordings: Store[], ...answers: string[]): Promise<void> {
  const tape = createTape({ mode: 'record', recordings })
  for (const answer of answers) {
    const { live } = scriptLive({ body: chatReads(answer) })
    await readText(await tape.handle(chatRequest('q'), live))
  }
  await tape.close()
}

test('what a lower layer has of a key that the upper one owns is not unused', async () => {
  const [upper, lower] = [createMemoryStore(), createMemoryStore()]
  await record([lower], 'a', 'b')
  await record([upper, lower], 'c')
  const tape = createTape({ recordings: [upper, lower] })

  const text = await readText(await tape.handle(chatRequest('q'), never))
  await tape.close()

  expect(text).toContain('"content":"c"')
  expect(tape.report().unused).toEqual([])
})
