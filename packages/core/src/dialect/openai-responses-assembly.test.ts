import * as fc from 'fast-check'
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import {
  defined,
  checkLaw,
  checkLawForAll,
  frozen,
  optional,
  streamingFetch,
  unknownFields,
  verdictsOf,
} from './assembly.test-fixture.ts'
import { openaiResponsesAssembly } from './openai-responses-assembly.ts'

interface Event {
  readonly type: string
  readonly [field: string]: unknown
}

const response = {
  id: 'resp_1',
  object: 'response',
  created_at: 7,
  status: 'completed',
  completed_at: 8,
  error: null,
  incomplete_details: null,
  model: 'm',
  output: [
    {
      id: 'rs_1',
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'short' }],
      content: [{ type: 'reasoning_text', text: 'long' }],
      status: 'completed',
    },
    { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search' } },
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [
        {
          type: 'output_text',
          text: 'Hi',
          annotations: [{ type: 'url_citation', url: 'u' }],
          logprobs: [{ token: 'Hi', logprob: -1 }],
        },
        { type: 'refusal', refusal: 'No' },
      ],
    },
    {
      id: 'fc_1',
      type: 'function_call',
      call_id: 'call_1',
      name: 'f',
      arguments: '{}',
      status: 'completed',
    },
    { id: 'ct_1', type: 'custom_tool_call', call_id: 'call_2', name: 'g', input: 'x' },
    { id: 'ci_1', type: 'code_interpreter_call', code: '1+1', outputs: [], status: 'completed' },
    {
      id: 'mcp_1',
      type: 'mcp_call',
      name: 'h',
      arguments: '[]',
      error: null,
      output: 'o',
      status: 'completed',
    },
    { id: 'ml_1', type: 'mcp_list_tools', server_label: 's', tools: [{ name: 'h' }] },
    { id: 'ig_1', type: 'image_generation_call', status: 'completed', result: 'AAAA' },
  ],
  usage: { total_tokens: 3 },
}

function assemble(...events: unknown[]): Record<string, unknown> {
  return openaiResponsesAssembly.assemble(frozen(events)) as Record<string, unknown>
}

function eventsOf(whole: unknown): Event[] {
  return openaiResponsesAssembly.disassemble(whole) as Event[]
}

test('the final event has the response', () => {
  for (const type of ['response.completed', 'response.failed', 'response.incomplete']) {
    expect(assemble({ type: 'response.created', response: {} }, { type, response })).toEqual(
      response,
    )
  }
})

test('a final event that leaves the output out gets it from the others', () => {
  const events = eventsOf(response).slice(0, -1)
  const final = { type: 'response.completed', response: { ...response, output: [] } }

  expect(assemble(...events, final)).toEqual(response)
})

test('without a final event the output is put together from items that were done', () => {
  const whole = assemble(...eventsOf(response).slice(0, -1))

  expect(whole).toEqual({
    ...response,
    status: 'in_progress',
    completed_at: null,
    usage: null,
  })
})

test('deltas alone give all text', () => {
  const events = eventsOf(response).filter(({ type }) => {
    return !/\.(?:done|completed)$/.test(type)
  })

  const whole = assemble(...events)

  expect(whole['output']).toMatchObject([
    { summary: [{ text: 'short' }], content: [{ text: 'long' }] },
    { type: 'web_search_call', status: 'searching' },
    {
      status: 'in_progress',
      content: [
        {
          text: 'Hi',
          annotations: [{ type: 'url_citation', url: 'u' }],
          logprobs: [{ token: 'Hi' }],
        },
        { type: 'refusal', refusal: 'No' },
      ],
    },
    { name: 'f', arguments: '{}' },
    { name: 'g', input: 'x' },
    { code: '1+1' },
    { name: 'h', arguments: '[]' },
    { type: 'mcp_list_tools' },
    { type: 'image_generation_call', status: 'generating' },
  ])
})

test('deltas whose item or part nobody announced make one', () => {
  const place = { output_index: 0, content_index: 0, item_id: 'msg_1' }

  const whole = assemble(
    { type: 'response.output_text.delta', ...place, delta: 'H' },
    { type: 'response.output_text.delta', ...place, delta: 'i' },
    { type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'fc', delta: '{' },
    {
      type: 'response.reasoning_summary_text.delta',
      output_index: 2,
      summary_index: 0,
      delta: 's',
    },
  )

  expect(whole).toEqual({
    object: 'response',
    output: [
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        status: 'in_progress',
        content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
      },
      { id: 'fc', type: 'function_call', arguments: '{' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 's' }] },
    ],
  })
})

test('an error that cut the stream stays in the response', () => {
  const error = { type: 'error', code: 'rate_limit', message: 'slow down', sequence_number: 1 }

  expect(
    assemble({ type: 'response.created', response: { ...response, output: [] } }, error),
  ).toEqual({
    ...response,
    output: [],
    error: { code: 'rate_limit', message: 'slow down' },
  })
})

test('events, responses and their text are told apart from other things', () => {
  const { isChunk, isWhole, textOf } = verdictsOf(openaiResponsesAssembly)

  expect([isChunk({ type: 'response.created' }), isChunk({ type: 'error' })]).toEqual([true, false])
  expect([isWhole(response), isWhole({ object: 'chat.completion' })]).toEqual([true, false])
  expect(textOf({ type: 'response.output_text.delta', delta: 'H' })).toBe('H')
  expect([textOf({ type: 'response.refusal.delta', delta: 'H' }), textOf(1)]).toEqual(['', ''])
  expect(textOf(response)).toBe('Hi')
})

test('a response becomes the full sequence of events', () => {
  const message = { ...response, output: response.output.slice(2, 4) }

  const events = eventsOf(message)

  expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, at) => at))
  expect(
    events.map(({ type, output_index, content_index, item_id }) =>
      JSON.stringify([type, output_index, content_index, item_id]).replace(/,null/g, ''),
    ),
  ).toEqual([
    '["response.created"]',
    '["response.in_progress"]',
    '["response.output_item.added",0]',
    '["response.content_part.added",0,0,"msg_1"]',
    '["response.output_text.delta",0,0,"msg_1"]',
    '["response.output_text.annotation.added",0,0,"msg_1"]',
    '["response.output_text.done",0,0,"msg_1"]',
    '["response.content_part.done",0,0,"msg_1"]',
    '["response.content_part.added",0,1,"msg_1"]',
    '["response.refusal.delta",0,1,"msg_1"]',
    '["response.refusal.done",0,1,"msg_1"]',
    '["response.content_part.done",0,1,"msg_1"]',
    '["response.output_item.done",0]',
    '["response.output_item.added",1]',
    '["response.function_call_arguments.delta",1,"fc_1"]',
    '["response.function_call_arguments.done",1,"fc_1"]',
    '["response.output_item.done",1]',
    '["response.completed"]',
  ])
})

test('a response in any status can be disassembled and assembled again', () => {
  for (const status of [
    'completed',
    'failed',
    'incomplete',
    'cancelled',
    'queued',
    'in_progress',
  ]) {
    expect(() => checkLaw(openaiResponsesAssembly, { ...response, status })).not.toThrow()
  }
})

test("OpenAI's stream helper takes every event of a response and gives it back", async () => {
  const client = new OpenAI({ apiKey: 'k', fetch: streamingFetch(eventsOf(response)) })

  const stream = client.responses.stream({ model: 'm', input: 'x' })

  const text = JSON.stringify(await stream.finalResponse(), (key, value: unknown) => {
    return /parsed|output_text/.test(key) ? undefined : value
  })
  expect(JSON.parse(text)).toEqual(response)
})

const text = fc.string({ maxLength: 6 })
const part = fc.oneof(
  fc.record({
    type: fc.constant('output_text'),
    text,
    annotations: fc.array(unknownFields, { maxLength: 2 }),
    logprobs: optional(fc.array(unknownFields, { maxLength: 2 })),
  }),
  fc.record({ type: fc.constant('refusal'), refusal: text }),
)
const item = fc
  .tuple(
    fc.oneof(
      fc.record({
        type: fc.constant('message'),
        content: fc.array(part.map(defined), { maxLength: 2 }),
      }),
      fc.record({
        type: fc.constant('reasoning'),
        summary: fc.array(fc.record({ type: fc.constant('summary_text'), text }), { maxLength: 2 }),
        content: fc.array(fc.record({ type: fc.constant('reasoning_text'), text }), {
          maxLength: 2,
        }),
      }),
      fc.record({ type: fc.constantFrom('function_call', 'mcp_call'), arguments: text }),
      fc.record({ type: fc.constant('custom_tool_call'), input: text }),
      fc.record({ type: fc.constant('code_interpreter_call'), code: fc.option(text) }),
      fc.record({ type: fc.constantFrom('web_search_call', 'tool_search_call', 'x_call') }),
    ),
    fc.record({ id: optional(text), status: optional(fc.constantFrom('completed', 'incomplete')) }),
    unknownFields,
  )
  .map(([known, state, unknown]) => defined({ ...known, ...state, ...unknown }))

test('every response can be disassembled and assembled again, with and without its final event', () => {
  const wholes = fc
    .tuple(fc.array(item, { maxLength: 3 }), unknownFields)
    .map(([output, unknown]) => ({ ...response, ...unknown, output }))

  expect(() => checkLawForAll(openaiResponsesAssembly, wholes)).not.toThrow()
  fc.assert(
    fc.property(wholes, (whole) => {
      const copy = structuredClone(whole)
      expect(assemble(...eventsOf(copy).slice(0, -1))['output']).toStrictEqual(copy.output)
    }),
  )
})
