import { expect, test } from 'vitest'
import { requestKey } from '../src/request/recording-key.ts'
import type { OutgoingRequest, WireRequest } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import {
  readText,
  type ScriptedAnswer,
  scriptLive,
} from '../src/tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../src/tape/tape.ts'
import { set } from './conversations/conversation.test-fixture.ts'
import { anthropicMessages } from './conversations/anthropic-messages.test-fixture.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import {
  ask,
  errorOf,
  isolateTapes,
  jsonAnswer,
  jsonRequest,
  never,
  recordedStore,
} from './tapes.test-fixture.ts'

// Each says what should be, and fails today. One that passes is mended: it becomes a `test` beside its like.

isolateTapes()
const corpus = useCorpusFolder()

const OPENAI = 'https://api.openai.com/v1'
const FILE = 'file-9rTjVW6yDHXqKpLmNbVcXz'
const MAKE_FILE = jsonRequest(`POST ${OPENAI}/files`, { purpose: 'user_data' })
const KEY = 'sk-proj-aB3dEfGh1jKlMn0pQrStUvWxYz2345678901AbCdEfGhIjKl'

function chat(content: string, more: object = {}): WireRequest {
  return jsonRequest(`POST ${OPENAI}/chat/completions`, {
    model: 'gpt-4o',
    messages: [{ role: 'user', content }],
    ...more,
  })
}

/** A response about these files. */
function about(...ids: readonly string[]): WireRequest {
  const content = ids.map((id) => ({ type: 'input_file', file_id: id }))
  return jsonRequest(`POST ${OPENAI}/responses`, {
    model: 'gpt-5',
    input: [{ role: 'user', content }],
  })
}

async function makeFile(tape: Tape, original = FILE, request = MAKE_FILE): Promise<string> {
  const { live } = scriptLive(jsonAnswer({ id: original, object: 'file' }))
  return ((await ask(tape, request, live)) as { id: string }).id
}

/** What is sent of a request that refers to a file that was made before. */
async function sentWith(second: (id: string) => WireRequest): Promise<OutgoingRequest> {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore(), testId: 't' })
  const id = await makeFile(tape)
  const { live, sent } = scriptLive(jsonAnswer({ data: [], choices: [] }))
  await readText(await tape.handle(second(id), live))
  await tape.close()
  return sent[0] ?? ({} as OutgoingRequest)
}

function textOf({ body }: OutgoingRequest): string {
  return Buffer.from(body ?? []).toString()
}

test.fails('an id after an escape, as JSON in a string has it (\\n), goes out as the original', async () => {
  const sent = await sentWith((id) => chat(JSON.stringify({ note: `see:\n${id}\tand ${id}` })))

  expect(textOf(sent).match(/file-\w+/g)).toEqual([FILE, FILE])
})

test.fails('an id after an escape in an address (%2C) goes out as the original', async () => {
  const sent = await sentWith((id) => jsonRequest(`GET ${OPENAI}/files?ids=a%2C${id}`))

  expect(sent.url).toBe(`${OPENAI}/files?ids=a%2C${FILE}`)
})

test.fails('an id with something after it goes out as the original', async () => {
  const sent = await sentWith((id) => chat(`${id}-summary`))

  expect(textOf(sent)).toContain(`${FILE}-summary`)
})

test.fails('an id in a form goes out as the original', async () => {
  const sent = await sentWith((id) => ({
    method: 'POST',
    url: `${OPENAI}/containers/cntr_1/files`,
    headers: [['content-type', 'multipart/form-data; boundary=b']],
    body: `--b\r\ncontent-disposition: form-data; name="file_id"\r\n\r\n${id}\r\n--b--\r\n`,
  }))

  expect(textOf(sent)).toContain(`\r\n\r\n${FILE}\r\n`)
})

test.fails('what was deleted in this very run is gone: its 404 is an answer', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore(), testId: 't' })
  const url = `${OPENAI}/files/${await makeFile(tape)}`
  const deleted = scriptLive(jsonAnswer({ id: FILE, deleted: true }))
  await readText(await tape.handle(jsonRequest(`DELETE ${url}`), deleted.live))
  const { live } = scriptLive(jsonAnswer({ error: { message: 'No such File object' } }, 404))

  await expect(tape.handle(jsonRequest(`GET ${url}`), live)).resolves.toMatchObject({ status: 404 })
})

test.fails.each([
  "Tool 'weather' not found in 'tools'.",
  'The api-version 2023-01-01 is no longer supported.',
])('a 400 about something else is an answer: %s', async (message) => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore(), testId: 't' })
  const id = await makeFile(tape)
  const { live } = scriptLive(jsonAnswer({ error: { message } }, 400))

  await expect(tape.handle(about(id), live)).resolves.toMatchObject({ status: 400 })
})

test.fails('of two references, the one is named that the provider names', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore(), testId: 't' })
  const [one, other] = [
    await makeFile(tape, 'file-aaaaaaaaaaaa', jsonRequest(`POST ${OPENAI}/files`, { n: 1 })),
    await makeFile(tape, 'file-bbbbbbbbbbbb', jsonRequest(`POST ${OPENAI}/files`, { n: 2 })),
  ]
  const answer = jsonAnswer({ error: { message: 'file-bbbbbbbbbbbb was deleted' } }, 400)

  const error = await errorOf(tape.handle(about(one, other), scriptLive(answer).live))

  expect(error).toMatchObject({ code: 'WT_REFERENCE_GONE', details: { id: other } })
})

test.fails('a reference of a turn that was replayed names its recording when it is gone', async () => {
  const recordings = corpus.folder()
  const recording = createTape({ mode: 'record', recordings, testId: 't' })
  await makeFile(recording)
  await recording.close()
  const tape = createTape({ mode: 'record-if-missing', recordings, testId: 't' })
  const { id } = (await ask(tape, MAKE_FILE, never)) as { id: string }
  const { live } = scriptLive(jsonAnswer({ error: { message: 'No such File object' } }, 404))

  const error = await errorOf(tape.handle(about(id), live))

  expect(error).toMatchObject({
    code: 'WT_REFERENCE_GONE',
    details: { id, recording: tape.report().replayed[0]?.recording },
  })
})

/** An answer that calls a tool by a short id, as small servers give one. */
function calling(id: string): ScriptedAnswer {
  const call = { id, type: 'function', function: { name: 'f', arguments: '{}' } }
  const message = { role: 'assistant', content: null, tool_calls: [call] }
  return jsonAnswer({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }] })
}

test.fails('a short id of two answers is named in each by that answer, in whatever order they come', async () => {
  const recorded: unknown[] = []
  for (const order of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
    const answers = new Map<string, unknown>()
    for (const question of order)
      answers.set(question, await ask(tape, chat(question), scriptLive(calling('call_0')).live))
    recorded.push([answers.get('a'), answers.get('b')])
  }

  expect(recorded[1]).toEqual(recorded[0])
})

test.fails('metadata that holds a user_id alone may be there or not', () => {
  const { url, body } = anthropicMessages
  const keyOf = (sent: unknown): string =>
    requestKey({ method: 'POST', url, body: JSON.stringify(sent) }).hash

  expect(keyOf(set('metadata.user_id', 'u-7')(body))).toBe(keyOf(body))
})

test.fails("a shared look-up of what was recorded under isolation 'test' says so", async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, isolation: 'test', testId: 'theirs' })
  await ask(recording, chat('q'), scriptLive(jsonAnswer({ choices: [] })).live)
  await recording.close()

  const miss = await errorOf(createTape({ recordings }).handle(chat('q'), never))

  expect(miss.message).toContain(
    '\n  differs at test_id\n    recorded: "theirs"\n    asked:    (absent)\n',
  )
})

test.fails.each([
  ['its miss', true],
  ['the report', false],
])('a secret in the address of what a hook caught is not in %s', async (_, inMiss) => {
  const tape = createTape({ recordings: createMemoryStore() })
  const url = `https://hunter2hunter2:hunter3hunter3@x.example/${KEY}/y?api_key=${KEY}`

  const miss = await errorOf(tape.background().handle(jsonRequest(`GET ${url}`), never))

  const said = inMiss ? [miss.message, miss.details] : tape.report()
  expect(JSON.stringify(said)).not.toMatch(/sk-proj|hunter/)
})

test.fails('a secret that is the name of a member is not in the path of a difference', async () => {
  const recordings = await recordedStore(chat('q'), { choices: [] })
  const request = chat('q', { metadata: { [KEY]: 1 } })

  const miss = await errorOf(createTape({ recordings }).handle(request, never))

  expect(miss.message + JSON.stringify(miss.details)).not.toContain(KEY)
})

test.fails('a secret in a path is not in the error of a tape that was closed', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  await tape.close()

  const error = await errorOf(tape.handle(jsonRequest(`GET https://x.example/${KEY}/y`), never))

  expect(error.message).not.toContain(KEY)
})
