import { expect, test } from 'vitest'
import type { OutgoingRequest, WireRequest } from '../src/request/wire.ts'
import { readText, scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import { ask, isolateTapes, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'
import {
  call,
  CASES,
  conversation,
  file,
  formRequest,
  OPENAI,
  RESPONSE,
  response,
} from './two-turns.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

/** Where the program has the id from, in an answer's text. */
function idIn(text: string, name: RegExp): string {
  const ids = text.match(/[A-Za-z0-9_-]{16,}/g) ?? []
  return ids.find((id) => name.test(id)) ?? `no id in ${text}`
}

function wireOf({ method, url, body }: WireRequest | OutgoingRequest): unknown {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString() : (body ?? null)
  return { method, url, body: text }
}

const DONE = jsonAnswer({ id: 'msg_0000000000000001', object: 'list', data: [], choices: [] })

test.each(Object.entries(CASES))(
  '%s: the provider has its own id, the program and the file the name',
  async (_, { first, answer, original, name, second }) => {
    const recordings = corpus.folder()
    const { live, sent } = scriptLive(jsonAnswer(answer), DONE)
    const tape = createTape({ mode: 'record', recordings, testId: 't' })

    const id = idIn(await readText(await tape.handle(first, live)), name)
    await readText(await tape.handle(second(id), live))
    await tape.close()

    expect(id).toMatch(name)
    expect(sent.map(wireOf)).toEqual([wireOf(first), wireOf(second(original))])
  },
)

test.each(Object.entries(CASES))(
  '%s: after a replayed first turn the second goes out with the original',
  async (_, { first, answer, original, name, second }) => {
    const recordings = corpus.folder()
    const recording = createTape({ mode: 'record', recordings, testId: 't' })
    const { live: firstLive } = scriptLive(jsonAnswer(answer))
    const recorded = await readText(await recording.handle(first, firstLive))
    await recording.close()
    const tape = createTape({ mode: 'record-if-missing', recordings, testId: 't' })
    const { live, sent } = scriptLive(DONE)

    const replayed = await readText(await tape.handle(first, live))
    await readText(await tape.handle(second(idIn(replayed, name)), live))
    await tape.close()
    const replaying = createTape({ recordings, testId: 't' })
    await replaying.handle(first, live)
    await replaying.handle(second(idIn(replayed, name)), live)
    await replaying.close()

    expect(replayed).toBe(recorded)
    expect(sent.map(wireOf)).toEqual([wireOf(second(original))])
  },
)

test.each(Object.entries(CASES))(
  '%s: another process that never saw the first turn finds the original by the name',
  async (_, { first, answer, original, name, second }) => {
    const recordings = corpus.folder()
    const recording = createTape({ mode: 'record', recordings, testId: 't' })
    const { live: firstLive } = scriptLive(jsonAnswer(answer))
    const id = idIn(await readText(await recording.handle(first, firstLive)), name)
    await recording.close()
    const tape = createTape({ mode: 'record-if-missing', recordings, testId: 'another' })
    const { live, sent } = scriptLive(DONE)

    await readText(await tape.handle(second(id), live))
    await tape.close()

    expect(sent.map(wireOf)).toEqual([wireOf(second(original))])
  },
)

test.each(Object.entries(CASES))(
  '%s: a program that is given the originals replays both turns',
  async (_, { first, answer, original, second }) => {
    const recordings = corpus.folder()
    const { live } = scriptLive(jsonAnswer(answer), DONE)
    const recording = createTape({ mode: 'record', recordings, testId: 't', normalize: false })
    await readText(await recording.handle(first, live))
    await readText(await recording.handle(second(original), live))
    await recording.close()
    const tape = createTape({ recordings, testId: 't', normalize: false })

    const replayed = await readText(await tape.handle(first, never))
    await readText(await tape.handle(second(original), never))
    await tape.close()

    expect(replayed).toBe(JSON.stringify(answer))
    expect(new Set(tape.report().replayed.map((entry) => entry.recording)).size).toBe(2)
  },
)

test.each([response, file, conversation, call])(
  '$original: recorded again, the provider’s other id has the same name, so turn two is the same request',
  async ({ first, answer, original, name }) => {
    const other = JSON.stringify(answer).replaceAll(original, `${original.slice(0, -4)}ZZZZ`)
    const ids: string[] = []

    for (const answered of [answer, JSON.parse(other)]) {
      const tape = createTape({ mode: 'record', recordings: corpus.folder(), testId: 't' })
      const { live } = scriptLive(jsonAnswer(answered))
      ids.push(idIn(await readText(await tape.handle(first, live)), name))
      await tape.close()
    }

    expect(ids[0]).toMatch(name)
    expect(ids[1]).toBe(ids[0])
  },
)

function styled(responseId: string): string {
  return `{\n  "previous_response_id": "${responseId}",\n  "input": "caf\\u00e9",\n  "temperature": 1.0\n}\n`
}

test('a body keeps its style when an original is put in', async () => {
  const recordings = corpus.folder()
  const { live, sent } = scriptLive(jsonAnswer(response.answer), DONE)
  const tape = createTape({ mode: 'record', recordings })
  const id = idIn(await readText(await tape.handle(response.first, live)), response.name)

  await readText(await tape.handle(jsonRequest(`POST ${OPENAI}/responses`, styled(id)), live))
  await tape.close()

  expect(Buffer.from(sent[1]?.body ?? []).toString()).toBe(styled(RESPONSE))
})

/** Files beside a field, in which an id is named, or kept as the program wrote it. */
function uploading(named: string, kept: string): WireRequest {
  return formRequest(`POST ${OPENAI}/files`, [
    ['note', named],
    ['a"; filename="notes.txt', kept],
    ['b"; filename="notes.json', `{"see": "${named}"}`],
    ['c"; filename="page"\r\nContent-Type: text/html; note="', kept],
    ['d"; filename="lines"\r\nContent-Type: application/jsonl; note="', `"${named}"\n"é"`],
    ['e"; filename="bytes.jsonl', `\ufffd${named}`],
  ])
}

test('files go out byte for byte, but for those that are JSON by their name or type', async () => {
  const recordings = corpus.folder()
  const { live, sent } = scriptLive(jsonAnswer(file.answer), DONE)
  const tape = createTape({ mode: 'record', recordings })
  const id = idIn(await readText(await tape.handle(file.first, live)), file.name)
  await readText(await tape.handle(uploading(id, id), live))
  await tape.close()

  expect(wireOf(sent[1] as OutgoingRequest)).toEqual(wireOf(uploading(file.original, id)))
})

test('bytes that are no text go out as they are, whatever they are called', async () => {
  const recordings = corpus.folder()
  const { live, sent } = scriptLive(jsonAnswer(file.answer), DONE)
  const tape = createTape({ mode: 'record', recordings })
  const id = idIn(await readText(await tape.handle(file.first, live)), file.name)
  const form = formRequest(`POST ${OPENAI}/files`, [['f"; filename="a.jsonl', `${id}\u00ff`]])
  const body = Buffer.from(form.body as string, 'latin1')

  await readText(await tape.handle({ ...form, body }, live))
  await tape.close()

  expect(body.equals(sent[1]?.body ?? Buffer.of())).toBe(true)
})

function instructions(id: string): string {
  return `Answer from ${id}, or else from ${id}-old.`
}

test('what a provider repeats of a request, the program sees as it said it', async () => {
  const recordings = corpus.folder()
  const tape = createTape({ mode: 'record', recordings, testId: 't' })
  const first = scriptLive(jsonAnswer(file.answer))
  const id = idIn(await readText(await tape.handle(file.first, first.live)), file.name)
  const request = jsonRequest(`POST ${OPENAI}/responses`, {
    model: 'gpt-5',
    instructions: instructions(id),
    metadata: { source: `${id}.json` },
  })
  const { original } = file
  const { live } = scriptLive(
    jsonAnswer({
      id: RESPONSE,
      instructions: instructions(original),
      metadata: { source: `${original}.json` },
      output: [
        { type: 'message', content: [{ type: 'output_text', text: `I read ${original}.` }] },
      ],
    }),
  )

  const answer = await ask(tape, request, live)
  await tape.close()

  expect(answer).toMatchObject({
    instructions: instructions(id),
    metadata: { source: `${id}.json` },
    output: [{ content: [{ text: `I read ${original}.` }] }],
  })
})

test('an original is spelled as its place wants it', async () => {
  const original = 'thing/with spaces+and=signs'
  const name = /^file-rec[0-9a-f]{12}_0$/
  const { live, sent } = scriptLive(jsonAnswer({ id: original }), DONE, DONE)
  const tape = createTape({ mode: 'record', recordings: corpus.folder() })
  const id = idIn(await readText(await tape.handle(file.first, live)), name)

  await readText(await tape.handle(jsonRequest(`GET ${OPENAI}/files/${id}?after=${id}`), live))
  await readText(await tape.handle(jsonRequest(`POST ${OPENAI}/batches`, { file_id: id }), live))
  await tape.close()

  const encoded = 'thing%2Fwith%20spaces%2Band%3Dsigns'
  expect(sent[1]?.url).toBe(`${OPENAI}/files/${encoded}?after=${encoded}`)
  expect(JSON.parse(Buffer.from(sent[2]?.body ?? []).toString())).toEqual({ file_id: original })
})
