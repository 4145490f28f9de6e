import { expect, test } from 'vitest'
import { bedrockConverse } from './bedrock-converse.ts'
import { canonicalBody } from './canonical.test-fixture.ts'
import {
  eventFrame,
  eventHeaders,
  exceptionFrame,
  frameOf,
  recordStream,
} from './eventstream.test-fixture.ts'
import { recognised, request, see } from './exchange.test-fixture.ts'

const HOST = 'https://bedrock-runtime.us-east-1.amazonaws.com'
const STREAMING = request('POST', `${HOST}/model/us.amazon.nova-lite-v1%3A0/converse-stream`, {})

test.each([
  ['/model/anthropic.claude-v2/converse', 'anthropic.claude-v2', false],
  ['/model/us.amazon.nova-lite-v1%3A0/converse', 'us.amazon.nova-lite-v1:0', false],
  ['/model/us.amazon.nova-lite-v1:0/converse-stream', 'us.amazon.nova-lite-v1:0', true],
  ['/gateway/bedrock/model/amazon.nova-micro-v1%3a0/converse', 'amazon.nova-micro-v1:0', false],
  [
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A012345678901%3Ainference-profile%2Fus.meta.llama3-v1%3A0/converse',
    'us.meta.llama3-v1:0',
    false,
  ],
  [
    '/model/arn:aws:bedrock:eu-west-1:012345678901:provisioned-model%2Fabc123/converse-stream',
    'provisioned-model/abc123',
    true,
  ],
])('%s asks %s', (path, model, streaming) => {
  const recognition = recognised(bedrockConverse, request('POST', HOST + path, {}))

  expect([recognition.model, recognition.streaming]).toEqual([model, streaming])
})

test.each([
  ['GET', '/model/anthropic.claude-v2/converse'],
  ['POST', '/model/anthropic.claude-v2/invoke'],
  ['POST', '/v1/converse'],
  ['POST', '/openai/v1/chat/completions'],
])('%s %s is not for Converse', (method, path) => {
  expect(bedrockConverse.recognise(request(method, HOST + path, {}))).toBeUndefined()
})

const CALL_ID = 'tooluse_hsyz7O0QqkhdTHrpQhVYXj'

test('a stream is shown by its events, without padding, latency and the ids of the day', () => {
  const frames = [
    eventFrame('messageStart', { p: 'abcdefg', role: 'assistant' }),
    eventFrame('contentBlockDelta', {
      contentBlockIndex: 0,
      delta: { text: `I call ${CALL_ID}` },
      p: 'abc',
    }),
    eventFrame('contentBlockStart', {
      contentBlockIndex: 1,
      p: 'ab',
      start: { toolUse: { name: 'weather', toolUseId: CALL_ID } },
    }),
    eventFrame('contentBlockDelta', {
      contentBlockIndex: 1,
      delta: { toolUse: { input: '{"city":"Paris"}' } },
      p: 'a',
    }),
    eventFrame('messageStop', { p: 'abcd', stopReason: 'tool_use' }),
    eventFrame('metadata', {
      metrics: { latencyMs: 452 },
      p: 'abcde',
      trace: { guardrail: { inputAssessment: { g: { guardrailProcessingLatency: 7 } } } },
    }),
  ]

  const recorded = recordStream(bedrockConverse, STREAMING, frames)

  expect(recorded.items).toEqual([
    { type: 'wiretape.bedrock-converse.messageStart', data: { role: 'assistant' } },
    {
      type: 'wiretape.bedrock-converse.contentBlockDelta',
      data: { contentBlockIndex: 0, delta: { text: `I call ${CALL_ID}` } },
    },
    {
      type: 'wiretape.bedrock-converse.contentBlockStart',
      data: {
        contentBlockIndex: 1,
        start: { toolUse: { name: 'weather', toolUseId: 'tooluse_recaaaaaaaaaaaa_0' } },
      },
    },
    {
      type: 'wiretape.bedrock-converse.contentBlockDelta',
      data: { contentBlockIndex: 1, delta: { toolUse: { input: '{"city":"Paris"}' } } },
    },
    { type: 'wiretape.bedrock-converse.messageStop', data: { stopReason: 'tool_use' } },
    {
      type: 'wiretape.bedrock-converse.metadata',
      data: {
        metrics: { latencyMs: 0 },
        trace: { guardrail: { inputAssessment: { g: { guardrailProcessingLatency: 0 } } } },
      },
    },
  ])
  expect(recorded.isExact).toBe(true)
  expect(recorded.wire).toEqual({ framing: 'eventstream', ending: 'complete' })
})

test('the usage ends a stream, not the stop', () => {
  const frames = [
    eventFrame('messageStop', { stopReason: 'end_turn' }),
    eventFrame('metadata', { usage: {} }),
  ]

  expect(recordStream(bedrockConverse, STREAMING, frames).ends).toEqual([false, true])
})

test('an exception ends a stream and needs no headers in the file', () => {
  const frames = [exceptionFrame('throttlingException', { message: 'Too many tokens' })]

  const recorded = recordStream(bedrockConverse, STREAMING, frames)

  expect(recorded).toEqual({
    items: [
      {
        type: 'wiretape.bedrock-converse.throttlingException!',
        data: { message: 'Too many tokens' },
      },
    ],
    wire: { framing: 'eventstream', ending: 'complete' },
    ends: [true],
    isExact: true,
  })
})

test('an error says its code in headers, which the file keeps', () => {
  const headers = [
    { name: ':message-type', type: 'string', value: 'error' },
    { name: ':error-code', type: 'string', value: 'InternalError' },
    { name: ':error-message', type: 'string', value: 'boom' },
  ] as const

  const recorded = recordStream(bedrockConverse, STREAMING, [frameOf(headers, '{}')])

  expect(recorded.items).toEqual([{ type: 'wiretape.bedrock-converse.error', data: {} }])
  expect(recorded.wire).toMatchObject({ frames: [{ at: 0, headers }] })
  expect([recorded.ends, recorded.isExact]).toEqual([[true], true])
})

test('headers in another order, or more of them, are kept', () => {
  const frames = [
    frameOf(eventHeaders('messageStart').toReversed(), '{"role":"assistant"}'),
    frameOf(
      [...eventHeaders('metadata'), { name: ':date', type: 'timestamp', value: '1780000000000' }],
      '{}',
    ),
    frameOf(eventHeaders('text'), '"plain"'),
  ]

  const recorded = recordStream(bedrockConverse, STREAMING, frames)

  expect(recorded.isExact).toBe(true)
  expect(recorded.items.map(({ type }) => type)).toEqual([
    'wiretape.bedrock-converse.messageStart',
    'wiretape.bedrock-converse.metadata',
    'wiretape.bedrock-converse.event',
  ])
})

test('a whole answer is named too, its opaque signature left alone', () => {
  const answer = {
    metrics: { latencyMs: 2900 },
    output: {
      message: {
        content: [
          { reasoningContent: { reasoningText: { signature: 'EqkCCkgIDRABGAIqQPU', text: 'hm' } } },
          { toolUse: { input: { id: CALL_ID }, name: 'weather', toolUseId: 'call_00_Ab' } },
        ],
        role: 'assistant',
      },
    },
  }
  const view = request('POST', `${HOST}/model/m/converse`, {})

  const seen = see(bedrockConverse, view, { text: JSON.stringify(answer) })

  expect(seen.normalized).toEqual([
    {
      metrics: { latencyMs: 0 },
      output: {
        message: {
          content: [
            answer.output.message.content[0],
            {
              toolUse: {
                input: { id: CALL_ID },
                name: 'weather',
                toolUseId: 'call_recaaaaaaaaaaaa_0',
              },
            },
          ],
          role: 'assistant',
        },
      },
    },
  ])
  expect(seen.types).toEqual(['wiretape.bedrock-converse.response'])
})

test('a refusal is an error, whatever was asked for', () => {
  const seen = see(bedrockConverse, STREAMING, { text: '{"message":"no"}', status: 400 })

  expect(seen.types).toEqual(['wiretape.bedrock-converse.error'])
})

test('ids of calls are free in a request, and labels don’t count', () => {
  const view = request('POST', `${HOST}/model/m/converse`, {
    requestMetadata: { run: '7' },
    messages: [
      { content: [{ toolUse: { toolUseId: 'tooluse_a', input: { id: 'tooluse_a' } } }] },
      { content: [{ toolResult: { toolUseId: 'tooluse_a' } }] },
    ],
    guardrailConfig: { guardrailIdentifier: 'g1' },
  })

  expect(canonicalBody(bedrockConverse, view)).toEqual({
    messages: [
      { content: [{ toolUse: { toolUseId: '<id 1>', input: { id: 'tooluse_a' } } }] },
      { content: [{ toolResult: { toolUseId: '<id 1>' } }] },
    ],
    guardrailConfig: { guardrailIdentifier: 'g1' },
  })
})
