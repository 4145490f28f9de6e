import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
import type { Fetch } from '@wiretape/core/fetch'
import { bedrockEvent, bedrockJson, eventStream } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { messagePayloads, wholeMessage } from './anthropic-events.test-fixture.ts'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

const MODEL = 'anthropic.claude-3-haiku-20240307-v1:0'

test('Anthropic’s stream on Bedrock, an event stream around its events, is replayed', async () => {
  const frames = messagePayloads(['So', 'l.']).map((payload, index) => {
    const bytes = Buffer.from(JSON.stringify(payload)).toString('base64')
    return bedrockEvent('chunk', { bytes, p: 'abcdefghij'.slice(0, index) })
  })
  fixture.provider.script(eventStream(frames))

  const { recorded, replayed, recordings, text } = await fixture.recordAndReplay(readStream)

  expect(recorded.map(({ type }) => type)).toContain('message_stop')
  expect(replayed).toEqual(recorded)
  expect(recordings[0]?.response.wire).toMatchObject({ framing: 'eventstream', ending: 'complete' })
  expect(text).toContain('"text":"So"')
  for (const secret of ['AKIDEXAMPLE', 'AWS4-HMAC']) expect(text).not.toContain(secret)
})

test('its whole answer is replayed', async () => {
  fixture.provider.script(bedrockJson(wholeMessage('Sol.')))

  const { recorded, replayed } = await fixture.recordAndReplay(ask)

  expect(recorded).toMatchObject({ content: [{ type: 'text', text: 'Sol.' }] })
  expect(replayed).toEqual(recorded)
})

test('a miss is one error without retries, in a whole answer and in a stream', async () => {
  for (const use of [ask, readStream]) {
    const { error, ...miss } = await fixture.miss(use)

    expect(error).toMatchObject({ status: 404 })
    expect(error.message).toMatch(/WT_RECORDING_NOT_FOUND: no recording answers POST \/model\//)
    expect(miss).toEqual(ONE_MISS)
  }
})

const request = {
  model: MODEL,
  max_tokens: 64,
  messages: [{ role: 'user' as const, content: 'Hello' }],
}

function bedrock(fetch: Fetch, url: string): AnthropicBedrock {
  return new AnthropicBedrock({
    awsRegion: 'eu-central-1',
    awsAccessKey: 'AKIDEXAMPLE',
    awsSecretKey: 'secret',
    baseURL: url,
    fetch,
  })
}

async function ask(fetch: Fetch, url: string): Promise<unknown> {
  return bedrock(fetch, url).messages.create(request)
}

async function readStream(fetch: Fetch, url: string): Promise<{ type: string }[]> {
  const events: { type: string }[] = []
  const stream = await bedrock(fetch, url).messages.create({ ...request, stream: true })
  for await (const event of stream) events.push(event)
  return events
}
