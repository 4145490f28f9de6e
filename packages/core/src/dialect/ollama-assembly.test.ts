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
import { ollamaAssembly } from './ollama-assembly.ts'

function assemble(...chunks: object[]): unknown {
  return ollamaAssembly.assemble(frozen(chunks))
}

const call = (name: string): object => ({ function: { index: 0, name, arguments: { a: 1 } } })

const chunkOf = (message: object, time: string): object => ({
  model: 'm',
  created_at: time,
  message: { role: 'assistant', content: '', ...message },
  done: false,
})

test('chat: content and thinking are joined, calls appended, the last object has the statistics', () => {
  expect(
    assemble(
      chunkOf({ thinking: 'h' }, '1'),
      chunkOf({ thinking: 'm' }, '2'),
      chunkOf({ content: 'H' }, '3'),
      chunkOf({ content: 'i', tool_calls: [call('f')] }, '4'),
      chunkOf({ tool_calls: [call('g')] }, '5'),
      { ...chunkOf({}, '6'), done: true, done_reason: 'stop', eval_count: 3 },
    ),
  ).toEqual({
    model: 'm',
    created_at: '6',
    message: {
      role: 'assistant',
      content: 'Hi',
      thinking: 'hm',
      tool_calls: [call('f'), call('g')],
    },
    done: true,
    done_reason: 'stop',
    eval_count: 3,
  })
})

test('generate: response and thinking are joined', () => {
  expect(
    assemble(
      { model: 'm', created_at: '1', response: '', thinking: 'h', done: false },
      { model: 'm', created_at: '2', response: 'H', thinking: 'm', done: false },
      { model: 'm', created_at: '3', response: 'i', done: false },
      { model: 'm', created_at: '4', response: '', done: true, context: [1, 2] },
    ),
  ).toEqual({
    model: 'm',
    created_at: '4',
    response: 'Hi',
    thinking: 'hm',
    done: true,
    context: [1, 2],
  })
})

test('objects, answers and their text are told apart from other things', () => {
  const { isChunk, isWhole, textOf } = verdictsOf(ollamaAssembly)
  const chunk = { response: 'a', done: false }

  expect([isChunk(chunk), isChunk({ done: true }), isChunk({ response: 'a' })]).toEqual([
    true,
    false,
    false,
  ])
  expect([isWhole(chunk), isWhole({ ...chunk, done: true })]).toEqual([false, true])
  expect([textOf(chunk), textOf({ message: { content: 'b' } }), textOf(2)]).toEqual(['a', 'b', ''])
})

test('a chat answer becomes thinking, content, calls and statistics', () => {
  const open = { model: 'm', created_at: '1' }
  const message = { role: 'assistant', content: 'Hi', thinking: 'hm', tool_calls: [call('f')] }
  const empty = { role: 'assistant', content: '' }
  const whole = { ...open, message, done: true, done_reason: 'stop', eval_count: 3 }

  expect(ollamaAssembly.disassemble(whole)).toEqual([
    { ...open, message: { ...empty, thinking: 'hm' }, done: false },
    { ...open, message: { ...empty, content: 'Hi' }, done: false },
    { ...open, message: { ...empty, tool_calls: [call('f')] }, done: false },
    { ...open, message: empty, done: true, done_reason: 'stop', eval_count: 3 },
  ])
  expect(() => checkLaw(ollamaAssembly, whole)).not.toThrow()
})

test('every answer can be disassembled and assembled again', () => {
  const text = fc.string({ maxLength: 6 })
  const message = fc
    .record({
      role: optional(text),
      content: optional(text),
      thinking: optional(text),
      tool_calls: optional(
        fc.array(fc.record({ function: fc.record({ name: text, arguments: toolInput }) })),
      ),
      images: optional(fc.option(fc.array(text))),
    })
    .map(defined)
  const wholes = fc
    .tuple(
      fc.oneof(fc.record({ message }), fc.record({ response: text, thinking: optional(text) })),
      fc.record({
        model: optional(text),
        created_at: optional(text),
        context: optional(fc.array(fc.nat())),
      }),
      unknownFields,
    )
    .map(([said, known, unknown]) => defined({ ...known, ...unknown, ...said, done: true }))

  expect(() => checkLawForAll(ollamaAssembly, wholes)).not.toThrow()
})
