import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai'
import type { Fetch } from '@wiretape/core/fetch'
import {
  chatChunks,
  chatCompletion,
  chatStream,
  createIds,
  json,
  rateLimited,
  sse,
} from '@wiretape/testkit'
import { generateText, type LanguageModel, streamText } from 'ai'
import { expect, test } from 'vitest'
import { responseEvents } from './response-events.test-fixture.ts'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

test('the AI SDK’s stream over Responses, its usual API, is replayed', async () => {
  fixture.provider.script(sse(responseEvents(['So', 'l.'])))

  const { recorded, replayed, recordings } = await fixture.recordAndReplay((fetch, url) =>
    readStream(openai(fetch, url)('gpt-test')),
  )

  expect(recorded).toMatchObject({ texts: ['So', 'l.'], usage: { totalTokens: 12 } })
  expect(replayed).toEqual(recorded)
  expect(recordings[0]?.response.wire).toMatchObject({ framing: 'sse', ending: 'complete' })
})

test('its stream over chat completions is replayed, with the tool call’s id', async () => {
  const toolCalls = [{ name: 'weather', arguments: '{"city":"Rome"}' }]
  fixture.provider.script(
    sse(chatStream(chatChunks({ ids: createIds(1), content: ['One '], toolCalls, usage: true }))),
  )

  const { recorded, replayed } = await fixture.recordAndReplay((fetch, url) =>
    readStream(openai(fetch, url).chat('gpt-test')),
  )

  expect(recorded.texts).toEqual(['One '])
  expect(recorded.toolCallIds).toEqual([expect.stringMatching(/^call_rec[0-9a-f]{12}_0$/)])
  expect(replayed).toEqual(recorded)
})

test('it asks again after a 429, on replay too', async () => {
  fixture.provider.script(rateLimited(), json(chatCompletion({ ids: createIds(2) })))

  const { recorded, replayed, report } = await fixture.recordAndReplay(async (fetch, url) => {
    const model = openai(fetch, url).chat('gpt-test')
    const { text, usage } = await generateText({ model, prompt: 'Hello' })
    return { text, usage }
  })

  expect(recorded.text).not.toBe('')
  expect(replayed).toEqual(recorded)
  expect(report.replayed).toHaveLength(2)
})

test('a miss is one error without retries, in a whole answer and in a stream', async () => {
  const whole = await fixture.miss((fetch, url) =>
    generateText({ model: openai(fetch, url).chat('gpt-test'), prompt: 'Hello' }),
  )
  const streamed = await fixture.miss((fetch, url) => readStream(openai(fetch, url)('gpt-test')))

  for (const { error, ...miss } of [whole, streamed]) {
    expect(error.name).toBe('AI_APICallError')
    expect(error.message).toMatch(/^WT_RECORDING_NOT_FOUND: no recording answers POST \/v1\//)
    expect(miss).toEqual(ONE_MISS)
  }
})

function openai(fetch: Fetch, url: string): OpenAIProvider {
  return createOpenAI({ apiKey: 'sk-secret', baseURL: `${url}/v1`, fetch })
}

interface StreamRead {
  readonly texts: readonly string[]
  readonly toolCallIds: readonly string[]
  readonly usage: unknown
}

/** A stream as the program reads it; its errors are parts of it, and thrown here. */
async function readStream(model: LanguageModel): Promise<StreamRead> {
  const result = streamText({ model, prompt: 'Hello', onError: () => {} })
  const texts: string[] = []
  const toolCallIds: string[] = []
  for await (const part of result.fullStream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'text-delta') texts.push(part.text)
    if (part.type === 'tool-call') toolCallIds.push(part.toolCallId)
  }
  return { texts, toolCallIds, usage: await result.usage }
}
