import { expect, test } from 'vitest'
import type { OutgoingRequest, WireRequest } from '../src/request/wire.ts'
import { readText, scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import { isolateTapes, jsonAnswer, jsonRequest } from './tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

/** A turn that an answer's id goes into. */
interface TwoTurns {
  readonly first: WireRequest
  readonly answer: unknown
  /** The provider's own id in that answer. */
  readonly original: string
  /** What wiretape calls it. */
  readonly name: RegExp
  /** The next request, by the id that it refers to: the name when the program asks, the original when it is sent. */
  readonly second: (id: string) => WireRequest
}

const RESPONSE = 'resp_68a0c1d2e3f4a5b6c7d8e9f0a1b2c3d4'
const FILE = 'file-9rTjVW6yDHXqKpLmNbVcXz'
const CONVERSATION = 'conv_68a0c1d2e3f4a5b6c7d8e9f0'
const CALL = 'call_9pPvzXkq3wYbWz0YqkRm4T1s'
const OPENAI = 'https://api.openai.com/v1'

const response = {
  first: jsonRequest(`POST ${OPENAI}/responses`, { model: 'gpt-5', input: 'Sun?' }),
  answer: { id: RESPONSE, object: 'response', status: 'completed', output: [] },
  original: RESPONSE,
  name: /^resp_rec[0-9a-f]{12}_0$/,
} satisfies Partial<TwoTurns>

const file = {
  first: jsonRequest(`POST ${OPENAI}/files`, { purpose: 'user_data' }),
  answer: { id: FILE, object: 'file', purpose: 'user_data' },
  original: FILE,
  name: /^file-rec[0-9a-f]{12}_0$/,
} satisfies Partial<TwoTurns>

const conversation = {
  first: jsonRequest(`POST ${OPENAI}/conversations`, { metadata: { topic: 'stars' } }),
  answer: { id: CONVERSATION, object: 'conversation' },
  original: CONVERSATION,
  name: /^conv_rec[0-9a-f]{12}_0$/,
} satisfies Partial<TwoTurns>

const call = {
  first: jsonRequest(`POST ${OPENAI}/chat/completions`, {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'Weather?' }],
  }),
  answer: {
    id: 'chatcmpl-BkYqxZ3aQ9',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: CALL, type: 'function', function: { name: 'w', arguments: '{}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
  },
  original: CALL,
  name: /^call_rec[0-9a-f]{12}_0$/,
} satisfies Partial<TwoTurns>

function responding(more: object): WireRequest {
  return jsonRequest(`POST ${OPENAI}/responses`, { model: 'gpt-5', ...more })
}

function chatting(...messages: readonly object[]): WireRequest {
  return jsonRequest(`POST ${OPENAI}/chat/completions`, { model: 'gpt-4o', messages })
}

const CASES: Readonly<Record<string, TwoTurns>> = {
  previous_response_id: {
    ...response,
    second: (id) => responding({ input: 'Moon?', previous_response_id: id }),
  },
  'a response in the path': {
    ...response,
    second: (id) => jsonRequest(`GET ${OPENAI}/responses/${id}`),
  },
  'a response below the path': {
    ...response,
    second: (id) => jsonRequest(`GET ${OPENAI}/responses/${id}/input_items?limit=2`),
  },
  'a response that is deleted': {
    ...response,
    second: (id) => jsonRequest(`DELETE ${OPENAI}/responses/${id}`),
  },
  'an item reference': {
    ...response,
    answer: { ...response.answer, output: [{ type: 'reasoning', id: RESPONSE, summary: [] }] },
    second: (id) => responding({ input: [{ type: 'item_reference', id }] }),
  },
  'a file in a response’s input': {
    ...file,
    second: (id) =>
      responding({ input: [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }] }),
  },
  'a file in a chat': {
    ...file,
    second: (id) => chatting({ role: 'user', content: [{ type: 'file', file: { file_id: id } }] }),
  },
  'a file in the path': {
    ...file,
    second: (id) => jsonRequest(`GET ${OPENAI}/files/${id}/content`),
  },
  'after in a query': {
    ...file,
    second: (id) => jsonRequest(`GET ${OPENAI}/files?after=${id}&limit=2`),
  },
  'a conversation as text': {
    ...conversation,
    second: (id) => responding({ input: 'Sun?', conversation: id }),
  },
  'a conversation as an object': {
    ...conversation,
    second: (id) => responding({ input: 'Sun?', conversation: { id } }),
  },
  'a conversation in the path': {
    ...conversation,
    second: (id) => jsonRequest(`POST ${OPENAI}/conversations/${id}/items`, { items: [] }),
  },
  'a tool call and its result': {
    ...call,
    second: (id) =>
      chatting(
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: {} }] },
        { role: 'tool', tool_call_id: id, content: '26 °C' },
      ),
  },
  'an id in a tool’s arguments': {
    ...file,
    second: (id) =>
      chatting(
        { role: 'user', content: 'Read it.' },
        {
          role: 'assistant',
          tool_calls: [
            {
              id: 'call_7',
              type: 'function',
              function: { name: 'read', arguments: JSON.stringify({ file_id: id, page: 2 }) },
            },
          ],
        },
      ),
  },
  'an id in a tool’s result': {
    ...file,
    second: (id) =>
      chatting({
        role: 'tool',
        tool_call_id: 'call_7',
        content: JSON.stringify({ outer: JSON.stringify({ files: [id] }) }),
      }),
  },
  'an id in a prompt': {
    ...file,
    second: (id) => chatting({ role: 'user', content: `Read ${id}, then "${id}".` }),
  },
  'an id with a part before it': {
    ...file,
    second: (id) => chatting({ role: 'user', content: `output_${id} (see ${id}:0)` }),
  },
}

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
