import type { Fetch } from '@wiretape/core/fetch'
import { json, rateLimited, sse } from '@wiretape/testkit'
import { Groq, NotFoundError } from 'groq-sdk'
import { expect, test } from 'vitest'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

const common = {
  id: 'chatcmpl-8b2e7e2a-6c1b-4f0d-9a4a-3f1d0f0a2b1c',
  created: 1_764_500_000,
  model: 'llama-test',
  system_fingerprint: 'fp_510c177af0',
}
const usage = {
  queue_time: 0.018_393,
  prompt_tokens: 36,
  prompt_time: 0.000_44,
  completion_tokens: 2,
  completion_time: 0.004_4,
  total_tokens: 38,
  total_time: 0.004_84,
}

test('Groq’s stream is replayed, its own fields among the chunks', async () => {
  const x = { id: 'req_01jbd6g2qdfw2adyrt2az8hz4w' }
  const chunks = [
    { delta: { role: 'assistant', content: 'So' }, finish_reason: null, x_groq: x },
    { delta: { content: 'l.' }, finish_reason: null },
    { delta: {}, finish_reason: 'stop', x_groq: { ...x, usage } },
  ].map(({ x_groq, ...choice }) => ({
    ...common,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, logprobs: null, ...choice }],
    ...(x_groq === undefined ? {} : { x_groq }),
  }))
  fixture.provider.script(sse([...chunks.map((data) => ({ data })), { data: '[DONE]' }]))

  const { recorded, replayed, text } = await fixture.recordAndReplay(readStream)

  expect(recorded.map(({ choices }) => choices[0]?.delta.content)).toEqual(['So', 'l.', undefined])
  expect(replayed).toEqual(recorded)
  expect(text).not.toContain('gsk_secret')
})

test('its whole answer is replayed, and a limited request is made again', async () => {
  const message = { role: 'assistant', content: 'Sol.' }
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }]
  fixture.provider.script(
    rateLimited(),
    json({ ...common, object: 'chat.completion', choices, usage }),
  )

  const { recorded, replayed, report } = await fixture.recordAndReplay(ask)

  expect(recorded).toMatchObject({ choices: [{ message: { content: 'Sol.' } }] })
  expect(replayed).toEqual(recorded)
  expect(report.replayed).toHaveLength(2)
})

test('a miss is one error without retries, in a whole answer and in a stream', async () => {
  for (const use of [ask, readStream]) {
    const { error, ...miss } = await fixture.miss(use)

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error.message).toMatch(
      /^404 WT_RECORDING_NOT_FOUND: no recording answers POST \/(openai\/)?v1\/chat\/completions \(llama-test\)/,
    )
    expect(miss).toEqual(ONE_MISS)
  }
})

const request = { model: 'llama-test', messages: [{ role: 'user' as const, content: 'Hello' }] }

function groq(fetch: Fetch, baseURL: string): Groq {
  return new Groq({ apiKey: 'gsk_secret', baseURL, fetch })
}

async function ask(fetch: Fetch, url: string): Promise<unknown> {
  return groq(fetch, url).chat.completions.create(request)
}

async function readStream(
  fetch: Fetch,
  url: string,
): Promise<Groq.Chat.Completions.ChatCompletionChunk[]> {
  const chunks = []
  const stream = await groq(fetch, url).chat.completions.create({ ...request, stream: true })
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}
