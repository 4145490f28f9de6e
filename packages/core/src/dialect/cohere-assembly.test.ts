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
import { cohereAssembly } from './cohere-assembly.ts'

function event(type: string, message: object, fields: object = {}): object {
  return { type, ...fields, delta: { message } }
}

function assemble(...events: object[]): unknown {
  return cohereAssembly.assemble(frozen(events))
}

const start = {
  id: 'c1',
  ...event('message-start', {
    role: 'assistant',
    content: [],
    tool_plan: '',
    tool_calls: [],
    citations: [],
  }),
}
const usage = { tokens: { input_tokens: 1 } }
const end = { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } }
const citation = { start: 0, end: 2, text: 'Hi', sources: [{ type: 'tool', id: 't' }] }

test('version 2: content, thinking, log probabilities and citations make the answer', () => {
  const logprobs = { text: 'H', token_ids: [1], logprobs: [-1] }

  expect(
    assemble(
      start,
      event('content-start', { content: { type: 'thinking', thinking: '' } }, { index: 0 }),
      event('content-delta', { content: { thinking: 'hm' } }, { index: 0 }),
      { type: 'content-end', index: 0 },
      event('content-start', { content: { type: 'text', text: '' } }, { index: 1 }),
      event('content-delta', { content: { text: 'H' } }, { index: 1, logprobs }),
      event('citation-start', { citations: citation }, { index: 0 }),
      { type: 'citation-end', index: 0 },
      event('content-delta', { content: { text: 'i' } }, { index: 1 }),
      { type: 'content-end', index: 1 },
      end,
    ),
  ).toEqual({
    id: 'c1',
    message: {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'Hi' },
      ],
      citations: [citation],
    },
    logprobs: [logprobs],
    finish_reason: 'COMPLETE',
    usage,
  })
})

const callOf = (name: string, input: string): object => ({
  id: name,
  type: 'function',
  function: { name, arguments: input },
})

const more = (input: string): object => ({ tool_calls: { function: { arguments: input } } })

test('version 2: a plan and tool calls, interleaved', () => {
  expect(
    assemble(
      start,
      event('tool-plan-delta', { tool_plan: 'I ' }),
      event('tool-plan-delta', { tool_plan: 'will' }),
      event('tool-call-start', { tool_calls: callOf('f', '') }, { index: 0 }),
      event('tool-call-start', { tool_calls: callOf('g', '') }, { index: 1 }),
      event('tool-call-delta', more('{}'), { index: 0 }),
      event('tool-call-delta', more('['), { index: 1 }),
      event('tool-call-delta', more(']'), { index: 1 }),
      { type: 'tool-call-end', index: 0 },
      end,
    ),
  ).toMatchObject({
    message: { tool_plan: 'I will', tool_calls: [callOf('f', '{}'), callOf('g', '[]')] },
  })
})

const v1 = (event_type: string, fields: object): object => ({
  is_finished: event_type === 'stream-end',
  event_type,
  ...fields,
})

test('version 1: the last event has the answer, without it the others make one', () => {
  const response = { generation_id: 'g', text: 'Hi', finish_reason: 'COMPLETE', meta: {} }
  const events = [
    v1('stream-start', { generation_id: 'g' }),
    v1('text-generation', { text: 'H' }),
    v1('text-generation', { text: 'i' }),
    v1('citation-generation', { citations: [1] }),
    v1('citation-generation', { citations: [2] }),
    v1('tool-calls-chunk', { tool_call_delta: { index: 0 }, text: 'x' }),
    v1('tool-calls-generation', { tool_calls: [{ name: 'f' }] }),
  ]

  expect(assemble(...events, v1('stream-end', { finish_reason: 'COMPLETE', response }))).toEqual(
    response,
  )
  expect(assemble(...events)).toEqual({
    generation_id: 'g',
    text: 'Hi',
    citations: [1, 2],
    tool_calls: [{ name: 'f' }],
  })
})

test('events, answers and their text are told apart from other things', () => {
  const { isChunk, isWhole, textOf } = verdictsOf(cohereAssembly)
  const whole = {
    id: 'c',
    message: { content: [{ type: 'text', text: 'Hi' }] },
    finish_reason: 'COMPLETE',
  }

  expect([isChunk(start), isChunk({ type: 'message_start' }), isChunk(whole)]).toEqual([
    true,
    false,
    false,
  ])
  expect(
    [whole, { text: 'a', generation_id: 'g' }, { generations: [{ text: 'a' }] }].every(isWhole),
  ).toBe(true)
  expect([isWhole({ text: 'a transcript' }), isWhole({ results: [] })]).toEqual([false, false])
  expect(textOf(whole)).toBe('Hi')
  expect(textOf(event('content-delta', { content: { text: 'H' } }))).toBe('H')
  expect(textOf({ event_type: 'text-generation', is_finished: false, text: 'a' })).toBe('a')
  expect(textOf({ event_type: 'stream-end', is_finished: true, response: { text: 'a' } })).toBe('')
})

test('version 2: an answer becomes its start, plan, calls, content, citations and end', () => {
  const call = { id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }
  const message = {
    role: 'assistant',
    tool_plan: 'plan',
    tool_calls: [call],
    content: [{ type: 'text', text: 'Hi' }],
    citations: [citation],
  }

  expect(
    cohereAssembly.disassemble({ id: 'c1', message, finish_reason: 'COMPLETE', usage }),
  ).toEqual([
    start,
    event('tool-plan-delta', { tool_plan: 'plan' }),
    event(
      'tool-call-start',
      { tool_calls: { ...call, function: { name: 'f', arguments: '' } } },
      { index: 0 },
    ),
    event('tool-call-delta', { tool_calls: { function: { arguments: '{}' } } }, { index: 0 }),
    { type: 'tool-call-end', index: 0 },
    event('content-start', { content: { type: 'text', text: '' } }, { index: 0 }),
    event('content-delta', { content: { text: 'Hi' } }, { index: 0 }),
    { type: 'content-end', index: 0 },
    event('citation-start', { citations: citation }, { index: 0 }),
    { type: 'citation-end', index: 0 },
    end,
  ])
})

test('a generation is streamed by its text', () => {
  expect(() =>
    checkLaw(cohereAssembly, { id: 'x', generations: [{ id: 'y', text: 'Hi' }], prompt: 'p' }),
  ).not.toThrow()
})

test('every answer can be disassembled and assembled again', () => {
  const text = fc.string({ maxLength: 6 })
  const call = fc.record({
    id: text,
    type: fc.constant('function'),
    function: fc.record({ name: text, arguments: text }),
  })
  const part = fc.oneof(
    fc.record({ type: fc.constant('text'), text }),
    fc.record({ type: fc.constant('thinking'), thinking: text }),
    fc.record({ type: fc.constant('x'), x: unknownFields }),
  )
  const message = fc
    .record({
      role: fc.constant('assistant'),
      content: optional(fc.option(fc.array(part, { maxLength: 2 }))),
      tool_plan: optional(text),
      tool_calls: optional(fc.array(call, { maxLength: 2 })),
      citations: optional(fc.array(unknownFields, { maxLength: 2 })),
    })
    .map(defined)
  const wholes = fc
    .tuple(
      fc.oneof(
        fc.record({
          message,
          finish_reason: text,
          logprobs: optional(fc.array(unknownFields, { minLength: 1, maxLength: 2 })),
        }),
        fc.record({ text, generation_id: text, citations: optional(fc.array(unknownFields)) }),
      ),
      unknownFields,
    )
    .map(([known, unknown]) => defined({ id: 'c', ...known, ...unknown }))

  expect(() => checkLawForAll(cohereAssembly, wholes)).not.toThrow()
})
