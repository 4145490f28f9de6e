import { expect, test } from 'vitest'
import { createMemoryStore } from '../src/store/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import {
  chatEvent,
  chatReads,
  chatRequest,
  readText,
  scriptLive,
} from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { chat, pathsIn } from './misses.test-fixture.ts'
import {
  ask,
  errorOf,
  isolateTapes,
  jsonAnswer,
  never,
  recordedStore,
} from './tapes.test-fixture.ts'

isolateTapes()

test('what was used up says how often it was asked, and names the last recording', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const { live } = scriptLive(jsonAnswer({ choices: [] }), jsonAnswer({ choices: [] }))
  await ask(recording, chat('q'), live)
  await ask(recording, chat('q'), live)
  await recording.close()
  const [last = ''] = (await pathsIn(recordings)).filter((path) => path.endsWith('-2.json'))
  const scope = createTape({ recordings }).scope('t')
  await scope.handle(chat('q'), never)
  await scope.handle(chat('q'), never)

  const miss = await errorOf(scope.handle(chat('q'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      '  test: t',
      `  looked in: ${recordings.name}`,
      `  it was asked 3 times in this scope, and recorded 2 times: ${recordings.locate(last)}`,
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test -- -t "t"',
    ].join('\n'),
  )
  expect(miss.details).toMatchObject({
    reason: 'used-up',
    occurrence: 3,
    nearest: null,
    used: { recording: recordings.locate(last), occurrence: 2, ending: 'complete' },
  })
})

test('what was used up is not looked up again, however often it is asked', async () => {
  const recordings = await recordedStore(chat('q'), { choices: [] })
  const read: string[] = []
  const counting: Store = {
    ...recordings,
    read: async (path) => {
      read.push(path)
      return recordings.read(path)
    },
  }
  const tape = createTape({ recordings: counting })
  await tape.handle(chat('q'), never)
  for (let time = 0; time < 20; time++) await errorOf(tape.handle(chat('q'), never))
  read.length = 0

  const miss = await errorOf(tape.handle(chat('q'), never))

  expect(miss.message).toContain('\n  it was asked 22 times in this scope, and recorded once: ')
  expect(read).toEqual([expect.stringMatching(/-22\.json$/)])
})

test('where the answer before ended early, the miss says so', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const { live } = scriptLive({ body: [chatEvent('cut')] })
  await readText(await recording.handle(chatRequest('q'), live))
  await recording.close()
  const [path = ''] = await pathsIn(recordings)
  const tape = createTape({ recordings })
  await readText(await tape.handle(chatRequest('q'), never))

  const miss = await errorOf(tape.handle(chatRequest('q'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-test)',
      `  looked in: ${recordings.name}`,
      `  it was asked 2 times in this scope, and recorded once: ${recordings.locate(path)}`,
      '  its answer ended early (cut)',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
  expect(miss.details).toMatchObject({
    reason: 'ended-early',
    used: { recording: recordings.locate(path), occurrence: 1, ending: 'cut' },
  })
})

test('a stream that was cut serves no whole answer, and the miss says why', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const { live } = scriptLive({ body: [chatEvent('cut')] })
  await readText(await recording.handle(chat('q', { stream: true }), live))
  await recording.close()
  const [path = ''] = await pathsIn(recordings)

  const miss = await errorOf(createTape({ recordings, crossStream: true }).handle(chat('q'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      `  looked in: ${recordings.name}`,
      `  nearest: ${recordings.locate(path)}`,
      '  its answer ended early (cut)',
      '  differs at body.stream',
      '    recorded: true',
      '    asked:    (absent)',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
  expect(miss.details).toMatchObject({ reason: 'differs', nearest: { ending: 'cut' } })
})

test('record-if-missing, which counts a stream that was cut as missing, says so where nothing can be written', async () => {
  const store = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings: store })
  const { live } = scriptLive({ body: [chatEvent('cut')] })
  await readText(await recording.handle(chatRequest('q'), live))
  await recording.close()
  const [path = ''] = await pathsIn(store)
  const recordings = { ...store, writable: false }

  const error = await errorOf(
    createTape({ mode: 'record-if-missing', recordings }).handle(chatRequest('q'), never),
  )

  expect(error.message).toBe(
    [
      `WT_RECORDING_NOT_WRITTEN: POST /v1/chat/completions (gpt-test) can't be recorded: none of ${store.name} can be written`,
      `  it is recorded in ${store.locate(path)}, and its answer ended early (cut)`,
      "→ put a folder of your own first: recordings: ['./recordings', '@acme/recordings']",
    ].join('\n'),
  )
  expect(error.details).toMatchObject({ recording: store.locate(path), ending: 'cut' })
})

test('a stream that was cut is fetched again by record-if-missing, and replaced', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const { live } = scriptLive({ body: [chatEvent('cut')] })
  const cut = await readText(await recording.handle(chatRequest('q'), live))
  await recording.close()

  const replaying = createTape({ recordings })
  const played = await readText(await replaying.handle(chatRequest('q'), never))
  await replaying.close()
  const again = scriptLive({ body: chatReads('whole') })
  const missing = createTape({ mode: 'record-if-missing', recordings })
  const fetched = await readText(await missing.handle(chatRequest('q'), again.live))
  await missing.close()
  const last = createTape({ mode: 'record-if-missing', recordings })

  expect(played).toBe(cut)
  expect(again.sent).toHaveLength(1)
  expect(fetched).toContain('"content":"whole"')
  expect(await readText(await last.handle(chatRequest('q'), never))).toBe(fetched)
})

test('a stream that is cut again leaves the recording cut, and is fetched the next time', async () => {
  const recordings = createMemoryStore()
  const { live, sent } = scriptLive({ body: [chatEvent('a')] }, { body: [chatEvent('b')] })
  for (let run = 0; run < 2; run++) {
    const tape = createTape({ mode: 'record-if-missing', recordings })
    await readText(await tape.handle(chatRequest('q'), live))
    await tape.close()
  }

  const played = await createTape({ recordings }).handle(chatRequest('q'), never)

  expect(sent).toHaveLength(2)
  expect(await readText(played)).toContain('"content":"b"')
})
