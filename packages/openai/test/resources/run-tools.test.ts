import { chatChunks, chatCompletion, chatStream, createIds, json, sse } from '@wiretape/testkit'
import { zodFunction } from 'openai/helpers/zod'
import type { AutoParseableTool } from 'openai/lib/parser'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const question = { role: 'user' as const, content: 'How is the weather in Rome and in Oslo?' }
const toolCalls = [
  { name: 'weather', arguments: '{"city":"Rome"}' },
  { name: 'weather', arguments: '{"city":"Oslo"}' },
]
const calls = { ids: createIds(1), content: [], toolCalls }
const text = { ids: createIds(2), content: ['21 and ', '8 degrees.'] }

const parameters = z.object({ city: z.string() })
const celsius = new Map([
  ['Rome', 21],
  ['Oslo', 8],
])

interface Weather {
  readonly name: string
  readonly arguments: { city: string }
  readonly function: (given: { city: string }) => unknown
}

/** What the model may call; the cities it was called with are noted. */
function tools(asked: string[]): AutoParseableTool<Weather, true>[] {
  const weather = zodFunction({
    name: 'weather',
    parameters,
    function: ({ city }) => {
      asked.push(city)
      return { celsius: celsius.get(city) }
    },
  })
  return [weather]
}

/** What the provider was told that its calls gave, by its own ids. */
function toldResults(): unknown {
  const [, second] = fixture.provider.requests
  return (second?.json() as { messages: unknown[] } | undefined)?.messages.slice(1)
}

test('`runTools` calls the tools, and the provider gets its own ids back', async () => {
  const sent = chatCompletion(calls)
  fixture.provider.script(json(sent), json(chatCompletion(text)))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const asked: string[] = []
    const runner = client.chat.completions.runTools({
      model: 'gpt-test',
      messages: [question],
      tools: tools(asked),
    })
    return { content: await runner.finalContent(), asked, messages: runner.messages }
  })

  const [rome, oslo] = sent.choices[0]?.message.tool_calls ?? []
  expect(recorded).toMatchObject({ content: '21 and 8 degrees.', asked: ['Rome', 'Oslo'] })
  expect(JSON.stringify(recorded.messages)).not.toContain(rome?.id)
  expect(replayed).toEqual(recorded)
  expect(toldResults()).toMatchObject([
    { role: 'assistant', tool_calls: [{ id: rome?.id }, { id: oslo?.id }] },
    { role: 'tool', tool_call_id: rome?.id, content: '{"celsius":21}' },
    { role: 'tool', tool_call_id: oslo?.id, content: '{"celsius":8}' },
  ])
})

test('`runTools` streams both turns', async () => {
  const ids = ['call_Rm8xY2vQ5tB1nK7dL3sW9pZa', 'call_Os4hJ6gF0cV2bN8mT1rE5yUq']
  const withIds = toolCalls.map((call, index) => ({ ...call, id: ids[index] }))
  const first = chatChunks({ ...calls, toolCalls: withIds })
  fixture.provider.script(sse(chatStream(first)), sse(chatStream(chatChunks(text))))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const asked: string[] = []
    const runner = client.chat.completions.runTools({
      model: 'gpt-test',
      stream: true,
      messages: [question],
      tools: tools(asked),
    })
    const deltas: string[] = []
    runner.on('content', (delta) => void deltas.push(delta))
    return { content: await runner.finalContent(), asked, deltas, messages: runner.messages }
  })

  expect(recorded).toMatchObject({ content: '21 and 8 degrees.', asked: ['Rome', 'Oslo'] })
  expect(recorded.deltas.filter((delta) => delta !== '')).toEqual(['21 and ', '8 degrees.'])
  expect(replayed).toEqual(recorded)
  expect(toldResults()).toMatchObject([
    { role: 'assistant', tool_calls: [{ id: ids[0] }, { id: ids[1] }] },
    { role: 'tool', tool_call_id: ids[0], content: '{"celsius":21}' },
    { role: 'tool', tool_call_id: ids[1], content: '{"celsius":8}' },
  ])
})
