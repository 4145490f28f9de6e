import { Socket } from 'node:net'
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { createTapeHandler, replayCredentials, withTape } from '@wiretape/bedrock'
import { bedrockJson, converseAnswer, createIds } from '@wiretape/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { http2Handler, question, useBedrockFixture } from './bedrock-fixture.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor, written } = fixture

type AwsCredentials = typeof replayCredentials.credentials

const TOKEN = 'bedrock-api-key-TESTONLYTESTONLYTESTONLY'

const answer = bedrockJson(converseAnswer({ ids: createIds(1) }))

afterEach(() => {
  vi.restoreAllMocks()
})

/** Asks with a client that is configured by its environment alone. */
async function ask(
  mode: 'record' | 'replay',
  config: BedrockRuntimeClientConfig = {},
): Promise<unknown> {
  const tape = tapeFor(mode)
  const client = withTape(new BedrockRuntimeClient(config), tape)
  const { output } = await client.send(new ConverseCommand(question))
  client.destroy()
  await tape.close()
  return output
}

function connection(): BedrockRuntimeClientConfig {
  return { endpoint: fixture.bedrock.url, requestHandler: http2Handler(fixture.bedrock) }
}

test('a bearer token from the environment is sent, and written nowhere', async () => {
  fixture.bedrock.script(answer)
  vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', TOKEN)
  vi.stubEnv('AWS_REGION', 'us-west-2')
  const recorded = await ask('record', connection())
  vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', undefined)
  vi.stubEnv('AWS_REGION', undefined)

  const replayed = await ask('replay')

  expect(fixture.bedrock.requests[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`)
  expect(replayed).toEqual(recorded)
  expect(await written()).not.toMatch(/bearer|bedrock-api-key/i)
})

test('a token provider is asked for each request that is sent, and for none that is replayed', async () => {
  fixture.bedrock.script(answer)
  const token = vi.fn<() => Promise<{ token: string; expiration: Date }>>(async () => ({
    token: TOKEN,
    expiration: new Date(0),
  }))
  const config = { region: 'us-west-2', token, authSchemePreference: ['httpBearerAuth'] }
  const recorded = await ask('record', { ...connection(), ...config })
  const asked = token.mock.calls.length

  const replayed = await ask('replay', config)

  expect(asked).toBeGreaterThan(0)
  expect(token).toHaveBeenCalledTimes(asked)
  expect(replayed).toEqual(recorded)
})

test('replay looks nowhere for credentials or a region: no socket is opened, to no metadata service', async () => {
  fixture.bedrock.script(answer)
  const recording = tapeFor('record')
  const { output } = await clientFor(recording).send(new ConverseCommand(question))
  await recording.close()
  await fixture.bedrock.close()
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', undefined)
  const connect = vi.spyOn(Socket.prototype, 'connect').mockImplementation(() => {
    throw new Error('a socket was opened')
  })

  const replayed = await ask('replay')
  const tape = tapeFor('replay')
  const requestHandler = createTapeHandler(tape)
  const bare = new BedrockRuntimeClient({ ...replayCredentials, requestHandler })
  const byHandler = await bare.send(new ConverseCommand(question))
  await tape.close()

  expect([replayed, byHandler.output]).toEqual([output, output])
  expect(connect).not.toHaveBeenCalled()
  expect(process.env).not.toHaveProperty('AWS_REGION')
})

test('a region that is configured is the client’s on replay too', async () => {
  const tape = tapeFor('replay')
  const regionOf = (config: BedrockRuntimeClientConfig): Promise<string> =>
    withTape(new BedrockRuntimeClient(config), tape).config.region()
  const without = await regionOf({})
  const byOption = await regionOf({ region: 'eu-west-1' })
  vi.stubEnv('AWS_REGION', 'eu-west-3')
  const byEnvironment = await regionOf({})
  await tape.close()

  expect([without, byOption, byEnvironment]).toEqual(['us-east-1', 'eu-west-1', 'eu-west-3'])
  expect(process.env['AWS_REGION']).toBe('eu-west-3')
})

test('what the provider of credentials says is asked for where a request is sent, and nowhere else', async () => {
  fixture.bedrock.script(answer)
  const credentials = vi.fn<() => Promise<AwsCredentials>>(
    async () => replayCredentials.credentials,
  )
  const recorded = await ask('record', { ...connection(), region: 'us-west-2', credentials })
  expect(credentials).toHaveBeenCalledTimes(1)

  const replayed = await ask('replay', { region: 'us-west-2', credentials })

  expect(replayed).toEqual(recorded)
  expect(credentials).toHaveBeenCalledTimes(1)
})
