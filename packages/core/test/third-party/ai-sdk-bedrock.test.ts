import { type AmazonBedrockProvider, createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import type { Fetch } from '@wiretape/core/fetch'
import {
  bedrockJson,
  converseAnswer,
  converseEvents,
  createIds,
  error,
  eventStream,
} from '@wiretape/testkit'
import { generateText, streamText } from 'ai'
import { expect, test } from 'vitest'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

const MODEL = 'amazon.nova-lite-v1:0'

test('the AI SDK’s Bedrock stream, an event stream signed by the client, is replayed', async () => {
  const tool = { name: 'weather', input: ['{"city":', '"Rome"}'] }
  fixture.provider.script(
    eventStream(converseEvents({ ids: createIds(1), text: ['So', 'l.'], tool })),
  )

  const { recorded, replayed, recordings, text } = await fixture.recordAndReplay(readStream)

  expect(recorded).toMatchObject({ texts: ['So', 'l.'], finishReason: 'tool-calls' })
  expect(recorded.toolCallIds).toEqual([expect.stringMatching(/^tooluse_rec[0-9a-f]{12}_0$/)])
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[0]?.headers.authorization).toContain('AWS4-HMAC-SHA256')
  expect(recordings[0]?.response.wire).toMatchObject({ framing: 'eventstream' })
  for (const secret of ['AKIDEXAMPLE', 'session-token', 'AWS4-HMAC'])
    expect(text).not.toContain(secret)
})

test('its whole answer is replayed, and a throttled request is made again', async () => {
  fixture.provider.script(
    error(429, { message: 'Too many requests' }, { headers: { 'retry-after-ms': '5' } }),
    bedrockJson(converseAnswer({ ids: createIds(2) })),
  )

  const { recorded, replayed, report } = await fixture.recordAndReplay(ask)

  expect(recorded.text).toBe('Sol.')
  expect(replayed).toEqual(recorded)
  expect(report.replayed).toHaveLength(2)
})

test('a miss is one error without retries, in a whole answer and in a stream', async () => {
  for (const use of [ask, readStream]) {
    const { error: thrown, ...miss } = await fixture.miss(use)

    expect(thrown.name).toBe('AI_APICallError')
    expect(thrown.message).toMatch(/^WT_RECORDING_NOT_FOUND: no recording answers POST \/model\//)
    expect(miss).toEqual(ONE_MISS)
  }
})

function bedrock(fetch: Fetch, url: string): AmazonBedrockProvider {
  return createAmazonBedrock({
    region: 'eu-central-1',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'session-token',
    baseURL: url,
    fetch,
  })
}

async function ask(fetch: Fetch, url: string): Promise<{ text: string; usage: unknown }> {
  const model = bedrock(fetch, url)(MODEL)
  const { text, usage } = await generateText({ model, prompt: 'What is the Sun in Latin?' })
  return { text, usage }
}

interface StreamRead {
  readonly texts: readonly string[]
  readonly toolCallIds: readonly string[]
  readonly finishReason: string
  readonly usage: unknown
}

async function readStream(fetch: Fetch, url: string): Promise<StreamRead> {
  const model = bedrock(fetch, url)(MODEL)
  const result = streamText({ model, prompt: 'Hello', onError: () => {} })
  const texts: string[] = []
  const toolCallIds: string[] = []
  for await (const part of result.fullStream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'text-delta') texts.push(part.text)
    if (part.type === 'tool-call') toolCallIds.push(part.toolCallId)
  }
  return { texts, toolCallIds, finishReason: await result.finishReason, usage: await result.usage }
}
