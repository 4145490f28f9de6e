import { expect, test } from 'vitest'
import type { HeaderList } from '../../src/request/headers.ts'
import type { WireResponse } from '../../src/request/wire.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { createRecordedBody } from '../../src/tape/recorded-body.ts'
import {
  chatReads,
  chatRequest,
  createManualBody,
  readText,
  scriptLive,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { isolateTapes, never } from '../tapes.test-fixture.ts'

isolateTapes()

/** What an adapter with a mistake gives. */
async function withoutHeaders(): Promise<WireResponse> {
  return { status: 200, headers: undefined as unknown as HeaderList, body: createManualBody() }
}

test('where an answer can not even begin to be recorded, whoever waits fetches', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
  const { live, sent } = scriptLive({ body: chatReads('a') })

  const first = tape.scope('a').handle(chatRequest('q'), withoutHeaders)
  const second = tape.scope('b').handle(chatRequest('q'), live)

  await expect(first).rejects.toThrow(TypeError)
  expect(await readText(await second)).toContain('"content":"a"')
  expect(sent).toHaveLength(1)
  await tape.close()
})

test('where the rest of an answer can not be read, it is kept as failed, and nobody waits on', async () => {
  const source = createManualBody()
  const kept: unknown[] = []
  const recorded = createRecordedBody({
    source,
    session: {
      accept: (read) => read,
      end: () => {
        throw new RangeError('too deep')
      },
      ended: false,
      finish: never as never,
    },
    drain: { milliseconds: 1000, bytes: 1e6 },
    stop: () => undefined,
    keep: async (...how) => void kept.push(how),
  })
  const read = readText({ body: recorded.read() })
  source.push('1')
  source.end()

  await expect(read).rejects.toThrow('too deep')
  await recorded.finish()

  expect(kept).toEqual([['error', { name: 'RangeError', code: null, message: 'too deep' }]])
  expect(recorded.isOver).toBe(true)
})
