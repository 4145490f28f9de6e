import { ChatOpenAI } from '@langchain/openai'
import type { Fetch } from '@wiretape/core/fetch'
import { chatChunks, chatCompletion, chatStream, createIds, json, sse } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

test('LangChain’s ChatOpenAI streams on replay as it did while recording', async () => {
  const chunks = chatChunks({ ids: createIds(1), content: ['So', 'l.'], usage: true })
  fixture.provider.script(sse(chatStream(chunks)))

  const { recorded, replayed } = await fixture.recordAndReplay(readStream)

  expect(recorded.map(({ content }) => content).join('')).toBe('Sol.')
  expect(recorded[0]?.id).toMatch(/^rec-[0-9a-f]{12}$/)
  expect(replayed).toEqual(recorded)
})

test('its tool call is replayed', async () => {
  const toolCalls = [{ name: 'weather', arguments: '{"city":"Rome"}' }]
  fixture.provider.script(json(chatCompletion({ ids: createIds(2), content: [], toolCalls })))

  const { recorded, replayed } = await fixture.recordAndReplay(async (fetch, url) => {
    const { content, tool_calls, response_metadata } = await chat(fetch, url).invoke('Hello')
    return { content, tool_calls, response_metadata }
  })

  expect(recorded.tool_calls).toMatchObject([{ name: 'weather', args: { city: 'Rome' } }])
  expect(replayed).toEqual(recorded)
})

test('a miss is one error without retries, in a whole answer and in a stream', async () => {
  for (const use of [readStream, (fetch: Fetch, url: string) => chat(fetch, url).invoke('Hello')]) {
    const { error, ...miss } = await fixture.miss(use)

    expect(error.message).toMatch(
      /^404 WT_RECORDING_NOT_FOUND: no recording answers POST \/v1\/chat\/completions/,
    )
    expect(miss).toEqual(ONE_MISS)
  }
})

function chat(fetch: Fetch, url: string): ChatOpenAI {
  const configuration = { baseURL: `${url}/v1`, fetch }
  return new ChatOpenAI({ model: 'gpt-test', apiKey: 'sk-secret', configuration })
}

async function readStream(
  fetch: Fetch,
  url: string,
): Promise<{ id: string | undefined; content: unknown; usage: unknown }[]> {
  const chunks = []
  for await (const { id, content, usage_metadata } of await chat(fetch, url).stream('Hello'))
    chunks.push({ id, content, usage: usage_metadata })
  return chunks
}
