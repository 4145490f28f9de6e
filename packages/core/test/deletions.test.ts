import { expect, test } from 'vitest'
import type { WireRequest } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { readText, scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import {
  about,
  following,
  MADE,
  make,
  OPENAI,
  refusing,
  replayed,
} from './references.test-fixture.ts'
import { ask, errorOf, isolateTapes, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'

isolateTapes()

/** Follow-ups to what was deleted: by its address, below it, and from elsewhere. */
const AFTER_DELETION: readonly (readonly [string, string, (id: string) => WireRequest])[] = [
  ['a file', 'file', (id) => jsonRequest(`GET ${OPENAI}/files/${id}`)],
  ['a file’s content', 'file', (id) => jsonRequest(`GET ${OPENAI}/files/${id}/content`)],
  ['a file that is deleted again', 'file', (id) => jsonRequest(`DELETE ${OPENAI}/files/${id}`)],
  ['a file in a response', 'file', about],
  ['a response', 'response', following],
  ['a store', 'vector store', (id) => jsonRequest(`GET ${OPENAI}/vector_stores/${id}/files`)],
]

test.each(AFTER_DELETION)(
  '%s that was deleted in this very run is gone: its 404 is an answer',
  async (_, what, second) => {
    const tape = createTape({ mode: 'record', recordings: createMemoryStore(), testId: 't' })
    const id = await make(tape, what)
    const deletion = deletionOf(what, id)
    await readText(await tape.handle(deletion, scriptLive(jsonAnswer({ deleted: true })).live))

    const response = await tape.handle(second(id), refusing('Not found.', 404))
    await readText(response)
    await tape.close()

    expect(response.status).toBe(404)
    expect(tape.report().recorded).toHaveLength(3)
  },
)

function deletionOf(what: string, id: string): WireRequest {
  return jsonRequest(`DELETE ${OPENAI}/${what.replace(' ', '_')}s/${id}`)
}

test('a deletion that was replayed counts as one', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, testId: 't' })
  const deletion = deletionOf('file', await make(recording, 'file'))
  await readText(await recording.handle(deletion, scriptLive(jsonAnswer({ deleted: true })).live))
  await recording.close()
  const tape = createTape({ mode: 'record-if-missing', recordings, testId: 't' })
  await ask(tape, MADE['file']?.[0] ?? jsonRequest(''), never)
  await readText(await tape.handle(deletion, never))

  const answer = tape.handle({ ...deletion, method: 'GET' }, refusing('No such File object', 404))

  await expect(answer).resolves.toMatchObject({ status: 404 })
})

test.each([
  ['that failed', 500],
  ['of another scope', 200],
])('a deletion %s does not count', async (_, status) => {
  const { tape, names } = await replayed(createMemoryStore(), 'file')
  const deletion = deletionOf('file', names[0] ?? '')
  const scope = status === 200 ? tape.scope('another') : tape
  await readText(await scope.handle(deletion, scriptLive(jsonAnswer({}, status)).live))

  const error = await errorOf(
    tape.handle({ ...deletion, method: 'GET' }, refusing('No such File object', 404)),
  )

  expect(error.code).toBe('WT_REFERENCE_GONE')
})

test('what was only taken out of another thing is still expected elsewhere', async () => {
  const { tape, names } = await replayed(createMemoryStore(), 'file', 'vector store')
  const [file, store] = names
  const inStore = `${OPENAI}/vector_stores/${store}/files/${file}`
  const { live } = scriptLive(jsonAnswer({ deleted: true }))
  await readText(await tape.handle(jsonRequest(`DELETE ${inStore}`), live))

  const there = await tape.handle(jsonRequest(`GET ${inStore}`), refusing('Not found.', 404))
  const error = await errorOf(
    tape.handle(jsonRequest(`GET ${OPENAI}/files/${file}`), refusing('Not found.', 404)),
  )

  expect(there.status).toBe(404)
  expect(error).toMatchObject({ code: 'WT_REFERENCE_GONE', details: { id: file } })
})
