import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  defined,
  checkLawForAll,
  frozen,
  optional,
  unknownFields,
  verdictsOf,
} from './assembly.test-fixture.ts'
import { openaiCompletionsAssembly } from './openai-completions-assembly.ts'

const head = { id: 'cmpl-1', object: 'text_completion', created: 7, model: 'm' }

function assemble(...chunks: unknown[]): unknown {
  return openaiCompletionsAssembly.assemble(frozen(chunks))
}

const logprobs = (token: string): object => ({
  tokens: [token],
  token_logprobs: [-1],
  top_logprobs: null,
  text_offset: [0],
})

test('texts are joined by choice, with their log probabilities, and the usage is added', () => {
  const chunk = (choice: object): object => ({ ...head, choices: [choice] })

  const whole = assemble(
    chunk({ index: 0, text: 'a', logprobs: logprobs('a'), finish_reason: null }),
    chunk({ index: 1, text: 'X', logprobs: null, finish_reason: 'stop' }),
    chunk({ index: 0, text: 'b', logprobs: logprobs('b'), finish_reason: 'length' }),
    { ...head, choices: [], usage: { total_tokens: 2 } },
  )

  expect(whole).toEqual({
    ...head,
    choices: [
      {
        index: 0,
        text: 'ab',
        logprobs: {
          tokens: ['a', 'b'],
          token_logprobs: [-1, -1],
          top_logprobs: null,
          text_offset: [0, 0],
        },
        finish_reason: 'length',
      },
      { index: 1, text: 'X', logprobs: null, finish_reason: 'stop' },
    ],
    usage: { total_tokens: 2 },
  })
})

test('a whole answer becomes its texts, their ends and a usage chunk', () => {
  const choice = { index: 0, text: 'ab', logprobs: null, finish_reason: 'stop' }
  const usage = { total_tokens: 2 }

  expect(openaiCompletionsAssembly.disassemble({ ...head, choices: [choice], usage })).toEqual([
    { ...head, choices: [{ ...choice, finish_reason: null }] },
    { ...head, choices: [{ ...choice, text: '' }] },
    { ...head, choices: [], usage },
  ])
})

test('chat chunks are none of it, answers without an object are', () => {
  const { isChunk, isWhole, textOf } = verdictsOf(openaiCompletionsAssembly)

  expect(isChunk({ object: 'chat.completion.chunk', choices: [{ delta: {} }] })).toBe(false)
  expect(isWhole({ choices: [{ text: 'a' }] })).toBe(true)
  expect([textOf({ choices: [{ index: 0, text: 'a' }] }), textOf(null)]).toEqual(['a', ''])
})

const text = fc.string({ maxLength: 8 })
const choice = fc
  .tuple(
    fc.record({
      text,
      logprobs: optional(
        fc.option(fc.record({ tokens: fc.array(text), text_offset: fc.array(fc.nat()) })),
      ),
      finish_reason: optional(fc.option(fc.constantFrom('stop', 'length'))),
    }),
    unknownFields,
  )
  .map(([known, unknown]) => defined({ ...known, ...unknown }))

test('every whole answer can be disassembled and assembled again', () => {
  const wholes = fc
    .tuple(fc.array(choice, { maxLength: 3 }), optional(fc.option(unknownFields)), unknownFields)
    .map(([choices, usage, unknown]) => ({
      ...defined({ ...head, ...unknown, usage }),
      choices: choices.map((it, index) => ({ index, ...it })),
    }))

  expect(() => checkLawForAll(openaiCompletionsAssembly, wholes)).not.toThrow()
})
