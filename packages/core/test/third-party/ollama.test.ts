import type { Fetch } from '@wiretape/core/fetch'
import { json, stream } from '@wiretape/testkit'
import { Ollama } from 'ollama'
import { expect, test } from 'vitest'
import { ONE_MISS, useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

const answer = { model: 'llama3.2', created_at: '2026-11-30T08:52:10.102938Z' }
const end = {
  done: true,
  done_reason: 'stop',
  total_duration: 412_039_125,
  load_duration: 23_103_333,
  prompt_eval_count: 26,
  prompt_eval_duration: 130_079_000,
  eval_count: 3,
  eval_duration: 259_166_000,
}

test('Ollama’s stream of lines is replayed, line for line', async () => {
  const lines = [
    ...['So', 'l.'].map((content) => ({
      ...answer,
      message: { role: 'assistant', content },
      done: false,
    })),
    { ...answer, message: { role: 'assistant', content: '' }, ...end },
  ]
  const headers = { 'content-type': 'application/x-ndjson' }
  fixture.provider.script(
    stream(
      lines.map((line) => `${JSON.stringify(line)}\n`),
      { headers },
    ),
  )

  const { recorded, replayed, recordings } = await fixture.recordAndReplay(readStream)

  expect(recorded.map(({ message }) => message.content)).toEqual(['So', 'l.', ''])
  expect(replayed).toEqual(recorded)
  expect(recordings[0]?.response.wire).toMatchObject({ framing: 'ndjson', ending: 'complete' })
})

test('its whole answer is replayed', async () => {
  fixture.provider.script(
    json({ ...answer, message: { role: 'assistant', content: 'Sol.' }, ...end }),
  )

  const { recorded, replayed } = await fixture.recordAndReplay(ask)

  expect(recorded).toMatchObject({ message: { content: 'Sol.' } })
  expect(replayed).toEqual(recorded)
})

test('a miss is one error, in a whole answer and in a stream', async () => {
  for (const use of [ask, readStream]) {
    const { error, ...miss } = await fixture.miss(use)

    expect(error.name).toBe('ResponseError')
    expect(error.message).toMatch(
      /^WT_RECORDING_NOT_FOUND: no recording answers POST \/api\/chat \(llama3\.2\)\n/,
    )
    expect(miss).toEqual(ONE_MISS)
  }
})

const request = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hello' }] }

async function ask(fetch: Fetch, host: string): Promise<unknown> {
  return new Ollama({ host, fetch }).chat(request)
}

async function readStream(fetch: Fetch, host: string): Promise<{ message: { content: string } }[]> {
  const parts = []
  for await (const part of await new Ollama({ host, fetch }).chat({ ...request, stream: true }))
    parts.push(part)
  return parts
}
