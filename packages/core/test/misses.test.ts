import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import { chat, pathsIn } from './misses.test-fixture.ts'
import {
  ask,
  errorOf,
  isolateTapes,
  jsonAnswer,
  jsonRequest,
  never,
  recordedStore,
} from './tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

test('where there is no corpus at all, the miss says where it was looked for, and nothing is made', async () => {
  const parent = corpus.folder()
  const folder = join(parent, 'recordings')
  const tape = createTape({ recordings: folder })

  const miss = await errorOf(tape.handle(chat('q'), never))

  expect(miss.message).toBe(
    `WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)\n  looked in: ${folder}\n  nothing is recorded there at all\n→ to record it: WIRETAPE_MODE=record-if-missing npm test`,
  )
  expect(miss.details).toMatchObject({
    reason: 'no-corpus',
    corpora: [folder],
    nearest: null,
    others: [],
    used: null,
  })
  await expect(tape.close()).rejects.toBe(miss)
  expect(readdirSync(parent)).toEqual([])
})

test('an endpoint of which nothing is recorded says so, whatever else there is', async () => {
  const recordings = await recordedStore(chat('q'), { choices: [] })
  const request = jsonRequest('POST https://api.openai.com/v1/embeddings', {
    model: 'gpt-4o',
    input: 'q',
  })

  const miss = await errorOf(createTape({ recordings }).handle(request, never))

  expect(miss.message).toBe(
    `WT_RECORDING_NOT_FOUND: no recording answers POST /v1/embeddings (gpt-4o)\n  looked in: ${recordings.name}\n  nothing is recorded for this endpoint\n→ to record it: WIRETAPE_MODE=record-if-missing npm test`,
  )
  expect(miss.details).toMatchObject({ reason: 'no-endpoint', nearest: null, used: null })
})

test('the nearest is the one with the fewest differences, then the one with the likest text', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const places: string[] = []
  for (const request of [
    chat('How far is the Moon from the Earth?', { temperature: 1, seed: 7 }),
    chat('Who painted the Night Watch?'),
    chat('How far is the Moon?'),
  ]) {
    const before = await pathsIn(recordings)
    await ask(recording, request, scriptLive(jsonAnswer({ choices: [] })).live)
    places.push(...(await pathsIn(recordings)).filter((path) => !before.includes(path)))
  }
  await recording.close()

  const miss = await errorOf(createTape({ recordings }).handle(chat('How far is the Sun?'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      `  looked in: ${recordings.name}`,
      `  nearest: ${recordings.locate(places[2] ?? '')}`,
      '  differs at body.messages[0].content',
      '    recorded: "How far is the Moon?"',
      '    asked:    "How far is the Sun?"',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
  expect(miss.details).toMatchObject({
    reason: 'differs',
    nearest: {
      recording: recordings.locate(places[2] ?? ''),
      ending: 'complete',
      differences: [
        {
          path: 'body.messages[0].content',
          recorded: '"How far is the Moon?"',
          asked: '"How far is the Sun?"',
        },
      ],
      differenceCount: 1,
    },
    others: [
      { recording: recordings.locate(places[1] ?? ''), differenceCount: 1 },
      { recording: recordings.locate(places[0] ?? ''), differenceCount: 3 },
    ],
  })
})

test('a message put in between is the only difference', async () => {
  const [first, second, third] = ['one', 'two', 'three'].map((content) => ({
    role: 'user',
    content,
  }))
  const recordings = await recordedStore(chat('', { messages: [first, third] }), { choices: [] })

  const miss = await errorOf(
    createTape({ recordings }).handle(chat('', { messages: [first, second, third] }), never),
  )

  expect(miss.details['nearest']).toMatchObject({
    differences: [
      {
        path: 'body.messages[1]',
        recorded: undefined,
        asked: '{"content":"two","role":"user"}',
      },
    ],
    differenceCount: 1,
  })
})
