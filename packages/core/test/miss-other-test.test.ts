import { expect, test } from 'vitest'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { chat, pathsIn } from './misses.test-fixture.ts'
import { ask, errorOf, isolateTapes, jsonAnswer, never } from './tapes.test-fixture.ts'

isolateTapes()

test("under isolation 'test' the miss of one test says that another has it", async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, isolation: 'test', testId: 'theirs' })
  await ask(recording, chat('q'), scriptLive(jsonAnswer({ choices: [] })).live)
  await recording.close()
  const [path = ''] = await pathsIn(recordings)
  const tape = createTape({ recordings, isolation: 'test', testId: 'mine' })

  const miss = await errorOf(tape.handle(chat('q'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      '  test: mine',
      `  looked in: ${recordings.name}`,
      `  nearest: ${recordings.locate(path)}`,
      '  differs at test_id',
      '    recorded: "theirs"',
      '    asked:    "mine"',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test -- -t "mine"',
    ].join('\n'),
  )
  expect(miss.details).toMatchObject({ reason: 'other-test' })
})

test("a shared look-up of what was recorded under isolation 'test' says so", async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, isolation: 'test', testId: 'theirs' })
  await ask(recording, chat('q'), scriptLive(jsonAnswer({ choices: [] })).live)
  await recording.close()
  const [path = ''] = await pathsIn(recordings)

  const miss = await errorOf(createTape({ recordings }).handle(chat('q'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      `  looked in: ${recordings.name}`,
      `  nearest: ${recordings.locate(path)}`,
      '  differs at test_id',
      '    recorded: "theirs"',
      '    asked:    (absent)',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
  expect(miss.details).toMatchObject({ reason: 'other-test' })
})

test('the same request of another test is nearer than another request of this one', async () => {
  const recordings = createMemoryStore()
  for (const [testId, question] of [
    ['theirs', 'How far is the Moon?'],
    ['mine', 'How far is the Sun?'],
  ] as const) {
    const recording = createTape({ mode: 'record', recordings, isolation: 'test', testId })
    await ask(recording, chat(question), scriptLive(jsonAnswer({ choices: [] })).live)
    await recording.close()
  }
  const tape = createTape({ recordings, isolation: 'test', testId: 'mine' })

  const miss = await errorOf(tape.handle(chat('How far is the Moon?'), never))

  expect(miss.message).toContain(
    '\n  differs at test_id\n    recorded: "theirs"\n    asked:    "mine"\n',
  )
})
