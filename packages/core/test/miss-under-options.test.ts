import { expect, test } from 'vitest'
import { createMemoryStore } from '../src/store/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import type { WireRequest } from '../src/request/wire.ts'
import type { TapeOptions } from '../src/tape/options.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { chat, pathsIn } from './misses.test-fixture.ts'
import { ask, errorOf, isolateTapes, jsonAnswer, never } from './tapes.test-fixture.ts'

isolateTapes()

/** A corpus made under these options, in which these requests have an answer. */
async function corpusOf(
  match: TapeOptions['match'],
  ...requests: readonly WireRequest[]
): Promise<Store> {
  const recordings = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings, match })
  for (const request of requests)
    await ask(tape, request, scriptLive(jsonAnswer({ choices: [] })).live)
  await tape.close()
  return recordings
}

test('what a corpus ignores or replaces is no difference, and does not make a recording less near', async () => {
  const recordings = await corpusOf(
    {
      ignore: ['body.metadata', 'body.seed'],
      replace: [{ path: 'body.messages[].content', pattern: /\d{4}-\d\d-\d\d/, with: '<date>' }],
    },
    chat('Today is 2026-01-01. How far is the Moon?', { seed: 1, metadata: { run: 'a' } }),
    chat('Today is 2027-07-07. How far is the Sun?', { seed: 2, temperature: 1 }),
  )
  const request = chat('Today is 2027-07-07. How far is Mars?', { seed: 2, metadata: { run: 'b' } })

  const miss = await errorOf(createTape({ recordings }).handle(request, never))

  const { recording } = miss.details['nearest'] as { recording: string }
  expect((await pathsIn(recordings)).map((path) => recordings.locate(path))).toContain(recording)
  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      `  looked in: ${recordings.name}`,
      `  nearest: ${recording}`,
      '  differs at body.messages[0].content',
      '    recorded: "Today is <date>. How far is the Moon?"',
      '    asked:    "Today is <date>. How far is Mars?"',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
})

test('where the host counts, it is a difference', async () => {
  const recordings = await corpusOf({ include: ['host'] }, chat('q'))
  const request = { ...chat('q'), url: 'https://gateway.example/v1/chat/completions' }

  const miss = await errorOf(createTape({ recordings }).handle(request, never))

  expect(miss.message).toContain(
    '\n  differs at host\n    recorded: "api.openai.com"\n    asked:    "gateway.example"\n',
  )
})

test('each layer is compared by its own options', async () => {
  const upper = await corpusOf({}, chat('How far is the Sun?', { seed: 1, n: 1, user: 'a' }))
  const lower = await corpusOf({ ignore: ['body.seed', 'body.n'] }, chat('How far?', { seed: 1 }))
  const [path = ''] = await pathsIn(lower)
  const tape = createTape({ recordings: [upper, { ...lower, writable: false }] })

  const miss = await errorOf(tape.handle(chat('How far is it?', { seed: 2, n: 2 }), never))

  expect(miss.details).toMatchObject({
    nearest: {
      recording: lower.locate(path),
      differences: [{ path: 'body.messages[0].content' }],
      differenceCount: 1,
    },
    others: [{ differenceCount: 3 }],
  })
})
