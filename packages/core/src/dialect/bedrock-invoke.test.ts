import { expect, test } from 'vitest'
import { bedrockInvoke } from './bedrock-invoke.ts'
import { canonicalBody } from './canonical.test-fixture.ts'
import {
  eventFrame,
  exceptionFrame,
  frameOf,
  eventHeaders,
  recordStream,
} from './eventstream.test-fixture.ts'
import { recognised, request, see } from './exchange.test-fixture.ts'

const MODEL = 'https://bedrock-runtime.us-east-1.amazonaws.com/model/m'
const WHOLE = request('POST', `${MODEL}/invoke`, {})
const STREAMING = request('POST', `${MODEL}/invoke-with-response-stream`, {})

function chunk(event: unknown, padding = 'abcdef'): ReturnType<typeof eventFrame> {
  const bytes = Buffer.from(JSON.stringify(event)).toString('base64')
  return eventFrame('chunk', { bytes, p: padding })
}

const METRICS = { inputTokenCount: 5, invocationLatency: 738, firstByteLatency: 378 }

test('both operations are known, and no other', () => {
  expect(recognised(bedrockInvoke, WHOLE)).toMatchObject({ model: 'm', streaming: false })
  expect(recognised(bedrockInvoke, STREAMING)).toMatchObject({ model: 'm', streaming: true })
  expect(bedrockInvoke.recognise(request('POST', `${MODEL}/converse`, {}))).toBeUndefined()
  expect(
    bedrockInvoke.recognise(request('POST', `${MODEL}/invoke-with-bidirectional-stream`, {})),
  ).toBeUndefined()
})

test('chunks show the events of the provider, normalised, and go back as base64', () => {
  const frames = [
    chunk({ type: 'message_start', message: { id: 'msg_bdrk_01Ug', content: [] } }),
    chunk({
      type: 'content_block_start',
      content_block: { type: 'tool_use', id: 'toolu_bdrk_01Cq' },
    }),
    chunk({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'toolu_bdrk_01Cq' } }),
    chunk({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': METRICS }),
  ]

  const recorded = recordStream(bedrockInvoke, STREAMING, frames)

  expect(recorded.items.map(({ data }) => data)).toEqual([
    {
      bytes: {
        type: 'message_start',
        message: { id: 'msg_bdrk_recaaaaaaaaaaaa_0', content: [] },
      },
    },
    {
      bytes: {
        type: 'content_block_start',
        content_block: { type: 'tool_use', id: 'toolu_bdrk_recaaaaaaaaaaaa_0' },
      },
    },
    {
      bytes: {
        type: 'content_block_delta',
        delta: { type: 'text_delta', text: 'toolu_bdrk_01Cq' },
      },
    },
    {
      bytes: {
        type: 'message_stop',
        'amazon-bedrock-invocationMetrics': {
          inputTokenCount: 5,
          invocationLatency: 0,
          firstByteLatency: 0,
        },
      },
    },
  ])
  expect(new Set(recorded.items.map(({ type }) => type))).toEqual(
    new Set(['wiretape.bedrock-invoke.chunk']),
  )
  expect(recorded.wire).toEqual({ framing: 'eventstream', ending: 'complete' })
  expect(recorded.isExact).toBe(true)
})

test.each([
  ['metrics', { 'amazon-bedrock-invocationMetrics': METRICS }, true],
  ['a message stop', { type: 'message_stop' }, true],
  ['an error of Anthropic', { type: 'error', error: {} }, true],
  ['a message delta', { type: 'message_delta', delta: { stop_reason: 'end_turn' } }, false],
  ['the usage of Nova', { metadata: { usage: { inputTokens: 5 } } }, true],
  ['the stop of Nova', { messageStop: { stopReason: 'end_turn' } }, false],
  ['the reason of Titan', { outputText: '', completionReason: 'FINISH' }, true],
  ['a blocked question to Titan', { outputText: 'no', totalOutputTextTokenCount: 3 }, true],
  [
    'a chunk of Titan',
    { outputText: 'a', completionReason: null, totalOutputTextTokenCount: null },
    false,
  ],
  ['the reason of Llama', { generation: '', stop_reason: 'stop' }, true],
  ['a chunk of Llama', { generation: 'a', stop_reason: null }, false],
  ['the reason of Mistral', { outputs: [{ text: '', stop_reason: 'stop' }] }, true],
  ['a chunk of Mistral', { outputs: [{ text: 'a', stop_reason: null }] }, false],
  ['the end of Cohere', { is_finished: true, event_type: 'stream-end' }, true],
  ['a chunk of Cohere', { is_finished: false, event_type: 'text-generation' }, false],
  ['a reason of OpenAI', { choices: [{ finish_reason: 'stop' }] }, true],
  ['a chunk of OpenAI', { choices: [{ finish_reason: null }] }, false],
])('whether %s ends a stream', (_, event, ends) => {
  expect(recordStream(bedrockInvoke, STREAMING, [chunk(event)]).ends).toEqual([ends])
})

test('an event that is spelled otherwise stays base64 and still ends the stream', () => {
  const bytes = Buffer.from('{"type": "message_stop"}').toString('base64')

  const recorded = recordStream(bedrockInvoke, STREAMING, [eventFrame('chunk', { bytes })])

  expect(recorded).toEqual({
    items: [{ type: 'wiretape.bedrock-invoke.chunk', data: { bytes } }],
    wire: { framing: 'eventstream', ending: 'complete' },
    ends: [true],
    isExact: true,
  })
})

test('frames that nobody would write come back too', () => {
  const frames = [
    frameOf(eventHeaders('chunk'), '{"bytes":{"a":1}}'),
    frameOf(eventHeaders('chunk'), '{ "bytes": "e30=" }'),
    frameOf([], ''),
    exceptionFrame('modelStreamErrorException', { message: 'x', originalStatusCode: 424 }),
  ]

  const recorded = recordStream(bedrockInvoke, STREAMING, frames)

  expect(recorded.isExact).toBe(true)
  expect(recorded.ends.at(-1)).toBe(true)
})

test.each([
  [
    {
      id: 'msg_bdrk_01Wf',
      content: [{ type: 'tool_use', id: 'toolu_bdrk_01Be', input: { id: 'x' } }],
    },
    {
      id: 'msg_bdrk_recaaaaaaaaaaaa_0',
      content: [{ type: 'tool_use', id: 'toolu_bdrk_recaaaaaaaaaaaa_0', input: { id: 'x' } }],
    },
  ],
  [
    { output: { message: { content: [{ toolUse: { toolUseId: '4d8acf92-6a04-42b6' } }] } } },
    { output: { message: { content: [{ toolUse: { toolUseId: 'tooluse_recaaaaaaaaaaaa_0' } }] } } },
  ],
  [
    { id: '5ccd25a1-96ff', generations: [{ id: '8b38ce59-5f77', text: 'a' }] },
    { id: 'recaaaaaaaaaaaa_0', generations: [{ id: 'recaaaaaaaaaaaa_1', text: 'a' }] },
  ],
  [
    { id: 'chatcmpl-1', created: 17, choices: [{ message: { tool_calls: [{ id: 'call_1' }] } }] },
    {
      id: 'chatcmpl-recaaaaaaaaaaaa_0',
      created: 0,
      choices: [{ message: { tool_calls: [{ id: 'call_recaaaaaaaaaaaa_0' }] } }],
    },
  ],
])('whole answers of every provider are named: %j', (answer, normalized) => {
  const seen = see(bedrockInvoke, WHOLE, { text: JSON.stringify(answer) })

  expect(seen.normalized).toEqual([normalized])
  expect(seen.types).toEqual(['wiretape.bedrock-invoke.response'])
  expect(seen.replayed).toBe(JSON.stringify(answer))
})

test.each([
  [
    [{ content: [{ type: 'tool_use', id: 'toolu_bdrk_1' }, { tool_use_id: 'toolu_bdrk_1' }] }],
    [{ content: [{ type: 'tool_use', id: '<id 1>' }, { tool_use_id: '<id 1>' }] }],
  ],
  [
    [{ content: [{ toolUse: { toolUseId: 'a' } }, { toolResult: { toolUseId: 'a' } }] }],
    [{ content: [{ toolUse: { toolUseId: '<id 1>' } }, { toolResult: { toolUseId: '<id 1>' } }] }],
  ],
  [
    [{ tool_calls: [{ id: 'call_1' }] }, { tool_call_id: 'call_1' }],
    [{ tool_calls: [{ id: '<id 1>' }] }, { tool_call_id: '<id 1>' }],
  ],
])('ids of calls are free in the words of every provider: %j', (messages, canonical) => {
  const view = request('POST', `${MODEL}/invoke`, { messages, metadata: { user_id: 'u' } })

  expect(canonicalBody(bedrockInvoke, view)).toEqual({ messages: canonical })
})
