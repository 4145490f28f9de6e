import { expect, test } from 'vitest'
import {
  chatChunks,
  chatCompletion,
  chatStream,
  createIds,
  embeddings,
  multibyteContent,
  type ChatOptions,
} from '../src/index.ts'

test('the same seed mints the same ids, another seed others, and each call a new one', () => {
  const one = createIds(1)
  const same = createIds(1)
  const other = createIds(2)

  const first = one.chatCompletion()

  expect(first).toMatch(/^chatcmpl-[A-Za-z0-9]{29}$/)
  expect(same.chatCompletion()).toBe(first)
  expect(one.chatCompletion()).not.toBe(first)
  expect(other.chatCompletion()).not.toBe(first)
  expect(one.toolCall()).toMatch(/^call_[A-Za-z0-9]{24}$/)
  expect(one.request()).toMatch(/^req_[0-9a-f]{32}$/)
})

test('chunks look like those of OpenAI', () => {
  const chunks = chatChunks({ ids: createIds(3), content: ['S', 'ól'], usage: true })

  const [first] = chunks
  expect(first).toEqual({
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion.chunk',
    created: expect.any(Number),
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    system_fingerprint: expect.stringMatching(/^fp_/),
    choices: [
      {
        index: 0,
        delta: { role: 'assistant', content: '', refusal: null },
        logprobs: null,
        finish_reason: null,
      },
    ],
    usage: null,
  })
  expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1)
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content)).toEqual([
    '',
    'S',
    'ól',
    undefined,
    undefined,
  ])
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 11 } })
})

test('chunks have neither usage nor padding unless asked', () => {
  const [plain] = chatChunks()
  const [padded] = chatChunks({ obfuscation: true })

  expect(plain).not.toHaveProperty('usage')
  expect(plain).not.toHaveProperty('obfuscation')
  expect(padded?.obfuscation).toMatch(/^[A-Za-z0-9]{1,14}$/)
  expect(padded?.id).not.toBe(plain?.id)
})

test('the chunks and the whole of one seed are the same answer', () => {
  const options: ChatOptions = {
    n: 2,
    reasoning: ['Let me', ' think'],
    toolCalls: [
      { name: 'weather', arguments: { city: '東京 ☀️' } },
      { name: 'time', arguments: '{}' },
    ],
    content: multibyteContent,
  }

  const chunks = chatChunks({ ...options, obfuscation: true, ids: createIds(5) })
  const whole = chatCompletion({ ...options, ids: createIds(5) })

  expect(chunks[0]?.id).toBe(whole.id)
  expect(chunks[0]?.created).toBe(whole.created)
  for (const choice of whole.choices) {
    const deltas = chunks
      .flatMap((chunk) => chunk.choices)
      .filter((candidate) => candidate.index === choice.index)
      .map((candidate) => candidate.delta)
    const calls = deltas.flatMap((delta) => delta.tool_calls ?? [])
    const { content, reasoning_content: reasoning, tool_calls: wholeCalls } = choice.message
    expect(deltas.map((delta) => delta.content ?? '').join('')).toBe(content)
    expect(deltas.map((delta) => delta.reasoning_content ?? '').join('')).toBe(reasoning)
    expect(wholeCalls).toHaveLength(2)
    wholeCalls?.forEach((call, index) => {
      const own = calls.filter((candidate) => candidate.index === index)
      expect(own[0]?.id).toBe(call.id)
      expect(own.map((part) => part.function.arguments).join('')).toBe(call.function.arguments)
    })
    expect(choice.finish_reason).toBe('tool_calls')
  }
  expect(whole.choices[1]?.message.content).toBe(`1: ${multibyteContent.join('')}`)
})

test('a stream ends with its end mark', () => {
  expect(chatStream([{ id: 'a' }])).toBe('data: {"id":"a"}\n\ndata: [DONE]\n\n')
})

test('embeddings are equal for equal input, in either encoding', () => {
  const plain = embeddings({ input: ['a', 'b'] })
  const encoded = embeddings({ input: ['a', 'b'], encodingFormat: 'base64' })

  const bytes = Buffer.from(String(encoded.data[1]?.embedding), 'base64')
  const decoded = Array.from({ length: 8 }, (_, index) => bytes.readFloatLE(index * 4))
  expect(decoded).toEqual(plain.data[1]?.embedding)
  expect(plain.data[0]?.embedding).not.toEqual(plain.data[1]?.embedding)
  expect(Math.hypot(...decoded)).toBeCloseTo(1)
  expect(embeddings({ input: [1, 2, 3] }).data).toHaveLength(1)
})
