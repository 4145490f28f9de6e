import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  defined,
  checkLaw,
  checkLawForAll,
  frozen,
  optional,
  unknownFields,
  verdictsOf,
} from './assembly.test-fixture.ts'
import { bedrockInvokeAssembly } from './bedrock-invoke-assembly.ts'

const METRICS = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 1 } }
const GUARDRAIL = { 'amazon-bedrock-guardrailAction': 'INTERVENED' }

/** All three forms in which a chunk is met; they must make the same. */
function assemble(...chunks: readonly object[]): unknown {
  const bytes = chunks.map((chunk) => Buffer.from(JSON.stringify(chunk)))
  const forms = [
    chunks,
    bytes.map((buffer) => ({ bytes: buffer.toString('base64'), p: 'abc' })),
    bytes.map((buffer) => ({ chunk: { bytes: new Uint8Array(buffer) } })),
  ]
  const [whole, ...others] = forms.map((form) => bedrockInvokeAssembly.assemble(frozen(form)))
  for (const other of others) expect(other).toEqual(whole)
  for (const form of forms) expect(form.some(verdictsOf(bedrockInvokeAssembly).isChunk)).toBe(true)
  return whole
}

test('Anthropic: a message, with what the guardrail says and without the metrics', () => {
  const message = { id: 'msg_bdrk_1', type: 'message', role: 'assistant', content: [] }

  expect(
    assemble(
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop', ...METRICS, ...GUARDRAIL },
    ),
  ).toEqual({ ...message, content: [{ type: 'text', text: 'Hi' }], ...GUARDRAIL })
})

test('Claude 2, Llama, Mistral and DeepSeek: texts are joined, the last reason counts', () => {
  expect(
    assemble(
      { type: 'completion', completion: ' He', stop_reason: null, stop: null },
      { type: 'completion', completion: 'y', stop_reason: 'stop_sequence', stop: 'x', ...METRICS },
    ),
  ).toEqual({ type: 'completion', completion: ' Hey', stop_reason: 'stop_sequence', stop: 'x' })
  expect(
    assemble(
      { generation: 'a', prompt_token_count: 3, generation_token_count: 1, stop_reason: null },
      { generation: 'b', prompt_token_count: null, generation_token_count: 2, stop_reason: 'stop' },
    ),
  ).toEqual({
    generation: 'ab',
    prompt_token_count: 3,
    generation_token_count: 2,
    stop_reason: 'stop',
  })
  expect(
    assemble(
      { outputs: [{ text: 'a', stop_reason: null }] },
      { outputs: [{ text: 'b', stop_reason: 'length' }] },
    ),
  ).toEqual({ outputs: [{ text: 'ab', stop_reason: 'length' }] })
  expect(
    assemble(
      { choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, stop_reason: null }] },
      {
        choices: [{ index: 0, message: { role: 'assistant', content: 'b' }, stop_reason: 'stop' }],
      },
    ),
  ).toEqual({
    choices: [{ index: 0, message: { role: 'assistant', content: 'ab' }, stop_reason: 'stop' }],
  })
})

test('Titan: chunks are results with other names', () => {
  expect(
    assemble(
      { outputText: 'a', index: 0, inputTextTokenCount: 5, ...GUARDRAIL },
      {
        outputText: 'b',
        index: 0,
        totalOutputTextTokenCount: 2,
        completionReason: 'FINISH',
        ...METRICS,
      },
    ),
  ).toEqual({
    inputTextTokenCount: 5,
    results: [{ tokenCount: 2, outputText: 'ab', completionReason: 'FINISH' }],
    ...GUARDRAIL,
  })
})

const textBlock = (contentBlockIndex: number, said: string): object[] => [
  { contentBlockDelta: { delta: { text: said }, contentBlockIndex } },
  { contentBlockStop: { contentBlockIndex } },
]

test('Nova: texts that come as blocks of their own are one, empty metadata goes', () => {
  expect(
    assemble(
      { messageStart: { role: 'assistant' } },
      ...textBlock(0, 'H'),
      ...textBlock(1, 'i'),
      {
        contentBlockStart: {
          start: { toolUse: { toolUseId: 't', name: 'f' } },
          contentBlockIndex: 2,
        },
      },
      { contentBlockDelta: { delta: { toolUse: { input: '{}' } }, contentBlockIndex: 2 } },
      ...textBlock(3, 'on'),
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage: { inputTokens: 1 }, metrics: {}, trace: {} }, ...METRICS },
    ),
  ).toEqual({
    output: {
      message: {
        role: 'assistant',
        content: [
          { text: 'Hi' },
          { toolUse: { toolUseId: 't', name: 'f', input: {} } },
          { text: 'on' },
        ],
      },
    },
    stopReason: 'end_turn',
    usage: { inputTokens: 1 },
  })
})

test('Cohere and OpenAI: their own assemblies', () => {
  const response = { generation_id: 'g', text: 'ab', finish_reason: 'COMPLETE' }

  expect(
    assemble(
      { is_finished: false, event_type: 'text-generation', text: 'a' },
      { is_finished: true, event_type: 'stream-end', response, ...METRICS },
    ),
  ).toEqual(response)
  expect(
    assemble({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'a' } }] }),
  ).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'a' } }] })
})

test('bytes that are no chunk of a model make nothing', () => {
  const bytes = Buffer.from('Sorry, no JSON').toString('base64')

  expect(bedrockInvokeAssembly.isChunk({ bytes })).toBe(true)
  expect(bedrockInvokeAssembly.assemble([{ bytes }])).toEqual({})
  expect(bedrockInvokeAssembly.textOf({ bytes })).toBe('')
})

test('text is found in any form, in chunks and in whole answers', () => {
  const { textOf } = verdictsOf(bedrockInvokeAssembly)
  const bytes = Buffer.from('{"generation":"a"}').toString('base64')

  expect(textOf({ bytes })).toBe('a')
  expect(textOf({ results: [{ outputText: 'b' }] })).toBe('b')
  expect(textOf({ choices: [{ message: { content: 'c' } }] })).toBe('c')
  expect(textOf({ embedding: [1] })).toBe('')
})

test('two texts of a Nova answer stay two', () => {
  const content = [{ text: 'a' }, { text: 'b' }]

  expect(() =>
    checkLaw(bedrockInvokeAssembly, { output: { message: { role: 'assistant', content } } }),
  ).not.toThrow()
})

const text = fc.string({ maxLength: 6 })
const reason = fc.option(fc.constantFrom('stop', 'length'))
const wholes = fc.oneof(
  fc.record({ generation: text, prompt_token_count: fc.nat(), stop_reason: reason }),
  fc.record({ type: fc.constant('completion'), completion: text, stop_reason: reason }),
  fc.record({
    outputs: fc.array(fc.record({ text, stop_reason: reason }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    inputTextTokenCount: optional(fc.nat()),
    results: fc.array(
      fc
        .record({ tokenCount: optional(fc.nat()), outputText: text, completionReason: text })
        .map(defined),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({
    type: fc.constant('message'),
    content: fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 2 }),
  }),
  fc.record({
    output: fc.record({
      message: fc.record({ content: fc.array(fc.record({ text }), { maxLength: 3 }) }),
    }),
    stopReason: text,
  }),
  fc.record({ text, generation_id: text, meta: unknownFields }),
)

test('every answer can be disassembled and assembled again', () => {
  const guarded = fc.tuple(wholes, fc.boolean()).map(([whole, isGuarded]) => ({
    ...defined(whole),
    ...(isGuarded && GUARDRAIL),
  }))

  expect(() => checkLawForAll(bedrockInvokeAssembly, guarded)).not.toThrow()
})
