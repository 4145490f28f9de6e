import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { WireRequest } from '../src/request/wire.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import { ask, errorOf, isolateTapes, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

const URL_OF_RESPONSES = 'https://api.openai.com/v1/responses'
const FIRST = jsonRequest(`POST ${URL_OF_RESPONSES}`, { model: 'gpt-5', input: 'Sun?' })
const ORIGINAL = 'resp_68a0c1d2e3f4a5b6c7d8e9f0a1b2c3d4'
const ANSWER = { id: ORIGINAL, object: 'response', status: 'completed', output: [] }

/** A corpus in a folder in which the first turn is recorded, the name of its answer, and the file. */
async function recordFirst(): Promise<{ recordings: string; id: string; file: string }> {
  const recordings = corpus.folder()
  const tape = createTape({ mode: 'record', recordings })
  const { id } = (await ask(tape, FIRST, scriptLive(jsonAnswer(ANSWER)).live)) as { id: string }
  await tape.close()
  const folder = join(recordings, 'openai-responses/gpt-5')
  return { recordings, id, file: join(folder, readdirSync(folder)[0] ?? '') }
}

function following(id: string, more: Partial<WireRequest> = {}): WireRequest {
  const body = { model: 'gpt-5', input: 'Moon?', previous_response_id: id }
  return { ...jsonRequest(`POST ${URL_OF_RESPONSES}`, body), ...more }
}

const SIGNED: Partial<WireRequest> = {
  headers: [
    ['content-type', 'application/json'],
    [
      'Authorization',
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00',
    ],
  ],
}

test('a signed request whose reference needs its original is not sent', async () => {
  const { recordings, id, file } = await recordFirst()
  const tape = createTape({ mode: 'record-if-missing', recordings })
  const { live, sent } = scriptLive(jsonAnswer(ANSWER))

  const error = await errorOf(tape.handle(following(id, SIGNED), live))

  expect(error.message).toBe(
    `WT_REQUEST_SIGNED: the request refers to ${id} of ${file}, and is signed already: the provider's own id can't be put in\n→ let the adapter put it in before signing (withTape of @wiretape/bedrock), or record the whole test again: WIRETAPE_MODE=record npm test`,
  )
  expect(error.details).toEqual({ id, recording: file })
  expect(sent).toEqual([])
  await expect(tape.close()).rejects.toBe(error)
})

test('a reference signed in the query is not altered either', async () => {
  const { recordings, id, file } = await recordFirst()
  const tape = createTape({ mode: 'record-if-missing', recordings })
  const url = `${URL_OF_RESPONSES}/${id}?X-Amz-Signature=00`

  const error = await errorOf(tape.handle(jsonRequest(`GET ${url}`), never))

  expect(error).toMatchObject({ code: 'WT_REQUEST_SIGNED', details: { id, recording: file } })
})

test('a signed request that is replayed needs no original', async () => {
  const { recordings, id } = await recordFirst()
  const recording = createTape({ mode: 'record', recordings })
  await ask(recording, following(id), scriptLive(jsonAnswer(ANSWER)).live)
  await recording.close()
  const tape = createTape({ mode: 'record-if-missing', recordings })

  await expect(tape.handle(following(id, SIGNED), never)).resolves.toMatchObject({ status: 200 })
})

test('a signed request whose ids only link within it goes out as it was signed', async () => {
  const { recordings, id } = await recordFirst()
  const body = JSON.stringify({ model: 'gpt-5', input: `what is ${id}?` })
  const tape = createTape({ mode: 'record-if-missing', recordings })
  const { live, sent } = scriptLive(jsonAnswer(ANSWER))

  await ask(tape, { ...jsonRequest(`POST ${URL_OF_RESPONSES}`, body), ...SIGNED }, live)

  expect(Buffer.from(sent[0]?.body ?? []).toString()).toBe(body)
})

test('a name with two originals is sent as neither', async () => {
  const { recordings, id, file } = await recordFirst()
  const copy = file.replace('/openai-responses/', '/copied/')
  mkdirSync(dirname(copy), { recursive: true })
  writeFileSync(copy, readFileSync(file, 'utf8').replaceAll(ORIGINAL, `${ORIGINAL}ffff`))
  const tape = createTape({ mode: 'record-if-missing', recordings })
  const { live, sent } = scriptLive(jsonAnswer(ANSWER))

  const error = await errorOf(tape.handle(following(id), live))

  expect(error.message).toBe(
    `WT_ID_AMBIGUOUS: ${id} stands for two ids of the provider: in ${copy} and in ${file}\n→ delete the one that is out of date, or record the whole test again: WIRETAPE_MODE=record`,
  )
  expect(error.details).toEqual({ id, recordings: [copy, file] })
  expect(sent).toEqual([])
})

test('two files that say the same of a name are no two originals', async () => {
  const { recordings, id, file } = await recordFirst()
  const copy = file.replace('/openai-responses/', '/copied/')
  mkdirSync(dirname(copy), { recursive: true })
  copyFileSync(file, copy)
  const tape = createTape({ mode: 'record-if-missing', recordings })
  const { live, sent } = scriptLive(jsonAnswer(ANSWER))

  await ask(tape, following(id), live)

  expect(Buffer.from(sent[0]?.body ?? []).toString()).toContain(ORIGINAL)
})

test('of two layers the upper one says what a name stands for', async () => {
  const { recordings: lower, id, file } = await recordFirst()
  const upper = corpus.folder()
  const copy = file.replace(lower, upper)
  mkdirSync(dirname(copy), { recursive: true })
  writeFileSync(copy, readFileSync(file, 'utf8').replaceAll(ORIGINAL, `${ORIGINAL}ffff`))
  const tape = createTape({ mode: 'record-if-missing', recordings: [upper, lower] })
  const { live, sent } = scriptLive(jsonAnswer(ANSWER))

  await ask(tape, following(id), live)

  expect(Buffer.from(sent[0]?.body ?? []).toString()).toContain(`"${ORIGINAL}ffff"`)
})

test('an occurrence has names of its own, and so its own originals', async () => {
  const recordings = corpus.folder()
  const tape = createTape({ mode: 'record', recordings })
  const { live, sent } = scriptLive(
    jsonAnswer(ANSWER),
    jsonAnswer({ ...ANSWER, id: `${ORIGINAL}2222` }),
    jsonAnswer(ANSWER),
  )

  const ids: string[] = []
  for (let time = 0; time < 2; time++)
    ids.push(((await ask(tape, FIRST, live)) as { id: string }).id)
  await ask(tape, following(ids[1] ?? ''), live)
  await tape.close()

  expect(ids[0]).toMatch(/^resp_rec[0-9a-f]{12}_0$/)
  expect(ids[1]).toBe(ids[0]?.replace(/_0$/, '-2_0'))
  expect(Buffer.from(sent[2]?.body ?? []).toString()).toContain(`"${ORIGINAL}2222"`)
})
