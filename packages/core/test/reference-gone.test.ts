import { expect, test } from 'vitest'
import type { WireRequest } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { readText } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import {
  about,
  FILE,
  following,
  OPENAI,
  refusing,
  replayed,
  RESPONSE,
  searching,
  STORE,
} from './references.test-fixture.ts'
import { errorOf, isolateTapes, jsonRequest } from './tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

test('what the provider no longer knows is an error that names the recording, and nothing is kept', async () => {
  const { tape, names, files } = await replayed(corpus.folder(), 'response')
  const [id = ''] = names

  const error = await errorOf(
    tape.handle(following(id), refusing('Previous response not found.', 404)),
  )

  expect(error.message).toBe(
    `WT_REFERENCE_GONE: the provider answered 404: it no longer knows ${id}, which ${files[0]} gave\n→ record the whole test again: WIRETAPE_MODE=record npm test -- -t "chat > asks"`,
  )
  expect(error.details).toEqual({ id, recording: files[0], status: 404 })
  expect(tape.report().recorded).toEqual([])
  await expect(tape.close()).rejects.toBe(error)
})

test('a scope that never saw the reference finds the recording all the same', async () => {
  const { tape, names, files } = await replayed(corpus.folder(), 'response')
  const [id = ''] = names

  const error = await errorOf(
    tape.scope('another').handle(following(id), refusing('Gone with the wind.', 404)),
  )

  expect(error.message).toBe(
    `WT_REFERENCE_GONE: the provider answered 404: it no longer knows ${id}, which ${files[0]} gave\n→ record the whole test again: WIRETAPE_MODE=record npm test -- -t "another"`,
  )
})

test.each<[string, string, number, (id: string) => WireRequest, string, object?]>([
  ['its id', 'response', 400, following, `Previous response with id '${RESPONSE}' not found.`],
  ['its kind', 'response', 400, following, 'Previous response not found.'],
  [
    'its kind in the code',
    'response',
    400,
    following,
    'Bad request.',
    { code: 'response_not_found' },
  ],
  ['its kind', 'vector store', 400, searching, 'Vector store does not exist.'],
  ['its kind in one word', 'vector store', 400, searching, 'x', { type: 'VectorStoreNotFound' }],
  ['its kind', 'file', 400, about, 'No such File object: gone'],
  ['its kind', 'file', 400, about, 'The files were not found or have expired.'],
  [
    'its parameter',
    'response',
    400,
    following,
    "Nothing was found: 'previous_response_id' has expired.",
  ],
  ['its parameter', 'file', 400, about, 'Not found.', { param: 'input[0].content[0].file_id' }],
  ['its id', 'file', 404, about, `${FILE} is not here.`],
  ['nothing', 'file', 404, about, 'Not found.'],
  ['nothing', 'file', 404, (id) => jsonRequest(`GET ${OPENAI}/files/${id}`), 'Not found.'],
  ['an address', 'file', 404, (id) => jsonRequest(`GET ${OPENAI}/files/${id}`), 'No such URL.'],
])('a refusal that names %s (%s, %i) is about the reference', async (...row) => {
  const [, what, status, second, message, more] = row
  const { tape, names, files } = await replayed(corpus.folder(), what)

  const error = await errorOf(tape.handle(second(names[0] ?? ''), refusing(message, status, more)))

  expect(error).toMatchObject({
    code: 'WT_REFERENCE_GONE',
    details: { id: names[0], recording: files[0], status },
  })
})

test.each<[string, number, (id: string) => WireRequest, string, object?]>([
  ['file', 400, about, "Tool 'weather' not found in 'tools'."],
  ['file', 400, about, "Tool 'file_search' not found in 'tools'."],
  ['file', 400, about, 'The api-version 2023-01-01 is no longer supported.'],
  ['file', 400, about, "Unsupported parameter: 'temperature'."],
  ['file', 400, about, `File ${FILE} has the unsupported type .xyz.`],
  ['file', 400, about, "Unknown parameter: 'input[0].content[0].file_id'."],
  ['file', 400, about, `x${FILE} not found`],
  ['response', 400, following, "The parameter 'previous_response_id' is no longer supported."],
  ['response', 400, following, 'No tool output found for function call call_7.'],
  ['response', 400, following, "The model 'm' does not exist.", { code: 'model_not_found' }],
  ['response', 404, following, "The model 'm' does not exist.", { code: 'model_not_found' }],
  ['response', 404, following, 'The API deployment for this resource does not exist.'],
  ['response', 404, following, 'Invalid URL (POST /v1/responses)'],
  ['file', 404, (id) => jsonRequest(`GET ${OPENAI}/files/${id}`), 'No such model.'],
  ['response', 410, following, 'Previous response not found.'],
])('%s, %i: what is about something else is an answer like any other: %#', async (...row) => {
  const [what, status, second, message, more] = row
  const { tape, names } = await replayed(corpus.folder(), what)

  const response = await tape.handle(second(names[0] ?? ''), refusing(message, status, more))
  const text = await readText(response)
  await tape.close()

  expect([response.status, text]).toEqual([status, JSON.stringify({ error: { message, ...more } })])
  expect(tape.report().recorded).toHaveLength(1)
})

test('a 404 to a request that refers to nothing is an answer like any other', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })

  await readText(
    await tape.handle(following('resp_of_the_program'), refusing('Response not found.', 404)),
  )
  await tape.close()

  expect(tape.report().recorded).toHaveLength(1)
})

test.each([
  ['by the provider’s id', 'file-bbbbbbbbbbbb was deleted', 400],
  ['among others', `Neither x${FILE} nor file-bbbbbbbbbbbb was found: not found`, 404],
])('of two references, the one is named that the provider names %s', async (_, message, status) => {
  const { tape, names, files } = await replayed(corpus.folder(), 'file', 'other file')

  const error = await errorOf(tape.handle(about(...names), refusing(message, status)))

  expect(error).toMatchObject({
    code: 'WT_REFERENCE_GONE',
    details: { id: names[1], recording: files[1] },
  })
})

test('of two references that the provider names, the first is what it misses', async () => {
  const { tape, names } = await replayed(corpus.folder(), 'file', 'vector store')
  const [file, store] = names
  const request = jsonRequest(`GET ${OPENAI}/vector_stores/${store}/files/${file}`)
  const message = `No file found with id '${FILE}' in vector store '${STORE}'.`

  const error = await errorOf(tape.handle(request, refusing(message, 404)))

  expect(error).toMatchObject({ code: 'WT_REFERENCE_GONE', details: { id: file } })
})

test('what the provider misses may be a thing that the program has from elsewhere', async () => {
  const { tape, names } = await replayed(corpus.folder(), 'file', 'vector store')
  const [file, store] = names
  const message = `No file found with id 'file-of4the9program' in vector store '${STORE}'.`
  const requests = [
    jsonRequest(`GET ${OPENAI}/vector_stores/${store}/files/file-of4the9program`),
    jsonRequest(`POST ${OPENAI}/vector_stores/${store}/files`, { file_id: 'file-of4the9program' }),
    about(file ?? '', 'file-of4the9program'),
  ]

  const statuses: number[] = []
  for (const request of requests)
    statuses.push((await tape.handle(request, refusing(message, 404))).status)

  expect(statuses).toEqual([404, 404, 404])
})

test('of two references, the one is named whose kind the provider names', async () => {
  const { tape, names } = await replayed(corpus.folder(), 'file', 'vector store')
  const [file, store] = names
  const url = `${OPENAI}/vector_stores/${store}/files`
  const request = jsonRequest(`POST ${url}`, { file_id: file })

  const error = await errorOf(tape.handle(request, refusing('No such File object.', 404)))

  expect(error).toMatchObject({ code: 'WT_REFERENCE_GONE', details: { id: file } })
})

test('of two references in an address, the inner one is named where the provider names none', async () => {
  const { tape, names } = await replayed(corpus.folder(), 'file', 'vector store')
  const [file, store] = names
  const request = jsonRequest(`GET ${OPENAI}/vector_stores/${store}/files/${file}`)

  const error = await errorOf(tape.handle(request, refusing('Not found.', 404)))

  expect(error).toMatchObject({ code: 'WT_REFERENCE_GONE', details: { id: file } })
})

test('a field of a form that is nothing but a name is a reference', async () => {
  const { tape, names } = await replayed(corpus.folder(), 'file')
  const request: WireRequest = {
    method: 'POST',
    url: `${OPENAI}/containers/cntr_1/files`,
    headers: [['content-type', 'application/x-www-form-urlencoded']],
    body: `note=of+${names[0]}&file_id=${names[0]}`,
  }

  const error = await errorOf(tape.handle(request, refusing('No such File object.', 400)))

  expect(error).toMatchObject({ code: 'WT_REFERENCE_GONE', details: { id: names[0] } })
})
