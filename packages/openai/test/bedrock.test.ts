import { readRecording, type Tape } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import { chatChunks, chatStream, createIds, json, sse } from '@wiretape/testkit'
import { BedrockOpenAI, OpenAI } from 'openai'
import { bedrock } from 'openai/providers/bedrock'
import { expect, test } from 'vitest'
import { message, response, textEvents } from './resources/responses.test-fixture.ts'
import { ask, collect, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay, files } = fixture

const request = { model: 'openai.gpt-oss-20b-1:0', input: 'Sun?' }

/** What carries a request for an address of Bedrock's to the provider of the test. */
function toProvider(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const { pathname, search } = new URL(input instanceof Request ? input.url : input)
  return fetch(fixture.provider.url + pathname + search, init)
}

/** Responses, whole and streamed, which the SDK repairs for Bedrock. */
async function say({ responses }: OpenAI): Promise<string[]> {
  const whole = await responses.create(request)
  const streamed = await responses.stream(request).finalResponse()
  return [whole.output_text, streamed.output_text]
}

test('BedrockOpenAI keeps its class and its repairs', async () => {
  fixture.provider.script(
    json(response({ output: [message('Sol.')] })),
    sse(textEvents('So', 'l.')),
  )
  const options = { awsRegion: 'us-west-2', apiKey: 'bedrock-key', fetch: toProvider }

  const { recorded, replayed } = await recordAndReplay(
    async (client) => [client instanceof BedrockOpenAI, await say(client)],
    (tape) => withTape(new BedrockOpenAI(options), tape),
  )

  expect(recorded).toEqual([true, ['Sol.', 'Sol.']])
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests.map(({ url }) => url)).toEqual([
    '/openai/v1/responses',
    '/openai/v1/responses',
  ])
})

test('a bearer token is fetched while recording, and by nobody on replay', async () => {
  let tokens = 0
  fixture.provider.script(json(response({ output: [message('Sol.')] })))
  const connect = (tape: Tape): OpenAI =>
    withTape(
      new BedrockOpenAI({
        awsRegion: 'us-west-2',
        bedrockTokenProvider: async () => `token-${(tokens += 1)}`,
        fetch: toProvider,
      }),
      tape,
    )

  const { recorded, replayed } = await recordAndReplay(
    async (client) => (await client.responses.create(request)).output_text,
    connect,
  )

  expect([recorded, replayed]).toEqual(['Sol.', 'Sol.'])
  expect(fixture.provider.requests[0]?.headers).toMatchObject({ authorization: 'Bearer token-1' })
  expect(tokens).toBe(1)
})

test('a client of the SDK’s Bedrock provider keeps it', async () => {
  fixture.provider.script(
    json(response({ output: [message('Sol.')] })),
    sse(textEvents('So', 'l.')),
  )
  const provider = bedrock({ region: 'us-west-2', apiKey: 'bedrock-key' })

  const { recorded, replayed } = await recordAndReplay(say, (tape) =>
    withTape(new OpenAI({ provider, fetch: toProvider }), tape),
  )

  expect(recorded[0]).toBe('Sol.')
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer bedrock-key',
  })
})

test.each([
  ['https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1', '/openai/v1/chat/completions'],
  ['https://bedrock-mantle.us-west-2.api.aws/v1', '/v1/chat/completions'],
])('%s is recorded once, and replayed in another region', async (baseURL, path) => {
  const chunks = chatChunks({ ids: createIds(3), content: ['So', 'l.'] })
  fixture.provider.script(sse(chatStream(chunks)))
  const regions = ['us-west-2', 'eu-central-1']
  const connect = (tape: Tape): OpenAI => {
    const url = baseURL.replace('us-west-2', regions.shift() ?? '')
    return withTape(new OpenAI({ apiKey: 'bedrock-key', baseURL: url, fetch: toProvider }), tape)
  }

  const { recorded, replayed } = await recordAndReplay((client) => collect(ask(client)), connect)

  expect(recorded).toHaveLength(chunks.length)
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests.map(({ url }) => url)).toEqual([path])
  const [file = ''] = await files()
  expect((await readRecording(file)).request.url).toBe(`${new URL(baseURL).origin}${path}`)
})
