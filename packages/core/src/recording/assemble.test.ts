import { expect, test } from 'vitest'
import { assemble, disassemble } from './assemble.ts'

const head = { id: 'chatcmpl-1', created: 7, model: 'm' }
const chunks = [{ role: 'assistant', content: '' }, { content: 'He' }, { content: 'y' }].map(
  (delta) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: null }],
  }),
)
const whole = {
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hey' }, finish_reason: null }],
}

test('chunks as an SDK hands them out make the whole answer', () => {
  expect(assemble(chunks)).toEqual(whole)
})

test("a recording's items make it too", () => {
  const items = chunks.map((chunk) => ({ __type__: 'x.ChatCompletionChunk', __data__: chunk }))

  expect(assemble(items)).toEqual(whole)
})

test('a whole answer, or the item of one, becomes chunks that make it again', () => {
  expect(assemble(disassemble(whole))).toEqual(whole)
  expect(disassemble({ __type__: 'x.ChatCompletion', __data__: whole })).toEqual(disassemble(whole))
})

test('what no dialect knows is an error that says so', () => {
  expect(() => assemble([{ nothing: 'known' }])).toThrow(
    expect.objectContaining({
      code: 'WT_OPTION_INVALID',
      message: expect.stringContaining('1 chunks') as unknown,
    }),
  )
  expect(() => disassemble({ nothing: 'known' })).toThrow(
    expect.objectContaining({ code: 'WT_OPTION_INVALID' }),
  )
})
