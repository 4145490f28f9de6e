import { expect, test } from 'vitest'
import { printJson } from '../json/print.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { recognised, request, requestWith, see, typedEvents } from './exchange.test-fixture.ts'

const STREAMING = request('POST', 'https://api.anthropic.com/v1/messages', {
  model: 'claude-sonnet-4-5',
  messages: [],
  stream: true,
})

const EVENTS = [
  {
    type: 'message_start',
    message: {
      id: 'msg_01G',
      type: 'message',
      container: { id: 'container_1', expires_at: '2026-11-30T10:00:00Z' },
      content: [],
    },
  },
  {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
  },
  { type: 'ping' },
  {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
  },
  {
    type: 'content_block_start',
    index: 2,
    content_block: {
      type: 'tool_use',
      id: 'toolu_1',
      input: {},
      caller: { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' },
    },
  },
  {
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '{"id":"toolu_1"}' },
  },
  { type: 'content_block_delta', index: 3, delta: { type: 'signature_delta', signature: 'EqoB' } },
  { type: 'message_stop' },
]

test('names the ids of a stream alike wherever they stand, but never in what the model wrote', () => {
  const seen = see(anthropicMessages, STREAMING, typedEvents(EVENTS))

  expect(seen.normalized).toEqual([
    {
      type: 'message_start',
      message: {
        id: 'msg_recaaaaaaaaaaaa_0',
        type: 'message',
        container: { id: 'container_recaaaaaaaaaaaa_0', expires_at: '2100-01-01T00:00:00Z' },
        content: [],
      },
    },
    {
      type: 'content_block_start',
      index: 0,
      content_block: {
        type: 'server_tool_use',
        id: 'srvtoolu_recaaaaaaaaaaaa_0',
        name: 'web_search',
        input: {},
      },
    },
    { type: 'ping' },
    {
      type: 'content_block_start',
      index: 1,
      content_block: {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_recaaaaaaaaaaaa_0',
        content: [],
      },
    },
    {
      type: 'content_block_start',
      index: 2,
      content_block: {
        type: 'tool_use',
        id: 'toolu_recaaaaaaaaaaaa_0',
        input: {},
        caller: { type: 'code_execution_20250825', tool_id: 'srvtoolu_recaaaaaaaaaaaa_0' },
      },
    },
    EVENTS[5],
    EVENTS[6],
    { type: 'message_stop' },
  ])
})

test('a stream ends with message_stop, and its events need no word in the recording', () => {
  const text = typedEvents(EVENTS)

  const seen = see(anthropicMessages, STREAMING, text)

  expect(seen.endsAt).toBe(7)
  expect(seen.replayed).toBe(text)
  expect(seen.wire).toEqual({ framing: 'sse', ending: 'complete' })
})

test('an error event ends a stream', () => {
  const text = typedEvents([{ type: 'error' }])

  expect(see(anthropicMessages, STREAMING, text).endsAt).toBe(0)
})

test('the ids of a whole message are named, the input of its tools is left alone', () => {
  const body = JSON.stringify({
    id: 'msg_1',
    type: 'message',
    content: [
      { type: 'tool_use', id: 'toolu_1', input: { id: 'refunds' } },
      {
        type: 'bash_code_execution_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: { type: 'bash_code_execution_result', content: [{ file_id: 'file_1' }] },
      },
    ],
  })

  const seen = see(anthropicMessages, STREAMING, { text: body })

  expect(seen.normalized).toEqual([
    {
      id: 'msg_recaaaaaaaaaaaa_0',
      type: 'message',
      content: [
        { type: 'tool_use', id: 'toolu_recaaaaaaaaaaaa_0', input: { id: 'refunds' } },
        {
          type: 'bash_code_execution_tool_result',
          tool_use_id: 'srvtoolu_recaaaaaaaaaaaa_0',
          content: {
            type: 'bash_code_execution_result',
            content: [{ file_id: 'file_recaaaaaaaaaaaa_0' }],
          },
        },
      ],
    },
  ])
  expect(seen.types).toEqual(['wiretape.anthropic-messages.message'])
  expect(seen.wire).toEqual({ framing: 'json', ending: 'complete' })
})

function listOf(id: string): object {
  const results_url = `https://api.anthropic.com/v1/messages/batches/${id}/results`
  return { data: [{ results_url, id }, { results_url: null }] }
}

test('the id of a batch has its name in the address of the results too', () => {
  const view = request('GET', 'https://api.anthropic.com/v1/messages/batches?limit=1')
  const text = JSON.stringify(listOf('msgbatch_013Zva2CMHLNnXjNJJKqJ2EF'))

  const seen = see(anthropicMessages, view, { text, contentType: 'application/json' })

  expect(seen.normalized).toEqual([listOf('msgbatch_recaaaaaaaaaaaa_0')])
})

test('the results of a batch are lines with a message each', () => {
  const view = request('GET', 'https://api.anthropic.com/v1/messages/batches/msgbatch_1/results')
  const text = '{"custom_id":"a","result":{"type":"succeeded","message":{"id":"msg_1"}}}\n'

  const seen = see(anthropicMessages, view, { text, contentType: 'application/x-jsonl' })

  expect(seen.normalized).toEqual([
    { custom_id: 'a', result: { type: 'succeeded', message: { id: 'msg_recaaaaaaaaaaaa_0' } } },
  ])
  expect(seen.replayed).toBe(text)
})

test('a model list and files are Anthropic’s by their header', () => {
  const headers = [['anthropic-version', '2023-06-01']] as const
  const models = requestWith(headers, 'GET https://gateway.example/v1/models/claude')

  expect(recognised(anthropicMessages, models)).toMatchObject({ model: 'claude', pathIds: [] })
  expect(
    anthropicMessages.recognise(request('GET', 'https://gateway.example/v1/files')),
  ).toBeUndefined()
})

test('an error says what it is in Anthropic’s shape', () => {
  const body = anthropicMessages.errorBody({ code: 'WT_X', message: 'no recording' })

  expect(printJson(body)).toBe(
    '{"type":"error","error":{"type":"wiretape_error","message":"no recording","code":"WT_X"},"message":"no recording"}',
  )
})
