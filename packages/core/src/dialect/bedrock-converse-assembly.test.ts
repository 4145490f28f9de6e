import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  defined,
  checkLaw,
  checkLawForAll,
  frozen,
  optional,
  toolInput,
  unknownFields,
  verdictsOf,
} from './assembly.test-fixture.ts'
import { bedrockConverseAssembly } from './bedrock-converse-assembly.ts'

function delta(contentBlockIndex: number, said: object): Record<string, object> {
  return { contentBlockDelta: { delta: said, contentBlockIndex, p: 'abc' } }
}

function stopOf(contentBlockIndex: number): Record<string, object> {
  return { contentBlockStop: { contentBlockIndex, p: 'ab' } }
}

function assemble(events: readonly unknown[]): unknown {
  return bedrockConverseAssembly.assemble(frozen(events))
}

const toolUse = { toolUseId: 'tooluse_1', name: 'f' }
const citation = {
  title: 't',
  sourceContent: [{ text: 's' }],
  location: { documentChar: { start: 0 } },
}
const events: Record<string, object>[] = [
  { messageStart: { role: 'assistant', p: 'a' } },
  delta(0, { reasoningContent: { text: 'h' } }),
  delta(0, { reasoningContent: { text: 'm' } }),
  delta(0, { reasoningContent: { signature: 'sig' } }),
  stopOf(0),
  delta(1, { reasoningContent: { redactedContent: 'AQ==' } }),
  delta(1, { reasoningContent: { redactedContent: 'Ag==' } }),
  stopOf(1),
  delta(2, { text: 'H' }),
  delta(2, { text: 'i' }),
  stopOf(2),
  delta(3, { text: 'cited' }),
  delta(3, { citation }),
  stopOf(3),
  { contentBlockStart: { start: { toolUse }, contentBlockIndex: 4, p: 'abcd' } },
  delta(4, { toolUse: { input: '{"a"' } }),
  delta(4, { toolUse: { input: ': 1}' } }),
  stopOf(4),
  { contentBlockStart: { start: { toolUse }, contentBlockIndex: 5 } },
  stopOf(5),
  {
    contentBlockStart: {
      start: { toolResult: { toolUseId: 'tooluse_1', status: 'success' } },
      contentBlockIndex: 6,
    },
  },
  delta(6, { toolResult: [{ text: 'r' }] }),
  stopOf(6),
  { messageStop: { stopReason: 'tool_use', additionalModelResponseFields: { x: 1 }, p: 'a' } },
  {
    metadata: {
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
      metrics: { latencyMs: 4 },
      trace: { guardrail: { actionReason: 'none' } },
      p: 'abc',
    },
  },
]

const whole = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
        { reasoningContent: { redactedContent: 'AQI=' } },
        { text: 'Hi' },
        { citationsContent: { content: [{ text: 'cited' }], citations: [citation] } },
        { toolUse: { ...toolUse, input: { a: 1 } } },
        { toolUse: { ...toolUse, input: {} } },
        { toolResult: { toolUseId: 'tooluse_1', status: 'success', content: [{ text: 'r' }] } },
      ],
    },
  },
  stopReason: 'tool_use',
  additionalModelResponseFields: { x: 1 },
  usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
  metrics: { latencyMs: 4 },
  trace: { guardrail: { actionReason: 'none' } },
}

test("events make Converse's answer, without their padding", () => {
  expect(assemble(events)).toEqual(whole)
})

test('payloads without the name of their event make the same', () => {
  const payloads = events.map((event) => Object.values(event)[0])

  expect(payloads.every(verdictsOf(bedrockConverseAssembly).isChunk)).toBe(true)
  expect(assemble(payloads)).toEqual(whole)
})

const bytes = (value: number): object => ({
  reasoningContent: { redactedContent: new Uint8Array([value]) },
})

test('hidden reasoning in bytes, as the AWS SDK gives it, is joined', () => {
  expect(assemble([delta(0, bytes(1)), delta(0, bytes(2))])).toEqual({
    output: {
      message: { content: [{ reasoningContent: { redactedContent: new Uint8Array([1, 2]) } }] },
    },
  })
})

test('a stream that was cut gives what there is, a tool input as text, exceptions aside', () => {
  expect(assemble([...events.slice(0, 16), { throttlingException: { message: 'slow' } }])).toEqual({
    output: {
      message: {
        role: 'assistant',
        content: [
          ...whole.output.message.content.slice(0, 4),
          { toolUse: { ...toolUse, input: '{"a"' } },
        ],
      },
    },
  })
  expect(assemble([])).toEqual({ output: { message: { content: [] } } })
})

test('events, answers and their text are told apart from other things', () => {
  const { isChunk, isWhole, textOf } = verdictsOf(bedrockConverseAssembly)

  expect([whole, { throttlingException: {} }, { role: 'user', content: [] }, 1].some(isChunk)).toBe(
    false,
  )
  expect([isWhole(whole), isWhole({ output: [] }), isWhole(events[0])]).toEqual([
    true,
    false,
    false,
  ])
  expect(events.map(textOf).join('')).toBe('Hicited')
  expect(textOf(whole)).toBe('Hicited')
})

test('an answer becomes the events that the AWS SDK yields', () => {
  const chunks = bedrockConverseAssembly.disassemble({
    ...whole,
    output: {
      message: { role: 'assistant', content: [{ text: 'Hi' }, whole.output.message.content[4]] },
    },
  })

  expect(chunks).toEqual([
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: 'Hi' }, contentBlockIndex: 0 } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { contentBlockStart: { start: { toolUse }, contentBlockIndex: 1 } },
    { contentBlockDelta: { delta: { toolUse: { input: '{"a":1}' } }, contentBlockIndex: 1 } },
    { contentBlockStop: { contentBlockIndex: 1 } },
    { messageStop: { stopReason: 'tool_use', additionalModelResponseFields: { x: 1 } } },
    { metadata: { usage: whole.usage, metrics: whole.metrics, trace: whole.trace } },
  ])
  expect(() => checkLaw(bedrockConverseAssembly, whole)).not.toThrow()
})

const text = fc.string({ maxLength: 6 })
const block = fc.oneof(
  fc.record({ text }),
  fc.record({ toolUse: fc.record({ toolUseId: text, name: text, input: toolInput }) }),
  fc.record({
    reasoningContent: fc.oneof(
      fc.record({ reasoningText: fc.record({ text, signature: optional(text) }).map(defined) }),
      fc.record({ redactedContent: fc.base64String() }),
    ),
  }),
  fc.record({
    citationsContent: fc.record({
      content: fc.array(fc.record({ text }), { maxLength: 2 }),
      citations: fc.array(unknownFields, { maxLength: 2 }),
    }),
  }),
  fc.record({
    toolResult: fc.record({ toolUseId: text, content: fc.array(unknownFields, { maxLength: 2 }) }),
  }),
  fc.record({ image: fc.record({ format: text, source: unknownFields }) }),
  unknownFields,
)

test('every answer can be disassembled and assembled again', () => {
  const wholes = fc
    .tuple(
      fc.array(block, { maxLength: 4 }),
      fc.record({ stopReason: optional(text), usage: optional(unknownFields) }),
      unknownFields,
    )
    .map(([content, known, unknown]) => ({
      ...defined({ ...known, ...unknown }),
      output: { message: { role: 'assistant', content } },
    }))

  expect(() => checkLawForAll(bedrockConverseAssembly, wholes)).not.toThrow()
})
