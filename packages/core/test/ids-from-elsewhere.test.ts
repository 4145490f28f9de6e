import { expect, test } from 'vitest'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { ask, isolateTapes, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'

isolateTapes()

const FILE = 'file-9rTjVW6yDHXqKpLmNbVcXz'
const OTHER = 'file-3kPq8ZwLmNbVcXyDHXqKpL'
const FILES = 'https://api.openai.com/v1/vector_stores/vs_68b1f2c4a9d08197a3e2/files'
const ADD = jsonRequest(`POST ${FILES}`, { file_id: FILE })
const LIST = jsonRequest(`GET ${FILES}`)
const ADDED = jsonAnswer({ id: FILE, object: 'vector_store.file' })
const LISTED = jsonAnswer({
  object: 'list',
  data: [
    { id: FILE, object: 'vector_store.file' },
    { id: OTHER, object: 'vector_store.file' },
  ],
})

function idsOf(listed: unknown): string[] {
  return (listed as { data: { id: string }[] }).data.map(({ id }) => id)
}

test('an id that a program has from elsewhere keeps its name in later answers', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, testId: 't' })
  const { live } = scriptLive(ADDED, LISTED)
  await ask(recording, ADD, live)
  const recorded = idsOf(await ask(recording, LIST, live))
  await recording.close()

  const replaying = createTape({ recordings, testId: 't' })
  await ask(replaying, ADD, never)
  const replayed = idsOf(await ask(replaying, LIST, never))
  await replaying.close()

  expect(recorded).toEqual([FILE, expect.stringMatching(/^file-rec[0-9a-f]{12}_\d$/)])
  expect(replayed).toEqual(recorded)
})

test('so it does where the request that told it is replayed', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, testId: 't' })
  await ask(recording, ADD, scriptLive(ADDED).live)
  await recording.close()
  const going = createTape({ mode: 'record-if-missing', recordings, testId: 't' })
  await ask(going, ADD, never)

  const [own] = idsOf(await ask(going, LIST, scriptLive(LISTED).live))
  await going.close()

  expect(own).toBe(FILE)
})

test('another test, which does not know it, has a name for it', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
  await ask(tape.scope('one'), ADD, scriptLive(ADDED).live)

  const [named] = idsOf(await ask(tape.scope('two'), LIST, scriptLive(LISTED).live))
  await tape.close()

  expect(named).toMatch(/^file-rec[0-9a-f]{12}_0$/)
})
