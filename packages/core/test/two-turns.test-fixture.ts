import type { WireRequest } from '../src/request/wire.ts'
import { jsonRequest } from './tapes.test-fixture.ts'

/** A turn that an answer's id goes into, and the next, which has it. */
export interface TwoTurns extends FirstTurn {
  /** The next request, by the id that it refers to: the name when the program asks, the original when it is sent. */
  readonly second: (id: string) => WireRequest
}

export interface FirstTurn {
  readonly first: WireRequest
  readonly answer: object
  /** The provider's own id in that answer. */
  readonly original: string
  /** What wiretape calls it. */
  readonly name: RegExp
}

export const RESPONSE = 'resp_68a0c1d2e3f4a5b6c7d8e9f0a1b2c3d4'
const FILE = 'file-9rTjVW6yDHXqKpLmNbVcXz'
const CONVERSATION = 'conv_68a0c1d2e3f4a5b6c7d8e9f0'
const VECTOR_STORE = 'vs_68a0c1d2e3f481919d0b6a1f2e3d4c5b'
const BATCH = 'batch_68a0c1d2e3f481908b7a6c5d4e3f2a1b'
const CALL = 'call_9pPvzXkq3wYbWz0YqkRm4T1s'
export const OPENAI = 'https://api.openai.com/v1'

export const response: FirstTurn = {
  first: jsonRequest(`POST ${OPENAI}/responses`, { model: 'gpt-5', input: 'Sun?' }),
  answer: { id: RESPONSE, object: 'response', status: 'completed', output: [] },
  original: RESPONSE,
  name: /^resp_rec[0-9a-f]{12}_0$/,
}

export const file: FirstTurn = {
  first: jsonRequest(`POST ${OPENAI}/files`, { purpose: 'user_data' }),
  answer: { id: FILE, object: 'file', purpose: 'user_data' },
  original: FILE,
  name: /^file-rec[0-9a-f]{12}_0$/,
}

export const conversation: FirstTurn = {
  first: jsonRequest(`POST ${OPENAI}/conversations`, { metadata: { topic: 'stars' } }),
  answer: { id: CONVERSATION, object: 'conversation' },
  original: CONVERSATION,
  name: /^conv_rec[0-9a-f]{12}_0$/,
}

const vectorStore: FirstTurn = {
  first: jsonRequest(`POST ${OPENAI}/vector_stores`, { name: 'stars' }),
  answer: { id: VECTOR_STORE, object: 'vector_store', name: 'stars' },
  original: VECTOR_STORE,
  name: /^vs_rec[0-9a-f]{12}_0$/,
}

const batch: FirstTurn = {
  first: jsonRequest(`POST ${OPENAI}/batches`, { endpoint: '/v1/responses' }),
  answer: { id: BATCH, object: 'batch', status: 'validating' },
  original: BATCH,
  name: /^batch_rec[0-9a-f]{12}_0$/,
}

export const call: FirstTurn = {
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
}

/** A multipart form; what a name says beside the name, such as `file"; filename="a.txt`, stands there too. */
export function formRequest(
  line: string,
  fields: readonly (readonly [name: string, value: string])[],
): WireRequest {
  const [method = '', url = ''] = line.split(' ')
  const parts = fields.map(
    ([name, value]) => `--b0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const headers = [['content-type', 'multipart/form-data; boundary=b0']] as const
  return { method, url, headers, body: `${parts.join('')}--b0--\r\n` }
}

function responding(more: object): WireRequest {
  return jsonRequest(`POST ${OPENAI}/responses`, { model: 'gpt-5', ...more })
}

function chatting(...messages: readonly object[]): WireRequest {
  return jsonRequest(`POST ${OPENAI}/chat/completions`, { model: 'gpt-4o', messages })
}

/** Every place that an id may go to, by what a test calls it. */
export const CASES: Readonly<Record<string, TwoTurns>> = {
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
  'a vector store in a tool': {
    ...vectorStore,
    second: (id) =>
      responding({ input: 'Sun?', tools: [{ type: 'file_search', vector_store_ids: [id] }] }),
  },
  'a vector store in the path': {
    ...vectorStore,
    second: (id) => jsonRequest(`POST ${OPENAI}/vector_stores/${id}/search`, { query: 'Sun' }),
  },
  'a file for a vector store': {
    ...file,
    second: (id) => jsonRequest(`POST ${OPENAI}/vector_stores/vs_1/files`, { file_id: id }),
  },
  'a file for a batch': {
    ...file,
    second: (id) =>
      jsonRequest(`POST ${OPENAI}/batches`, { input_file_id: id, endpoint: '/v1/responses' }),
  },
  'a batch in the path': {
    ...batch,
    second: (id) => jsonRequest(`GET ${OPENAI}/batches/${id}`),
  },
  'a batch that is cancelled': {
    ...batch,
    second: (id) => jsonRequest(`POST ${OPENAI}/batches/${id}/cancel`),
  },
  'a batch after which a list goes on': {
    ...batch,
    second: (id) => jsonRequest(`GET ${OPENAI}/batches?limit=2&after=${id}`),
  },
  'an id after an escape, as JSON in a string has it': {
    ...file,
    second: (id) =>
      chatting({
        role: 'user',
        content: JSON.stringify({ note: `see:\n${id}\tand\u0007${id}`, quoted: `"${id}"` }),
      }),
  },
  'an id after an escape in an address': {
    ...file,
    second: (id) => jsonRequest(`GET ${OPENAI}/files?ids=a%2C${id}%2c${id}&next=a%252C${id}`),
  },
  'an id with something after it': {
    ...file,
    second: (id) =>
      chatting({ role: 'user', content: `${id}-summary, ${id}_2, ${id}.json, ${id}é, ${id}/1` }),
  },
  'an id in a multipart form': {
    ...file,
    second: (id) => formRequest(`POST ${OPENAI}/containers/cntr_1/files`, [['file_id', id]]),
  },
  'an id in a form': {
    ...file,
    second: (id) => ({
      method: 'POST',
      url: 'https://files.example/v1/attach',
      headers: [['content-type', 'application/x-www-form-urlencoded']],
      body: `name=a%20b&files=x%2C${id}&file_id=${id}`,
    }),
  },
  'an id in a file of JSON lines, such as a batch’s requests': {
    ...response,
    second: (id) =>
      formRequest(`POST ${OPENAI}/files`, [
        ['purpose', 'batch'],
        ['file"; filename="batch.jsonl', `{"body":{"previous_response_id":"${id}"}}\n{"n":1.0}\n`],
      ]),
  },
}
