import { Anthropic, NotFoundError } from '@anthropic-ai/sdk'
import type { Fetch } from '@wiretape/core/fetch'
import { error, json, sse } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { messageEvents, wholeMessage } from './anthropic-events.test-fixture.ts'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

test('Anthropic’s stream is replayed, event for event', async () => {
  fixture.provider.script(sse(messageEvents(['So', 'l.'])))

  const { recorded, replayed, recordings, text } = await fixture.recordAndReplay(readStream)

  expect(recorded.deltas).toEqual(['So', 'l.'])
  expect(recorded.message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 4 } })
  expect(replayed).toEqual(recorded)
  expect(recordings[0]?.response.wire).toMatchObject({ framing: 'sse', ending: 'complete' })
  expect(text).not.toContain('sk-ant-secret')
})

test('its whole answer is replayed, and an overloaded provider is asked again', async () => {
  const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  fixture.provider.script(
    error(529, overloaded, { headers: { 'retry-after-ms': '5' } }),
    json(wholeMessage('Sol.'), { headers: { 'request-id': 'req_011CQ' } }),
  )

  const { recorded, replayed, report } = await fixture.recordAndReplay(ask)

  expect(recorded.content).toEqual([{ type: 'text', text: 'Sol.' }])
  expect(recorded._request_id).toMatch(/^req_rec[0-9a-f]{12}-?2?$/)
  expect(replayed).toEqual(recorded)
  expect(replayed._request_id).toBe(recorded._request_id)
  expect(report.replayed).toHaveLength(2)
})

test('a miss is one error without retries, in a whole answer and in a stream', async () => {
  for (const use of [ask, readStream]) {
    const { error: thrown, ...miss } = await fixture.miss(use)

    expect(thrown).toBeInstanceOf(NotFoundError)
    expect(thrown.message).toMatch(
      /^404 WT_RECORDING_NOT_FOUND: no recording answers POST \/v1\/messages \(claude-test\)/,
    )
    expect(miss).toEqual(ONE_MISS)
  }
})

const request: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-test',
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Hello' }],
}

function anthropic(fetch: Fetch, url: string): Anthropic {
  return new Anthropic({ apiKey: 'sk-ant-secret', baseURL: url, fetch })
}

async function ask(
  fetch: Fetch,
  url: string,
): Promise<Anthropic.Message & { _request_id?: string | null }> {
  return anthropic(fetch, url).messages.create(request)
}

async function readStream(
  fetch: Fetch,
  url: string,
): Promise<{ deltas: string[]; message: Anthropic.Message }> {
  const stream = anthropic(fetch, url).messages.stream(request)
  const deltas: string[] = []
  stream.on('text', (delta) => deltas.push(delta))
  return { message: await stream.finalMessage(), deltas }
}
