import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkLaw,
  checkLawForAll,
  defined,
  optional,
  unknownFields,
} from './assembly.test-fixture.ts'
import { openaiChatAssembly } from './openai-chat-assembly.ts'
import { openaiMakes } from './openai-chat.test-fixture.ts'

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 7, model: 'm' }

test('a whole answer becomes a role, deltas, a finish and a usage chunk', () => {
  const call = { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{}' } }

  const chunks = openaiChatAssembly.disassemble({
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', refusal: null, tool_calls: [call] },
        logprobs: { content: [{ token: 'Hi' }], refusal: null },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { total_tokens: 3 },
  })

  const open = { index: 0, logprobs: null, finish_reason: null }
  expect(chunks).toEqual([
    { ...head, choices: [{ ...open, delta: { role: 'assistant', content: '', refusal: null } }] },
    {
      ...head,
      choices: [
        {
          ...open,
          delta: { content: 'Hi' },
          logprobs: { content: [{ token: 'Hi' }], refusal: null },
        },
      ],
    },
    { ...head, choices: [{ ...open, delta: { tool_calls: [{ index: 0, ...call }] } }] },
    { ...head, choices: [{ ...open, delta: {}, finish_reason: 'tool_calls' }] },
    { ...head, choices: [], usage: { total_tokens: 3 } },
  ])
})

test('what no delta can say is stated by the finish', () => {
  const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }
  const whole = {
    ...head,
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', tool_calls: [call] }, finish_reason: 'stop' },
    ],
  }

  expect(() => checkLaw(openaiChatAssembly, whole)).not.toThrow()
  expect(openaiChatAssembly.disassemble(whole).at(-1)).toMatchObject({
    choices: [{ delta: {}, message: { tool_calls: [call] }, finish_reason: 'stop' }],
  })
})

test('a refused prompt has a choice without a message', () => {
  expect(() =>
    checkLaw(openaiChatAssembly, {
      ...head,
      object: 'chat.completion',
      choices: [
        { index: 0, finish_reason: 'content_filter', content_filter_results: { hate: {} } },
      ],
    }),
  ).not.toThrow()
})

const text = fc.string({ maxLength: 8, unit: 'binary' })
const toolCall = fc.oneof(
  fc.record({
    id: text,
    type: fc.constant('function'),
    function: fc.record({ name: text, arguments: text }),
  }),
  fc.record({
    id: text,
    type: fc.constant('custom'),
    custom: fc.record({ name: text, input: text }),
  }),
  fc.record({ index: fc.nat(2), id: text, function: fc.record({ name: text, arguments: text }) }),
)
const anyMessage = fc
  .tuple(
    fc.record({
      role: optional(fc.constant('assistant')),
      content: optional(
        fc.oneof(text, fc.constant(null), fc.array(fc.record({ type: fc.constant('text'), text }))),
      ),
      refusal: optional(fc.option(text)),
      reasoning_content: optional(text),
      tool_calls: optional(fc.option(fc.array(toolCall, { maxLength: 3 }))),
      function_call: optional(fc.record({ name: text, arguments: text })),
      audio: optional(fc.record({ id: text, data: text, transcript: text, expires_at: fc.nat() })),
      annotations: optional(fc.array(unknownFields, { maxLength: 2 })),
    }),
    unknownFields,
  )
  .map(([known, unknown]) => defined({ ...known, ...unknown }))
const tokens = fc.option(
  fc.array(fc.record({ token: text, logprob: fc.double() }), { maxLength: 2 }),
)
const choice = fc
  .tuple(
    fc.record({
      message: optional(anyMessage),
      logprobs: optional(fc.option(fc.record({ content: tokens, refusal: tokens }))),
      finish_reason: fc.option(fc.constantFrom('stop', 'length')),
      token_ids: optional(fc.array(fc.nat(), { maxLength: 2 })),
    }),
    unknownFields,
  )
  .map(([known, unknown]) => defined({ ...known, ...unknown }))
const wholes = fc
  .tuple(
    fc.array(choice, { maxLength: 3 }),
    fc.record({
      id: text,
      created: fc.nat(),
      model: text,
      usage: optional(fc.option(unknownFields)),
    }),
    unknownFields,
  )
  .map(([choices, known, unknown]) => ({
    ...defined({ ...known, ...unknown }),
    object: 'chat.completion',
    choices: choices.map((it, index) => ({ index, ...it })),
  }))

test('every whole answer can be disassembled and assembled again', () => {
  expect(() => checkLawForAll(openaiChatAssembly, wholes)).not.toThrow()
})

test("OpenAI's accumulator puts a disassembled answer together again", async () => {
  const whole = {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hi',
          reasoning_content: 'hm',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        logprobs: { content: [{ token: 'Hi' }] },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { total_tokens: 3 },
  }

  expect(await openaiMakes(openaiChatAssembly.disassemble(whole))).toEqual(whole)
})
