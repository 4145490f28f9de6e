import { createTape, type Tape } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import {
  type Answer,
  chatChunks,
  chatCompletion,
  type ChatOptions,
  createIds,
  json,
  pause,
  rateLimited,
  type ScriptedProvider,
  sse,
  startScriptedProvider,
} from '@wiretape/testkit'
import { OpenAI } from 'openai'
import { recordBedrock } from './record-bedrock.ts'

const MODEL = 'gpt-4o-mini'

/** The tool that the pages' agent has. */
const WEATHER_TOOL: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    },
  },
}

/** Records every exchange that the pages use, from scripted providers, through the real SDKs. */
export async function recordCorpus(folder: string): Promise<void> {
  const provider = await startScriptedProvider()
  const tape = createTape({ mode: 'record', recordings: folder })
  try {
    await recordSun({ provider, tape })
    await recordPlanets({ provider, tape })
    await recordMoon({ provider, tape })
    await recordWeather({ provider, tape })
    await recordBedrock(tape)
  } finally {
    await tape.close()
    await provider.close()
  }
}

interface Studio {
  readonly provider: ScriptedProvider
  readonly tape: Tape
}

/** One question, streamed and whole. */
async function recordSun({ provider, tape }: Studio): Promise<void> {
  const content = ['The', ' Latin', ' name', ' of', ' the', ' Sun', ' is', ' Sol', '.']
  provider.script(streamed(101, { content }), whole(102, { content }))
  const client = clientFor(provider, tape.scope('sun'))
  const messages = ask('What is the Latin name of the Sun?')

  await readToEnd(await client.chat.completions.create({ model: MODEL, messages, stream: true }))
  await client.chat.completions.create({ model: MODEL, messages })
}

/** One request twice in one scope: two occurrences. */
async function recordPlanets({ provider, tape }: Studio): Promise<void> {
  provider.script(whole(103, { content: ['Mars.'] }), whole(104, { content: ['Neptune.'] }))
  const client = clientFor(provider, tape.scope('planets'))

  for (const _ of [1, 2])
    await client.chat.completions.create({ model: MODEL, messages: ask('Name a planet.') })
}

/** A rate limit, which the SDK answers with a second request. */
async function recordMoon({ provider, tape }: Studio): Promise<void> {
  provider.script(rateLimited({ retryAfterMs: 5 }), whole(105, { content: ['Io.'] }))
  const client = clientFor(provider, tape.scope('moon'))

  await client.chat.completions.create({ model: MODEL, messages: ask('Name a moon of Jupiter.') })
}

/** A tool's call and, with its result, a second turn. */
async function recordWeather({ provider, tape }: Studio): Promise<void> {
  const toolCalls = [{ name: 'get_weather', arguments: { city: 'Rome' } }]
  provider.script(whole(106, { toolCalls }), whole(107, { content: ['Sunny, 21 °C.'] }))
  const client = clientFor(provider, tape.scope('weather'))
  const request = { model: MODEL, tools: [WEATHER_TOOL] }
  const messages = ask('What is the weather in Rome?')

  const first = await client.chat.completions.create({ ...request, messages })
  const message = first.choices[0]?.message
  const call = message?.tool_calls?.[0]
  if (message === undefined || call === undefined) throw new Error('no tool was called')
  const content = '{"celsius":21,"sky":"sunny"}'
  messages.push(message, { role: 'tool', tool_call_id: call.id, content })
  await client.chat.completions.create({ ...request, messages })
}

function clientFor(provider: ScriptedProvider, tape: Tape): OpenAI {
  return withTape(new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1` }), tape)
}

function ask(content: string): OpenAI.ChatCompletionMessageParam[] {
  return [{ role: 'user', content }]
}

async function readToEnd(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) continue
}

/** A stream that takes its time, so that each event is a read of its own. */
function streamed(seed: number, options: ChatOptions): Answer {
  const ids = createIds(seed)
  const chunks = chatChunks({ ids, obfuscation: true, ...options })
  const events = chunks.flatMap((data) => [pause(20), { data }])
  return sse([...events, { data: '[DONE]' }], { headers: answerHeaders(seed) })
}

function whole(seed: number, options: ChatOptions): Answer {
  return json(chatCompletion({ ids: createIds(seed), ...options }), {
    headers: answerHeaders(seed),
  })
}

/** What OpenAI sends with an answer, and a recording keeps or drops. */
function answerHeaders(seed: number): Record<string, string> {
  return {
    'x-request-id': createIds(seed + 1000).request(),
    'openai-organization': 'org-testkit',
    'openai-processing-ms': '312',
    'openai-version': '2020-10-01',
    'x-ratelimit-remaining-requests': '9999',
  }
}
