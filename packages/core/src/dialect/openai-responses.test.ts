import { expect, test } from 'vitest'
import { member } from '../json/access.ts'
import { recognised, request, see, typedEvents } from './exchange.test-fixture.ts'
import { openaiResponses } from './openai-responses.ts'

const URL_OF = 'https://api.openai.com/v1/responses'
const STREAMING = request('POST', URL_OF, { model: 'gpt-5', input: 'hi', stream: true })

const EVENTS = [
  {
    type: 'response.created',
    sequence_number: 0,
    response: { id: 'resp_0a1', object: 'response', created_at: 1_780_000_000, output: [] },
  },
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { id: 'fc_0b2', type: 'function_call', call_id: 'call_x9', name: 'find', arguments: '' },
  },
  {
    type: 'response.function_call_arguments.delta',
    item_id: 'fc_0b2',
    output_index: 0,
    delta: '{"id":"fc_0b2"}',
    obfuscation: 'aXb9',
  },
  {
    type: 'response.output_text.annotation.added',
    item_id: 'msg_0c3',
    annotation: { type: 'container_file_citation', container_id: 'cntr_1', file_id: 'cfile_1' },
  },
  {
    type: 'response.completed',
    response: {
      id: 'resp_0a1',
      object: 'response',
      created_at: 1_780_000_000,
      completed_at: 1_780_000_002,
      previous_response_id: 'resp_000',
      output: [
        { id: 'fc_0b2', type: 'function_call', call_id: 'call_x9', arguments: '{"id":"fc_0b2"}' },
        { id: '57dd7f2e-7c15', type: 'reasoning', encrypted_content: 'gAAA' },
      ],
    },
  },
]

test('names the ids of a stream alike wherever they stand, but never in what the model wrote', () => {
  const seen = see(openaiResponses, STREAMING, typedEvents(EVENTS))

  expect(seen.normalized).toEqual([
    {
      type: 'response.created',
      sequence_number: 0,
      response: { id: 'resp_recaaaaaaaaaaaa_0', object: 'response', created_at: 0, output: [] },
    },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: {
        id: 'fc_recaaaaaaaaaaaa_0',
        type: 'function_call',
        call_id: 'call_recaaaaaaaaaaaa_0',
        name: 'find',
        arguments: '',
      },
    },
    {
      type: 'response.function_call_arguments.delta',
      item_id: 'fc_recaaaaaaaaaaaa_0',
      output_index: 0,
      delta: '{"id":"fc_0b2"}',
    },
    {
      type: 'response.output_text.annotation.added',
      item_id: 'msg_recaaaaaaaaaaaa_0',
      annotation: {
        type: 'container_file_citation',
        container_id: 'cntr_recaaaaaaaaaaaa_0',
        file_id: 'cfile_recaaaaaaaaaaaa_0',
      },
    },
    {
      type: 'response.completed',
      response: {
        id: 'resp_recaaaaaaaaaaaa_0',
        object: 'response',
        created_at: 0,
        completed_at: 0,
        previous_response_id: 'resp_recaaaaaaaaaaaa_1',
        output: [
          {
            id: 'fc_recaaaaaaaaaaaa_0',
            type: 'function_call',
            call_id: 'call_recaaaaaaaaaaaa_0',
            arguments: '{"id":"fc_0b2"}',
          },
          { id: 'item_recaaaaaaaaaaaa_0', type: 'reasoning', encrypted_content: 'gAAA' },
        ],
      },
    },
  ])
})

test('a stream ends with its last event, and its events need no word in the recording', () => {
  const text = typedEvents(EVENTS)

  const seen = see(openaiResponses, STREAMING, text)

  expect(seen.endsAt).toBe(4)
  expect(new Set(seen.types)).toEqual(new Set(['wiretape.openai-responses.event']))
  expect(seen.replayed).toBe(text)
  expect(seen.wire).toEqual({ framing: 'sse', ending: 'complete' })
})

test.each(['response.failed', 'response.incomplete', 'error'])('%s ends a stream', (type) => {
  expect(see(openaiResponses, STREAMING, typedEvents([{ type }])).endsAt).toBe(0)
})

test('events without names and an end mark come back as they were', () => {
  const text = 'data: {"type":"response.completed","response":{"error":null}}\n\ndata: [DONE]\n\n'

  const seen = see(openaiResponses, STREAMING, text)

  expect(seen.replayed).toBe(text)
  expect(seen.endsAt).toBe(0)
})

test('a failed response is a response, an error is an error', () => {
  const failed = '{"id":"resp_1","object":"response","error":{"code":"server_error"}}'
  const error = '{"error":{"message":"no such model"}}'

  expect(see(openaiResponses, STREAMING, { text: failed }).types).toEqual([
    'wiretape.openai-responses.response',
  ])
  expect(see(openaiResponses, STREAMING, { text: error, status: 404 }).types).toEqual([
    'wiretape.openai-responses.error',
  ])
})

function rolesOf(input: unknown): Record<string, string> {
  const { endpoint } = recognised(openaiResponses, request('POST', URL_OF, { model: 'm', input }))
  return Object.fromEntries(endpoint.requestIds.map(({ path, role }) => [path, role]))
}

const CALL = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{}' }
const OUTPUT = { type: 'function_call_output', call_id: 'call_1', output: 'x' }

test('a call and its output in one request define the call, wherever its id came from', () => {
  expect(rolesOf([CALL, OUTPUT])).toMatchObject({
    'input[].id': 'definition',
    'input[].call_id': 'definition',
  })
})

test('outputs for calls of an earlier response only point at them, so that two of them cannot swap', () => {
  expect(rolesOf([OUTPUT])['input[].call_id']).toBe('link')
  expect(rolesOf([CALL, OUTPUT, { ...OUTPUT, call_id: 'call_2' }])['input[].call_id']).toBe('link')
})

test.each([{ type: 'item_reference', id: 'msg_1' }, { id: 'msg_1' }])(
  'an item that is only referred to counts by its id: %j',
  (reference) => {
    expect(rolesOf([{ role: 'user', content: 'hi' }, reference])['input[].id']).toBe('reference')
  },
)

test('a stored response is read as a stream where the query asks for one', () => {
  const view = request('GET', `${URL_OF}/resp_1?stream=true&starting_after=4`)

  expect(recognised(openaiResponses, view)).toMatchObject({ streaming: true, model: null })
})

test.each([
  ['GET', '/resp_1', undefined],
  ['DELETE', '/resp_1', true],
  ['POST', '/resp_1/cancel', true],
])('%s %s of a stored response is stateful: %s', (method, path, stateful) => {
  const view = request(method, URL_OF + path)

  expect(recognised(openaiResponses, view).endpoint.stateful).toBe(stateful)
})

test('an error says what it is in OpenAI’s shape', () => {
  const body = openaiResponses.errorBody({ code: 'WT_X', message: 'no recording' })

  expect(member(member(body, 'error'), 'message')).toEqual({
    kind: 'string',
    value: 'no recording',
  })
})
