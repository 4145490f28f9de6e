import { Anthropic } from '@anthropic-ai/sdk'
import { createMemoryStore, createTape } from '@wiretape/core'
import { createTapeFetch, type Fetch } from '@wiretape/core/fetch'
import { error, json } from '@wiretape/testkit'
import { OpenAI } from 'openai'
import { afterEach, expect, test, vi } from 'vitest'
import { wholeMessage } from './anthropic-events.test-fixture.ts'
import { useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

afterEach(() => vi.restoreAllMocks())

type Ask = (fetch: Fetch, url: string, maxRetries: number) => Promise<string | null | undefined>

async function askOpenAi(fetch: Fetch, url: string, maxRetries: number): ReturnType<Ask> {
  const client = new OpenAI({ apiKey: 'unused', baseURL: `${url}/v1`, fetch, maxRetries })
  const messages = [{ role: 'user' as const, content: 'Name a star.' }]
  const { choices } = await client.chat.completions.create({ model: 'm', messages })
  return choices[0]?.message.content
}

async function askAnthropic(fetch: Fetch, url: string, maxRetries: number): ReturnType<Ask> {
  const client = new Anthropic({ apiKey: 'unused', baseURL: url, fetch, maxRetries })
  const messages = [{ role: 'user' as const, content: 'Name a star.' }]
  const { content } = await client.messages.create({ model: 'm', max_tokens: 9, messages })
  return content[0]?.type === 'text' ? content[0].text : undefined
}

const COMPLETION = json({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Sol.' }, finish_reason: 'stop' }],
})
const MESSAGE = json(wholeMessage('Sol.'))

/** What both SDKs wait before they ask a second time, unless an answer says for how long. */
const BACK_OFF: readonly [least: number, most: number] = [375, 500]

function isWithin(delay: number, [least, most]: typeof BACK_OFF): boolean {
  return delay >= least && delay <= most
}

function delaysOf(timer: { mock: { calls: readonly (readonly unknown[])[] } }): number[] {
  return timer.mock.calls.map(([, delay]) => Number(delay))
}

test.each<[string, number, Record<string, string>, Ask, ReturnType<typeof json>]>([
  ['the OpenAI SDK', 429, {}, askOpenAi, COMPLETION],
  ['the OpenAI SDK', 500, { 'retry-after': '2' }, askOpenAi, COMPLETION],
  ['the Anthropic SDK', 429, {}, askAnthropic, MESSAGE],
  ['the Anthropic SDK', 529, { 'retry-after': '2' }, askAnthropic, MESSAGE],
])(
  '%s does not back off from a recorded %d with headers %j',
  async (...[, status, headers, ask, answer]) => {
    const recordings = createMemoryStore()
    fixture.provider.script(error(status, { message: 'not now' }, { headers }), answer)
    const recording = createTape({ mode: 'record', recordings })
    const { url } = fixture.provider
    await expect(ask(createTapeFetch(recording), url, 0)).rejects.toMatchObject({ status })
    await ask(createTapeFetch(recording), url, 0)
    await recording.close()
    await fixture.provider.close()
    const tape = createTape({ recordings })
    const timer = vi.spyOn(globalThis, 'setTimeout')

    const text = await ask(createTapeFetch(tape), url, 2)

    expect(text).toBe('Sol.')
    expect(delaysOf(timer)).toContain(1)
    expect(delaysOf(timer).filter((delay) => isWithin(delay, BACK_OFF))).toEqual([])
    expect(tape.report().replayed).toHaveLength(2)
    await tape.close()
  },
)
