import { createOpenAI } from '@ai-sdk/openai'
import type { Fetch } from '@wiretape/core/fetch'
import { chatChunks, chatStream, createIds, sse } from '@wiretape/testkit'
import { jsonSchema, stepCountIs, streamText, tool } from 'ai'
import { OpenAI } from 'openai'
import { beforeEach, expect, test } from 'vitest'
import { useThirdParty } from './third-party.test-fixture.ts'

const fixture = useThirdParty()

const MODEL = 'gpt-test'
const QUESTION = 'How is the weather in Rome?'
const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
} as const
const RESULT = { celsius: 21 }

const TOOL: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: { name: 'weather', description: 'The weather in a city.', parameters: PARAMETERS },
}

/** What the AI SDK asks for with every stream, and other programs only if they want it. */
const AI_SDK_DEFAULTS = { stream_options: { include_usage: true }, tool_choice: 'auto' } as const

interface Conversation {
  readonly toolCallId: string
  readonly input: unknown
  readonly text: string
}

beforeEach(() => {
  const toolCalls = [{ name: 'weather', arguments: '{"city":"Rome"}' }]
  fixture.provider.script(
    sse(chatStream(chatChunks({ ids: createIds(1), content: [], toolCalls, usage: true }))),
    sse(chatStream(chatChunks({ ids: createIds(2), content: ['21 ', 'degrees.'], usage: true }))),
  )
})

test('a conversation that the OpenAI SDK recorded is replayed to the AI SDK and to a bare fetch', async () => {
  const { recorded, replayed } = await fixture.recordAndReplay((fetch, url) =>
    talkByOpenai(fetch, url, AI_SDK_DEFAULTS),
  )
  const byAiSdk = await fixture.replay(talkByAiSdk)
  const byFetch = await fixture.replay((fetch, url) => talkByFetch(fetch, url, AI_SDK_DEFAULTS))

  expect(recorded).toEqual({
    toolCallId: expect.stringMatching(/^call_rec[0-9a-f]{12}_0$/),
    input: { city: 'Rome' },
    text: '21 degrees.',
  })
  expect(replayed).toEqual(recorded)
  expect(byAiSdk).toEqual(recorded)
  expect(byFetch).toEqual(recorded)
  expect(fixture.provider.requests).toHaveLength(2)
})

test('where the AI SDK asks for more than the program that recorded, the miss names it', async () => {
  await fixture.recordAndReplay((fetch, url) => talkByOpenai(fetch, url, {}))
  const byFetch = await fixture.replay((fetch, url) => talkByFetch(fetch, url, {}))

  const { error } = await fixture.miss(talkByAiSdk)

  expect(byFetch.text).toBe('21 degrees.')
  expect(error.message.replaceAll(/^ {2}(looked in|nearest): .*$/gm, '  $1: …')).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-test)',
      '  looked in: …',
      '  nearest: …',
      '  differs at body.tool_choice',
      '    recorded: (absent)',
      '    asked:    "auto"',
      '  differs at body.stream_options',
      '    recorded: (absent)',
      '    asked:    {"include_usage":true}',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
})

/** As a program of the OpenAI SDK does it: the SDK puts the stream together, the program calls the tool. */
async function talkByOpenai(
  fetch: Fetch,
  url: string,
  defaults: Partial<typeof AI_SDK_DEFAULTS>,
): Promise<Conversation> {
  const client = new OpenAI({ apiKey: 'sk-secret', baseURL: `${url}/v1`, fetch })
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: QUESTION }]
  const ask = async (): Promise<OpenAI.ChatCompletionMessage> =>
    client.chat.completions
      .stream({ model: MODEL, messages, tools: [TOOL], ...defaults })
      .finalMessage()

  const { tool_calls: [call] = [], content } = await ask()
  if (call?.type !== 'function') throw new Error('no tool was called')
  messages.push(
    { role: 'assistant', content, tool_calls: [callOf(call.id, call.function.arguments)] },
    { role: 'tool', tool_call_id: call.id, content: JSON.stringify(RESULT) },
  )
  const { content: text } = await ask()
  return { toolCallId: call.id, input: JSON.parse(call.function.arguments), text: text ?? '' }
}

/** As the AI SDK does it: one call runs both turns and the tool between them. */
async function talkByAiSdk(fetch: Fetch, url: string): Promise<Conversation> {
  const openai = createOpenAI({ apiKey: 'sk-secret', baseURL: `${url}/v1`, fetch })
  const weather = tool({
    description: 'The weather in a city.',
    inputSchema: jsonSchema<{ city: string }>({ ...PARAMETERS, required: ['city'] }),
    execute: () => RESULT,
  })
  const result = streamText({
    model: openai.chat(MODEL),
    prompt: QUESTION,
    tools: { weather },
    stopWhen: stepCountIs(2),
    onError: () => {},
  })
  const conversation = { toolCallId: '', input: undefined as unknown, text: '' }
  for await (const part of result.fullStream) {
    if (part.type === 'error') throw part.error
    if (part.type === 'text-delta') conversation.text += part.text
    if (part.type === 'tool-call') {
      conversation.toolCallId = part.toolCallId
      conversation.input = part.input
    }
  }
  return conversation
}

/** As a program without any SDK does it. */
async function talkByFetch(
  fetch: Fetch,
  url: string,
  defaults: Partial<typeof AI_SDK_DEFAULTS>,
): Promise<Conversation> {
  const question = { role: 'user', content: QUESTION }
  const ask = async (messages: readonly unknown[]): Promise<OpenAI.ChatCompletionChunk[]> => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-secret' },
      body: JSON.stringify({ model: MODEL, messages, tools: [TOOL], stream: true, ...defaults }),
    })
    const lines = (await response.text()).match(/^data: \{.*$/gm) ?? []
    return lines.map((line) => JSON.parse(line.slice(6)) as OpenAI.ChatCompletionChunk)
  }

  const calls = (await ask([question])).flatMap(
    ({ choices }) => choices[0]?.delta.tool_calls?.[0] ?? [],
  )
  const toolCallId = calls[0]?.id ?? ''
  const input = calls.map((call) => call.function?.arguments ?? '').join('')
  const answer = await ask([
    question,
    { role: 'assistant', content: null, tool_calls: [callOf(toolCallId, input)] },
    { role: 'tool', tool_call_id: toolCallId, content: JSON.stringify(RESULT) },
  ])
  const text = answer.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
  return { toolCallId, input: JSON.parse(input), text }
}

function callOf(id: string, input: string): OpenAI.ChatCompletionMessageFunctionToolCall {
  return { id, type: 'function', function: { name: 'weather', arguments: input } }
}
