import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { frozen, verdictsOf } from './assembly.test-fixture.ts'
import { openaiMakes } from './openai-chat.test-fixture.ts'
import { openaiChatAssembly } from './openai-chat-assembly.ts'

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 7, model: 'm' }

function chunk(delta: object, choice: object = {}): Record<string, unknown> {
  return { ...head, choices: [{ index: 0, delta, finish_reason: null, ...choice }] }
}

function assemble(...chunks: unknown[]): Record<string, unknown> {
  return openaiChatAssembly.assemble(frozen(chunks)) as Record<string, unknown>
}

function messageOf(...deltas: object[]): unknown {
  const whole = assemble(...deltas.map((delta) => chunk(delta)))
  return (whole['choices'] as { message: unknown }[])[0]?.message
}

test('content, finish and a usage chunk without choices make the whole answer', () => {
  const whole = assemble(
    { ...chunk({ role: 'assistant', content: '', refusal: null }), obfuscation: 'xY', usage: null },
    { ...chunk({ content: 'He' }), usage: null },
    chunk({ content: 'y' }),
    chunk({}, { finish_reason: 'stop' }),
    { ...head, choices: [], usage: { total_tokens: 3 }, service_tier: 'default' },
  )

  expect(whole).toEqual({
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hey', refusal: null },
        finish_reason: 'stop',
      },
    ],
    usage: { total_tokens: 3 },
    service_tier: 'default',
  })
})

test('tool calls are put together by index, interleaved, functions and custom tools', () => {
  const message = messageOf(
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { index: 0, id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } },
      ],
    },
    { tool_calls: [{ index: 1, id: 'call_b', type: 'custom', custom: { name: 'g', input: 'a' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] },
    { tool_calls: [{ index: 1, custom: { input: 'b' } }] },
    { tool_calls: [{ index: 0, id: '', function: { name: '', arguments: ':1}' } }] },
  )

  expect(message).toEqual({
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
      { id: 'call_b', type: 'custom', custom: { name: 'g', input: 'ab' } },
    ],
  })
})

const callOf = (id: string, name: string): object => ({
  tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: '{}' } }],
})

test('parallel calls that all have index 0 stay several', () => {
  const message = messageOf(callOf('a', 'f'), callOf('b', 'f')) as { tool_calls: unknown[] }

  expect(message.tool_calls).toHaveLength(2)
})

test('another id a delta, as older vLLM mints it, is the same call', () => {
  const message = messageOf(
    { tool_calls: [{ index: 0, id: 'x1', function: { name: 'f', arguments: '{' } }] },
    { tool_calls: [{ index: 0, id: 'x2', function: { arguments: '}' } }] },
  )

  expect(message).toMatchObject({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] })
})

test('calls without an index are continued by id or order', () => {
  const message = messageOf(
    { tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{' } }] },
    { tool_calls: [{ function: { arguments: '}' } }] },
    { tool_calls: [{ id: 'b', function: { name: 'f', arguments: '[' } }] },
    { tool_calls: [{ id: 'a', function: { arguments: ' ' } }] },
  )

  expect(message).toMatchObject({
    tool_calls: [{ function: { arguments: '{} ' } }, { function: { arguments: '[' } }],
  })
})

test('refusal, reasoning, legacy function calls and audio are continued', () => {
  const message = messageOf(
    { role: 'assistant', refusal: 'No', reasoning_content: 'th', reasoning: 'a', thinking: 'x' },
    { refusal: 'pe', reasoning_content: 'ink', reasoning: 'b', thinking: 'y' },
    { function_call: { name: 'f', arguments: '{' }, audio: { id: 'audio_1', data: 'AA' } },
    { function_call: { arguments: '}' }, audio: { data: 'BB', transcript: 'hi' } },
    { audio: { expires_at: 9 } },
  )

  expect(message).toEqual({
    role: 'assistant',
    content: null,
    refusal: 'Nope',
    reasoning_content: 'think',
    reasoning: 'ab',
    thinking: 'xy',
    function_call: { name: 'f', arguments: '{}' },
    audio: { id: 'audio_1', data: 'AABB', transcript: 'hi', expires_at: 9 },
  })
})

test("OpenRouter's reasoning details are continued by kind, annotations appended", () => {
  const detail = { type: 'reasoning.text', format: 'f', index: 0 }
  const encrypted = { type: 'reasoning.encrypted', data: 'zz', format: 'f', index: 0 }

  const message = messageOf(
    { reasoning_details: [{ ...detail, text: 'a' }], annotations: [{ url: 1 }] },
    { reasoning_details: [{ ...detail, text: 'b' }] },
    { reasoning_details: [{ ...detail, signature: 's' }], annotations: [{ url: 2 }] },
    { reasoning_details: [encrypted] },
  )

  expect(message).toMatchObject({
    reasoning_details: [{ ...detail, text: 'ab', signature: 's' }, encrypted],
    annotations: [{ url: 1 }, { url: 2 }],
  })
})

const thinking = (text: string): object => ({
  type: 'thinking',
  thinking: [{ type: 'text', text }],
})

test("Mistral's content becomes parts, continued while their type stays", () => {
  const message = messageOf(
    { role: 'assistant', content: '' },
    { content: [thinking('a')] },
    {
      content: [
        { ...thinking('b'), closed: true },
        { type: 'text', text: '1' },
      ],
    },
    { content: '44' },
  )

  expect(message).toEqual({
    role: 'assistant',
    content: [
      { ...thinking('ab'), closed: true },
      { type: 'text', text: '144' },
    ],
  })
})

test('log probabilities and token ids are appended, for content and refusal', () => {
  const whole = assemble(
    chunk(
      { content: 'a' },
      { logprobs: { content: [{ token: 'a' }], refusal: null }, token_ids: [1] },
    ),
    chunk(
      { content: 'b' },
      { logprobs: { content: [{ token: 'b' }], refusal: null }, token_ids: [2] },
    ),
    chunk({ refusal: 'c' }, { logprobs: { content: null, refusal: [{ token: 'c' }] } }),
    chunk({}, { logprobs: null, finish_reason: 'stop' }),
  )

  expect(whole['choices']).toMatchObject([
    {
      logprobs: { content: [{ token: 'a' }, { token: 'b' }], refusal: [{ token: 'c' }] },
      token_ids: [1, 2],
    },
  ])
})

test('several choices are told apart and ordered by index', () => {
  const whole = assemble(
    chunk({ content: 'X' }, { index: 1 }),
    chunk({ content: 'a' }),
    chunk({ content: 'Y' }, { index: 1, finish_reason: 'length' }),
    chunk({ content: 'b' }, { finish_reason: 'stop' }),
  )

  expect(whole['choices']).toMatchObject([
    { index: 0, message: { content: 'ab' }, finish_reason: 'stop' },
    { index: 1, message: { content: 'XY' }, finish_reason: 'length' },
  ])
})

test("Azure's content filter chunks add their verdicts and take nothing away", () => {
  const safe = { filtered: false, severity: 'safe' }
  const blank = { id: '', object: '', created: 0, model: '' }

  const whole = assemble(
    { ...blank, choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
    chunk({ content: 'a' }, { content_filter_results: { hate: safe } }),
    chunk({}, { content_filter_results: { hate: safe, violence: safe }, finish_reason: 'stop' }),
    { ...blank, choices: [{ index: 0, content_filter_offsets: { check_offset: 1 } }] },
  )

  expect(whole).toEqual({
    ...head,
    object: 'chat.completion',
    prompt_filter_results: [{ prompt_index: 0 }],
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'a' },
        finish_reason: 'stop',
        content_filter_results: { hate: safe, violence: safe },
        content_filter_offsets: { check_offset: 1 },
      },
    ],
  })
})

test('a message that a provider puts together itself is the message', () => {
  const message = { role: 'assistant', content: 'Hey' }

  const whole = assemble(
    chunk({ content: 'He' }, { message: { role: 'assistant', content: 'He' } }),
    chunk({ content: 'y' }, { message, finish_reason: 'stop' }),
  )

  expect(whole['choices']).toEqual([
    { index: 0, finish_reason: 'stop', message, delta: { content: 'y' } },
  ])
})

test('an error in the stream stays in the answer, and a cut stream gives what there is', () => {
  expect(assemble(chunk({ content: 'a' }), { error: { message: 'late' } })).toEqual({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: null }],
    error: { message: 'late' },
  })
  expect(assemble()).toEqual({})
})

test('chunks, whole answers and their text are told apart from other things', () => {
  const { isChunk, isWhole, textOf } = verdictsOf(openaiChatAssembly)
  const whole = { object: 'chat.completion', choices: [{ index: 0, message: { content: 'hi' } }] }

  expect([chunk({}), { choices: [{ delta: {} }] }].every(isChunk)).toBe(true)
  expect([whole, { object: 'text_completion', choices: [] }, null, 'x'].some(isChunk)).toBe(false)
  expect([whole, { choices: whole.choices }].every(isWhole)).toBe(true)
  expect([chunk({}), { choices: [{ text: 'a' }] }, []].some(isWhole)).toBe(false)
  expect([textOf(chunk({ content: 'a' })), textOf(whole), textOf(3)]).toEqual(['a', 'hi', ''])
  expect(textOf(chunk({ content: 'a' }, { index: 1 }))).toBe('')
})

const text = fc.string({ maxLength: 8, unit: 'binary' })

test('it makes no difference how text and arguments are cut', () => {
  const pieces = fc.array(text, { maxLength: 5 })
  fc.assert(
    fc.property(pieces, pieces, (contents, inputs) => {
      const call = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }
      const message = messageOf(
        { role: 'assistant', content: '', tool_calls: [call] },
        ...contents.map((content) => ({ content })),
        ...inputs.map((input) => ({ tool_calls: [{ index: 0, function: { arguments: input } }] })),
      )

      expect(message).toEqual({
        role: 'assistant',
        content: contents.join(''),
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: inputs.join('') } },
        ],
      })
    }),
  )
})

function withoutNulls(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, field: unknown) => (field === null ? undefined : field)),
  )
}

test("OpenAI's accumulator agrees, but for its known faults", async () => {
  const chunks = [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Hé' }, { logprobs: { content: [{ token: 'Hé' }], refusal: null } }),
    chunk({ content: 'y' }, { logprobs: { content: [{ token: 'y' }], refusal: null } }),
    chunk({
      tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
    }),
    chunk({
      tool_calls: [
        { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '[' } },
      ],
    }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }),
    chunk({ tool_calls: [{ index: 1, function: { arguments: ']' } }] }),
    chunk({}, { finish_reason: 'tool_calls' }),
    { ...head, choices: [], usage: { total_tokens: 3 } },
  ]

  expect(await openaiMakes(chunks)).toEqual(withoutNulls(assemble(...chunks)))
})
