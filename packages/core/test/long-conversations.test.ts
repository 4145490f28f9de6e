import { performance } from 'node:perf_hooks'
import { beforeAll, expect, test, vi } from 'vitest'
import type { WireRequest } from '../src/request/wire.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useSharedCorpusFolder } from './corpus-folder.test-fixture.ts'
import { ask, errorOf, isolateTapes, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'

isolateTapes()
const corpus = useSharedCorpusFolder()

const RECORDINGS = 50
const MESSAGES = 200
const TEXT = 'The quick brown fox jumps over the lazy dog, says “Ünïcode”. '.repeat(5)

/** 200 messages, each with the number of the recording in it; this one's turn is another. */
function messagesOf(number: number, changedAt?: number): object[] {
  return Array.from({ length: MESSAGES }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: `${TEXT}${number}.${index}${index === changedAt ? ' and so on' : ''}`,
  }))
}

function asking(messages: readonly object[]): WireRequest {
  return jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-4o',
    messages,
  })
}

function conversation(number: number, changedAt?: number): WireRequest {
  return asking(messagesOf(number, changedAt))
}

beforeAll(async () => {
  vi.stubEnv('CI', '')
  const tape = createTape({ mode: 'record', recordings: corpus.folder() })
  for (let number = 0; number < RECORDINGS; number++)
    await ask(tape, conversation(number), scriptLive(jsonAnswer({ choices: [] })).live)
  await tape.close()
})

test('the miss of a long conversation is short, and finds the one changed message', async () => {
  const tape = createTape({ recordings: corpus.folder() })

  const miss = await errorOf(tape.handle(conversation(37, 123), never))

  expect(miss.details['nearest']).toMatchObject({
    differenceCount: 1,
    differences: [{ path: 'body.messages[123].content' }],
  })
  expect(miss.message).toContain('asked:    …')
  expect(miss.message).toContain('37.123 and so on"')
  expect(Buffer.byteLength(miss.message)).toBeLessThan(2048)
})

test('a long conversation of which nothing is recorded has a short miss too', async () => {
  const tape = createTape({ recordings: corpus.folder() })

  const miss = await errorOf(tape.handle(conversation(1000), never))

  expect(miss.message).toContain('\n  and at 47 or more other places\n')
  expect(Buffer.byteLength(miss.message)).toBeLessThan(2048)
  expect(JSON.stringify(miss.details).length).toBeLessThan(8192)
})

test('a conversation of one message more differs by that message', async () => {
  const tape = createTape({ recordings: corpus.folder() })
  const messages = messagesOf(12)
  messages.splice(50, 0, { role: 'system', content: 'Be brief.' })

  const miss = await errorOf(tape.handle(asking(messages), never))

  expect(miss.details['nearest']).toMatchObject({
    differenceCount: 1,
    differences: [
      {
        path: 'body.messages[50]',
        recorded: undefined,
        asked: '{"content":"Be brief.","role":"system"}',
      },
    ],
  })
})

test.each([
  ['near', (time: number) => conversation(37, time)],
  ['far from all', (time: number) => conversation(1000 + time)],
])(
  'a miss among fifty long conversations on disk is quick where it is %s',
  async (_, conversationOf) => {
    const times: number[] = []
    for (let time = 0; time < 10; time++) {
      const tape = createTape({ recordings: corpus.folder() })
      const request = conversationOf(time)
      const start = performance.now()
      await errorOf(tape.handle(request, never))
      times.push(performance.now() - start)
    }

    // Under 50 ms where nothing runs beside it; other tests do.
    expect(Math.min(...times)).toBeLessThan(150)
  },
)
