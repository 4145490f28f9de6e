import Anthropic from '@anthropic-ai/sdk'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { anthropicMessagesAssembly } from './anthropic-messages-assembly.ts'
import {
  defined,
  checkLaw,
  checkLawForAll,
  frozen,
  optional,
  streamingFetch,
  toolInput,
  unknownFields,
  verdictsOf,
} from './assembly.test-fixture.ts'

const start = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 5, cache_read_input_tokens: 2, output_tokens: 1 },
  },
}
const stop = { type: 'message_stop' }

function block(index: number, content_block: object, ...deltas: object[]): object[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function end(delta: object, usage: object, beside: object = {}): object {
  return { type: 'message_delta', delta, usage, ...beside }
}

function assemble(...events: unknown[]): unknown {
  return anthropicMessagesAssembly.assemble(frozen(events))
}

const events = [
  start,
  { type: 'ping' },
  ...block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'h' },
    { type: 'thinking_delta', thinking: 'm' },
    { type: 'signature_delta', signature: 'sig' },
  ),
  ...block(1, { type: 'redacted_thinking', data: 'zz' }),
  ...block(
    2,
    { type: 'text', text: '', citations: [] },
    { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'c' } },
    { type: 'text_delta', text: 'H' },
    { type: 'text_delta', text: 'i' },
  ),
  ...block(
    3,
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
    { type: 'input_json_delta', partial_json: '' },
    { type: 'input_json_delta', partial_json: '{"a": ' },
    { type: 'input_json_delta', partial_json: '[1]}' },
  ),
  ...block(4, {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ url: 'u' }],
  }),
  end(
    { stop_reason: 'tool_use', stop_sequence: null },
    { input_tokens: null, output_tokens: 9, server_tool_use: { web_search_requests: 1 } },
  ),
  stop,
]

const message = {
  ...start.message,
  content: [
    { type: 'thinking', thinking: 'hm', signature: 'sig' },
    { type: 'redacted_thinking', data: 'zz' },
    { type: 'text', text: 'Hi', citations: [{ type: 'char_location', cited_text: 'c' }] },
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: [1] } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ url: 'u' }] },
  ],
  stop_reason: 'tool_use',
  usage: {
    input_tokens: 5,
    cache_read_input_tokens: 2,
    output_tokens: 9,
    server_tool_use: { web_search_requests: 1 },
  },
}

test('start, deltas and end make the message', () => {
  expect(assemble(...events)).toEqual(message)
})

test('context management and unknown deltas are kept', () => {
  expect(
    assemble(
      start,
      ...block(
        0,
        { type: 'compaction', content: null },
        { type: 'compaction_delta', content: 'x' },
      ),
      end(
        { stop_reason: 'end_turn', container: { id: 'c' } },
        {},
        { context_management: { a: 1 } },
      ),
      stop,
    ),
  ).toMatchObject({
    content: [{ type: 'compaction', content: 'x' }],
    container: { id: 'c' },
    context_management: { a: 1 },
  })
})

test('a stream that was cut gives what there is, a tool input as text', () => {
  const cut = [
    start,
    ...block(
      0,
      { type: 'tool_use', id: 't', name: 'f', input: {} },
      {
        type: 'input_json_delta',
        partial_json: '{"a": ',
      },
    ).slice(0, 2),
  ]

  expect(assemble(...cut)).toEqual({
    ...start.message,
    content: [{ type: 'tool_use', id: 't', name: 'f', input: '{"a": ' }],
  })
  expect(
    assemble({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } }),
  ).toEqual({ content: [{ type: 'text', text: 'a' }] })
})

test('an error alone is the answer, a late one stays beside the message', () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }

  expect(assemble(error)).toEqual(error)
  expect(assemble(start, error)).toEqual({ ...start.message, error: error.error })
})

test('events, messages and their text are told apart from other things', () => {
  const { isChunk, isWhole, textOf } = verdictsOf(anthropicMessagesAssembly)

  expect([isChunk(stop), isChunk({ type: 'ping' }), isChunk(message)]).toEqual([true, false, false])
  expect([isWhole(message), isWhole({ type: 'error' }), isWhole(null)]).toEqual([
    true,
    false,
    false,
  ])
  expect(events.map(textOf).join('')).toBe('Hi')
  expect(textOf(message)).toBe('Hi')
})

test('a message becomes its start, its blocks with their deltas, and its end', () => {
  expect(anthropicMessagesAssembly.disassemble(message)).toEqual([
    {
      type: 'message_start',
      message: {
        ...start.message,
        usage: { input_tokens: 5, cache_read_input_tokens: 2, output_tokens: 0 },
      },
    },
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'hm' },
      { type: 'signature_delta', signature: 'sig' },
    ),
    ...block(1, { type: 'redacted_thinking', data: 'zz' }),
    ...block(
      2,
      { type: 'text', text: '', citations: [] },
      { type: 'text_delta', text: 'Hi' },
      { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'c' } },
    ),
    ...block(
      3,
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
      { type: 'input_json_delta', partial_json: '{"a":[1]}' },
    ),
    ...block(4, message.content[4] ?? {}),
    end(
      { stop_reason: 'tool_use', stop_sequence: null },
      {
        input_tokens: 5,
        cache_read_input_tokens: 2,
        output_tokens: 9,
        server_tool_use: { web_search_requests: 1 },
      },
    ),
    stop,
  ])
})

async function anthropicMakes(stream: readonly unknown[]): Promise<unknown> {
  const client = new Anthropic({ apiKey: 'k', fetch: streamingFetch(stream) })
  const final = await client.beta.messages
    .stream({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] })
    .finalMessage()
  const text = JSON.stringify(final, (key, value: unknown) => {
    return key === 'parsed_output' ? undefined : value
  })
  return JSON.parse(text)
}

test("Anthropic's accumulator agrees, on the stream and on the disassembled message", async () => {
  expect(await anthropicMakes(events)).toEqual(message)
  expect(await anthropicMakes(anthropicMessagesAssembly.disassemble(message))).toEqual(message)
})

test('an input that JSON text does not give back stands in the start', () => {
  const content = [{ type: 'tool_use', id: 't', name: 'f', input: { zero: -0 } }]

  expect(() => checkLaw(anthropicMessagesAssembly, { ...message, content })).not.toThrow()
})

const text = fc.string({ maxLength: 6 })
const content = fc
  .tuple(
    fc.oneof(
      fc.record({
        type: fc.constant('text'),
        text,
        citations: optional(fc.option(fc.array(unknownFields, { maxLength: 2 }))),
      }),
      fc.record({ type: fc.constant('thinking'), thinking: text, signature: optional(text) }),
      fc.record({ type: fc.constant('redacted_thinking'), data: text }),
      fc.record({
        type: fc.constantFrom('tool_use', 'server_tool_use'),
        id: text,
        name: text,
        input: toolInput,
      }),
      fc.record({ type: fc.constant('x_result'), content: fc.jsonValue({ maxDepth: 2 }) }),
    ),
    unknownFields,
  )
  .map(([known, unknown]) => defined({ ...known, ...unknown }))

test('every message can be disassembled and assembled again', () => {
  const wholes = fc
    .tuple(
      fc.array(content, { maxLength: 3 }),
      fc.record({
        stop_reason: optional(fc.option(text)),
        stop_sequence: optional(fc.option(text)),
        container: optional(fc.option(unknownFields)),
        context_management: optional(fc.option(unknownFields)),
        usage: optional(
          fc.oneof(unknownFields, fc.record({ input_tokens: fc.nat(), output_tokens: fc.nat() })),
        ),
      }),
      unknownFields,
    )
    .map(([blocks, known, unknown]) => ({
      ...defined({ type: 'message', role: 'assistant', ...known, ...unknown }),
      content: blocks,
    }))

  expect(() => checkLawForAll(anthropicMessagesAssembly, wholes)).not.toThrow()
})

test('it makes no difference how text and inputs are cut', () => {
  const cut = fc.tuple(toolInput, fc.nat(20)).map(([input, at]) => {
    const json = JSON.stringify(input)
    return { json, pieces: [json.slice(0, at), json.slice(at)] }
  })
  fc.assert(
    fc.property(fc.array(text), cut, (texts, { json, pieces }) => {
      const whole = assemble(
        start,
        ...block(
          0,
          { type: 'text', text: '' },
          ...texts.map((piece) => ({ type: 'text_delta', text: piece })),
        ),
        ...block(
          1,
          { type: 'tool_use', input: {} },
          ...pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
        ),
      )

      expect(whole).toMatchObject({ content: [{ text: texts.join('') }, {}] })
      expect(JSON.stringify((whole as typeof message).content[1]?.input)).toBe(json)
    }),
  )
})
