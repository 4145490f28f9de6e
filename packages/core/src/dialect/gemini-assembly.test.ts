import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkLaw, checkLawForAll, frozen, unknownFields } from './assembly.test-fixture.ts'
import { geminiAssembly } from './gemini-assembly.ts'

const head = { modelVersion: 'm', responseId: 'r' }

function chunk(parts: object[], candidate: object = {}, top: object = {}): object {
  const content = { role: 'model', parts }
  return { candidates: [{ content, index: 0, ...candidate }], ...head, ...top }
}

function assemble(...chunks: object[]): Record<string, unknown> {
  return geminiAssembly.assemble(frozen(chunks)) as Record<string, unknown>
}

function partsOf(...parts: object[][]): unknown {
  const whole = assemble(...parts.map((list) => chunk(list)))
  return (whole['candidates'] as { content: { parts: unknown } }[])[0]?.content.parts
}

test('text is joined, the last usage, reason and grounding count', () => {
  const grounding = { groundingChunks: [{ web: { uri: 'u' } }], webSearchQueries: ['q'] }

  expect(
    assemble(
      chunk([{ text: 'He' }], { groundingMetadata: {} }, { usageMetadata: { totalTokenCount: 1 } }),
      chunk(
        [{ text: 'y' }],
        { finishReason: 'STOP', groundingMetadata: grounding },
        {
          usageMetadata: { totalTokenCount: 2, thoughtsTokenCount: 1 },
        },
      ),
    ),
  ).toEqual({
    ...head,
    candidates: [
      {
        content: { role: 'model', parts: [{ text: 'Hey' }] },
        index: 0,
        finishReason: 'STOP',
        groundingMetadata: grounding,
      },
    ],
    usageMetadata: { totalTokenCount: 2, thoughtsTokenCount: 1 },
  })
})

test('thoughts and answer stay apart, each joined, with the signature that comes last', () => {
  expect(
    partsOf(
      [{ text: 'h', thought: true }],
      [{ text: 'm', thought: true }],
      [{ text: 'H' }],
      [{ text: 'i' }],
      [{ text: '', thoughtSignature: 'sig' }],
    ),
  ).toEqual([
    { text: 'hm', thought: true },
    { text: 'Hi', thoughtSignature: 'sig' },
  ])
})

const call = (name: string): object => ({ functionCall: { name, args: {} } })

test('function calls and code stay parts of their own, an empty end behind them goes', () => {
  expect(partsOf([{ ...call('f'), thoughtSignature: 's' }], [call('g')], [{ text: '' }])).toEqual([
    { ...call('f'), thoughtSignature: 's' },
    call('g'),
  ])
  expect(partsOf([{ text: 'a' }], [{ executableCode: { code: '1' } }], [{ text: 'b' }])).toEqual([
    { text: 'a' },
    { executableCode: { code: '1' } },
    { text: 'b' },
  ])
})

const signed = (text: string): object => ({ text, thoughtSignature: text })

test('texts that both have a signature, or come in one chunk, stay several', () => {
  expect(partsOf([signed('a')], [signed('b')])).toEqual([signed('a'), signed('b')])
  expect(partsOf([{ text: 'a' }, { text: 'b' }], [{ text: 'c' }])).toEqual([
    { text: 'a' },
    { text: 'bc' },
  ])
})

const candidate = (text: string, index?: number): object => ({
  content: { parts: [{ text }] },
  ...(index !== undefined && { index }),
})

test('candidates are told apart, an index of 0 may be missing', () => {
  expect(
    assemble(
      { candidates: [candidate('a'), candidate('X', 1)] },
      { candidates: [candidate('Y', 1)] },
      { candidates: [candidate('b')] },
    ),
  ).toEqual({ candidates: [candidate('ab'), candidate('XY', 1)] })
})

const said = (text: string): object => ({
  citationMetadata: { citationSources: [{ uri: text }] },
  logprobsResult: { chosenCandidates: [{ token: text }] },
  safetyRatings: [{ category: text }],
})

test('citations and log probabilities are appended, safety ratings told anew', () => {
  const whole = assemble(chunk([{ text: 'a' }], said('a')), chunk([{ text: 'b' }], said('b')))

  expect(whole['candidates']).toMatchObject([
    {
      citationMetadata: { citationSources: [{ uri: 'a' }, { uri: 'b' }] },
      logprobsResult: { chosenCandidates: [{ token: 'a' }, { token: 'b' }] },
      safetyRatings: [{ category: 'b' }],
    },
  ])
})

test('a blocked prompt and an end without content are answers', () => {
  const blocked = { promptFeedback: { blockReason: 'SAFETY' }, ...head }

  expect(geminiAssembly.isChunk(blocked)).toBe(true)
  expect(assemble(blocked)).toEqual(blocked)
  expect(
    assemble(chunk([{ text: 'a' }]), { candidates: [{ index: 0, finishReason: 'SAFETY' }] }),
  ).toMatchObject({
    candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'SAFETY' }],
  })
  expect([geminiAssembly.isChunk({ error: {} }), geminiAssembly.isChunk(null)]).toEqual([
    false,
    false,
  ])
})

test('the text for people leaves thoughts out', () => {
  expect(geminiAssembly.textOf(chunk([{ text: 'h', thought: true }, { text: 'Hi' }]))).toBe('Hi')
  expect(geminiAssembly.textOf({})).toBe('')
})

test('an answer is a stream of itself, and not the same object', () => {
  const whole = chunk([{ text: 'a' }, { text: 'b' }, { text: '' }])

  expect(() => checkLaw(geminiAssembly, whole)).not.toThrow()
  expect(geminiAssembly.disassemble(whole)[0]).not.toBe(whole)
})

test('every answer can be disassembled and assembled again', () => {
  const part = fc.oneof(fc.record({ text: fc.string(), thought: fc.boolean() }), unknownFields)
  const wholes = fc
    .tuple(fc.array(fc.array(part, { maxLength: 3 }), { maxLength: 2 }), unknownFields)
    .map(([candidates, unknown]) => ({
      ...unknown,
      candidates: candidates.map((parts, index) => ({ index, content: { parts }, ...unknown })),
    }))

  expect(() => checkLawForAll(geminiAssembly, wholes)).not.toThrow()
})

test('it makes no difference how text is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (pieces) => {
      expect(partsOf(...pieces.map((text) => [{ text }]))).toEqual([{ text: pieces.join('') }])
    }),
  )
})
