import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LiveFetch, WireResponse } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import { chatReads, chatRequest, readText } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import { isolateTapes, never } from './tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

const NUMBERS = Array.from({ length: 50 }, (_, index) => index)

/** A provider that answers each request with the number of its arrival, the later the sooner. */
function countingLive(): LiveFetch {
  let arrived = 0
  return async () => {
    const number = arrived++
    await sleep(50 - number)
    return answering(`answer ${number}`)
  }
}

function answering(content: string): WireResponse {
  return {
    status: 200,
    headers: [['content-type', 'text/event-stream']],
    body: (async function* () {
      for (const read of chatReads(content)) {
        await sleep(1)
        yield Buffer.from(read)
      }
    })(),
  }
}

async function askAll(tape: Tape, live: LiveFetch): Promise<string[]> {
  return Promise.all(
    NUMBERS.map(async () => {
      const text = await readText(await tape.handle(chatRequest('q'), live))
      return /"content":"([^"]+)"/.exec(text)?.[1] ?? text
    }),
  )
}

test.each<[string, () => Store | string]>([
  ['in memory', () => createMemoryStore()],
  ['in a folder', () => corpus.folder()],
])(
  'fifty equal requests at once have fifty answers, each its own, on replay too: %s',
  async (_, place) => {
    const recordings = place()
    const recording = createTape({ mode: 'record', recordings })
    const recorded = await askAll(recording.scope('t'), countingLive())
    await recording.close()
    const replaying = createTape({ recordings })

    const replayed = await askAll(replaying.scope('t'), never)
    const again = await askAll(replaying.scope('another'), never)
    await replaying.close()

    expect(recorded).toEqual(NUMBERS.map((number) => `answer ${number}`))
    expect(replayed).toEqual(recorded)
    expect(again).toEqual(recorded)
  },
)

test('fifty equal requests of two tests at once are fetched fifty times, and both have the same', async () => {
  const tape = createTape({ mode: 'record-if-missing', recordings: createMemoryStore() })
  const live = countingLive()

  const [one, other] = await Promise.all([
    askAll(tape.scope('one'), live),
    askAll(tape.scope('other'), live),
  ])
  await tape.close()

  expect(new Set(one).size).toBe(50)
  expect(other).toEqual(one)
  expect(tape.report().recorded).toHaveLength(50)
})

test('what is missing of fifty is fetched, and the rest replayed in its place', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const recorded = await askAll(recording, countingLive())
  await recording.close()
  for await (const { path } of recordings.list())
    if (/-(?:20|33)\.json$/.test(path)) await recordings.delete(path)
  const tape = createTape({ mode: 'record-if-missing', recordings })

  const answers = await askAll(tape, async () => answering('fetched again'))
  await tape.close()

  expect(answers).toEqual(recorded.with(19, 'fetched again').with(32, 'fetched again'))
})
