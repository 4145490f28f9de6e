import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { requestKey } from '../request/recording-key.ts'
import type { WireRequest } from '../request/wire.ts'
import { chatPath, chatRecording } from '../store/chat-recording.test-fixture.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import type { TapeOptions } from './options.ts'
import { processState } from './process-state.ts'
import { createTape } from './tape.ts'

beforeEach(() => {
  vi.stubEnv('WIRETAPE_MODE', '')
  // No cache can lie there: stores in memory have the same names in every process.
  vi.stubEnv('WIRETAPE_CACHE', '/dev/null')
})

afterEach(() => {
  // A tape that a test leaves open would complain when the worker exits.
  processState().open.clear()
})

async function never(): Promise<never> {
  throw new Error('a replay went live')
}

function asked(question: string, more: object = {}): WireRequest {
  return {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: [],
    body: JSON.stringify({
      model: 'gpt-test',
      messages: [{ role: 'user', content: question }],
      ...more,
    }),
  }
}

function storeOf(...questions: readonly string[]): Store {
  return createMemoryStore(
    Object.fromEntries(
      questions.map((question) => [
        chatPath(question),
        chatRecording(question, 'a', { version: 1 }),
      ]),
    ),
  )
}

async function missOf(request: WireRequest, options: TapeOptions): Promise<WiretapeError> {
  const tape = createTape(options)
  const miss = await tape.handle(request, never).catch((error: unknown) => error)
  if (!WiretapeError.is(miss)) throw new Error('it was no miss')
  return miss
}

test('a miss names the nearest recording and what differs first, both values', async () => {
  const store = storeOf('What is the Sun?', 'Something else altogether')

  const miss = await missOf(asked('What is the Sun?', { temperature: 1 }), { recordings: store })

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-test)',
      `  looked in: ${store.name}`,
      `  nearest: ${store.locate(chatPath('What is the Sun?'))}`,
      '  differs at body.temperature',
      '    recorded: (absent)',
      '    asked:    1',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
  expect(miss.details).toMatchObject({
    dialect: 'openai-chat',
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    endpoint: '/v1/chat/completions',
    model: 'gpt-test',
    testId: null,
    occurrence: 1,
    key: {
      rule: 'wiretape/1',
      hash: requestKey(asked('What is the Sun?', { temperature: 1 }) as never).hash,
    },
    nearest: {
      recording: store.locate(chatPath('What is the Sun?')),
      differenceCount: 1,
      differences: [{ path: 'body.temperature', recorded: undefined, asked: '1' }],
    },
    unreadable: [],
  })
})

test('three differences are shown, and the others counted', async () => {
  const miss = await missOf(asked('r', { a: 1, b: 2, c: 3, d: 4 }), { recordings: storeOf('q') })

  const lines = miss.message.split('\n')
  expect(lines.filter((line) => line.startsWith('  differs at'))).toEqual([
    '  differs at body.messages[0].content',
    '  differs at body.a',
    '  differs at body.b',
  ])
  expect(lines).toContain('  and at 2 other places')
})

test('no more than fifty differences are counted', async () => {
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`k${index}`, index]))

  const miss = await missOf(asked('q', many), { recordings: storeOf('q') })

  expect(miss.message).toContain('\n  and at 47 or more other places\n')
})

test('a long value is cut to where it begins to differ', async () => {
  const [start, end] = ['s'.repeat(300), 'e'.repeat(300)]

  const miss = await missOf(asked(`${start}B${end}`), { recordings: storeOf(`${start}A${end}`) })

  // 160 characters, 40 of which are what both have.
  expect(miss.message).toContain(`    recorded: …${'s'.repeat(40)}A${'e'.repeat(119)}…\n`)
  expect(miss.message).toContain(`    asked:    …${'s'.repeat(40)}B${'e'.repeat(119)}…\n`)
})

test('only recordings of the same endpoint are near', async () => {
  const store = storeOf('q')

  const miss = await missOf(
    {
      method: 'POST',
      url: 'https://api.openai.com/v1/unheard-of',
      headers: [],
      body: '{"model":"gpt-test"}',
    },
    { recordings: store },
  )

  expect(miss.message).toBe(
    `WT_RECORDING_NOT_FOUND: no recording answers POST /v1/unheard-of (gpt-test)\n  looked in: ${store.name}\n  nothing is recorded for this endpoint\n→ to record it: WIRETAPE_MODE=record-if-missing npm test`,
  )
})

test('every layer is named, and the nearest may lie in any', async () => {
  const [upper, lower] = [storeOf(), storeOf('q')]

  const { message } = await missOf(asked('r'), { recordings: [upper, lower] })

  expect(message).toContain(`\n  looked in: ${upper.name}, ${lower.name}\n`)
  expect(message).toContain(`\n  nearest: ${lower.locate(chatPath('q'))}\n`)
})

test('the test is named, and the command is for it alone', async () => {
  const { message, hint } = await missOf(asked('q'), {
    recordings: storeOf(),
    testId: 'chat > says "hi"',
  })

  expect(message).toContain('\n  test: chat > says "hi"\n')
  expect(hint).toBe(
    'to record it: WIRETAPE_MODE=record-if-missing npm test -- -t "chat > says \\"hi\\""',
  )
})

test("under isolation 'test' a recording of another test differs by its test", async () => {
  const recordings = createMemoryStore({
    'a.json': chatRecording('q', 'a', { testId: 'theirs' }),
  })

  const { message } = await missOf(asked('q'), { recordings, isolation: 'test', testId: 'mine' })

  expect(message).toContain(
    '\n  differs at test_id\n    recorded: "theirs"\n    asked:    "mine"\n',
  )
})

test('a question asked once too often names the recording that was used', async () => {
  const store = storeOf('q')
  const tape = createTape({ recordings: store })
  await tape.handle(asked('q'), never)

  await expect(tape.handle(asked('q'), never)).rejects.toThrow(
    `\n  it was asked 2 times in this scope, and recorded once: ${store.locate(chatPath('q'))}\n`,
  )
})

test('files that could not be read are named, three of them, each in one line', async () => {
  const recordings = createMemoryStore({
    'a.json': '{',
    'b.json': '[]',
    'c.json': '1',
    'd.json': '2',
  })

  const miss = await missOf(asked('q'), { recordings })

  expect(miss.message.split('\n').filter((line) => line.includes("can't be read"))).toEqual([
    `  can't be read: WT_RECORDING_INVALID: ${recordings.name}:a.json: is not JSON: line 1, column 2: expected a key or '}', found the end of the text`,
    `  can't be read: WT_RECORDING_INVALID: ${recordings.name}:b.json: expected an object, found an array`,
    `  can't be read: WT_RECORDING_INVALID: ${recordings.name}:c.json: expected an object, found 1`,
  ])
  expect(miss.cause).toMatchObject({ code: 'WT_RECORDING_INVALID' })
  expect(miss.details['unreadable']).toHaveLength(4)
})
