import { HTTPClient, Mistral } from '@mistralai/mistralai'
import type { Fetch } from '@wiretape/core/fetch'
import { json, rateLimited, sse } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

const common = {
  id: 'cmpl-e5cc70bb28c444948073e77776eb30ef',
  created: 1_764_500_000,
  model: 'mistral-test',
}
const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 }

test('Mistral’s stream, asked for by a Request, is replayed', async () => {
  const chunks = ['So', 'l.'].map((content, index) => ({
    ...common,
    object: 'chat.completion.chunk',
    choices: [
      {
        index: 0,
        delta: { role: 'assistant', content },
        finish_reason: index === 1 ? 'stop' : null,
      },
    ],
    ...(index === 1 ? { usage } : {}),
  }))
  fixture.provider.script(sse([...chunks.map((data) => ({ data })), { data: '[DONE]' }]))

  const { recorded, replayed, recordings, text } = await fixture.recordAndReplay(readStream)

  expect(recorded).toMatchObject([
    { data: { choices: [{ delta: { content: 'So' } }] } },
    { data: { choices: [{ delta: { content: 'l.' } }], usage: { totalTokens: 8 } } },
  ])
  expect(replayed).toEqual(recorded)
  expect(recordings[0]?.response.wire).toMatchObject({ framing: 'sse', ending: 'complete' })
  expect(text).not.toContain('mistral-secret')
})

test('its whole answer is replayed, and a limited request is made again', async () => {
  const message = { role: 'assistant', content: 'Sol.', tool_calls: null }
  fixture.provider.script(
    rateLimited(),
    json({
      ...common,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
    }),
  )

  const { recorded, replayed, report } = await fixture.recordAndReplay(ask)

  expect(recorded).toMatchObject({ choices: [{ message: { content: 'Sol.' } }] })
  expect(replayed).toEqual(recorded)
  expect(report.replayed).toHaveLength(2)
})

test('a miss is one error without retries, in a whole answer and in a stream', async () => {
  for (const use of [ask, readStream]) {
    const { error, ...miss } = await fixture.miss(use)

    expect(error).toMatchObject({ statusCode: 404 })
    expect(error.message).toMatch(
      /WT_RECORDING_NOT_FOUND: no recording answers POST \/v1\/chat\/completions \(mistral-test\)/,
    )
    expect(miss).toEqual(ONE_MISS)
  }
})

const request = { model: 'mistral-test', messages: [{ role: 'user' as const, content: 'Hello' }] }

function mistral(fetch: Fetch, serverURL: string): Mistral {
  return new Mistral({
    apiKey: 'mistral-secret',
    serverURL,
    httpClient: new HTTPClient({ fetcher: fetch }),
    retryConfig: {
      strategy: 'backoff',
      backoff: { initialInterval: 5, maxInterval: 50, exponent: 1.5, maxElapsedTime: 5000 },
    },
  })
}

async function ask(fetch: Fetch, url: string): Promise<unknown> {
  return mistral(fetch, url).chat.complete(request)
}

async function readStream(fetch: Fetch, url: string): Promise<unknown[]> {
  const events: unknown[] = []
  for await (const event of await mistral(fetch, url).chat.stream(request)) events.push(event)
  return events
}
