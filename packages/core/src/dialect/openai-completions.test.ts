import { expect, test } from 'vitest'
import { markedEvents, request, see } from './exchange.test-fixture.ts'
import { openaiCompletions } from './openai-completions.ts'

const STREAMING = request('POST', 'http://localhost:8000/v1/completions', {
  model: 'davinci-002',
  prompt: 'hi',
  stream: true,
})

const CHUNKS = ['In', ' the', ''].map((text, index) => ({
  id: 'cmpl-7UR',
  object: 'text_completion',
  created: 1_780_000_000,
  choices: [{ index: 0, text, finish_reason: index === 2 ? 'length' : null }],
}))

test('a stream of completions has the type that OGX gives it, its id and its end', () => {
  const text = markedEvents(CHUNKS)

  const seen = see(openaiCompletions, STREAMING, text)

  expect(new Set(seen.types.slice(0, 3))).toEqual(new Set(['openai.types.completion.Completion']))
  expect(seen.normalized[0]).toMatchObject({ id: 'rec-aaaaaaaaaaaa', created: 0 })
  expect(seen.endsAt).toBe(2)
  expect(seen.replayed).toBe(text)
  expect(seen.wire).toEqual({ framing: 'sse', ending: 'complete' })
})
