import {
  BedrockRuntime,
  BedrockRuntimeClient,
  ConverseCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { withTape } from '@wiretape/bedrock'
import { bedrockJson, converseAnswer, createIds } from '@wiretape/testkit'
import { expect, test, vi } from 'vitest'
import { failureOf, http2Handler, question, SECRETS, useBedrockFixture } from './bedrock-fixture.ts'
import { signatureProblem } from './signature.ts'

const fixture = useBedrockFixture()
const { tapeFor, bareClient, clientFor } = fixture

const answer = bedrockJson(converseAnswer({ ids: createIds(1) }))

test('the client that was given stays as it was', async () => {
  fixture.bedrock.script(answer, answer)
  const client = bareClient()
  const { requestHandler, retryStrategy, region, credentials, useFipsEndpoint } = client.config
  const before = { requestHandler, retryStrategy, region, credentials, useFipsEndpoint }
  const middleware = client.middlewareStack.identify()
  const tape = tapeFor('record')
  const taped = withTape(client, tape)
  await taped.send(new ConverseCommand(question))
  await client.send(new ConverseCommand(question))
  await tape.close()

  for (const [name, value] of Object.entries(before))
    expect(client.config[name as keyof typeof before]).toBe(value)
  expect(client.middlewareStack.identify()).toEqual(middleware)
  expect(tape.report().recorded).toHaveLength(1)
  expect(fixture.bedrock.requests).toHaveLength(2)
})

test('class, configuration and middleware are kept, and methods of the aggregated client work', async () => {
  fixture.bedrock.script(answer)
  const client = new BedrockRuntime({
    region: 'us-west-2',
    endpoint: fixture.bedrock.url,
    credentials: SECRETS,
    requestHandler: http2Handler(fixture.bedrock),
    cacheMiddleware: true,
  })
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, { 'x-own': 'yes' })
      return next(args)
    },
    { step: 'build', name: 'own' },
  )
  const tape = tapeFor('record')
  const taped = withTape(client, tape)
  const { output } = await taped.converse(question)
  await tape.close()
  client.destroy()

  expect(taped).toBeInstanceOf(BedrockRuntime)
  expect(await taped.config.region()).toBe('us-west-2')
  expect(fixture.bedrock.requests[0]?.headers['x-own']).toBe('yes')
  expect(output?.message?.content).toEqual([{ text: 'Sol.' }])
})

test('replay needs no credentials, no region and no endpoint', async () => {
  fixture.bedrock.script(answer)
  const recording = tapeFor('record')
  const recorded = await clientFor(recording).send(new ConverseCommand(question))
  await recording.close()
  await fixture.bedrock.close()

  const tape = tapeFor('replay')
  const client = withTape(new BedrockRuntimeClient(), tape)
  const replayed = await client.send(new ConverseCommand(question))
  await tape.close()

  expect(replayed.output).toEqual(recorded.output)
})

test('recording without credentials is the error of the SDK', async () => {
  const tape = tapeFor('record')
  const client = withTape(
    new BedrockRuntimeClient({
      region: 'us-west-2',
      requestHandler: http2Handler(fixture.bedrock),
    }),
    tape,
  )

  const error = await failureOf(client.send(new ConverseCommand(question)))
  await tape.close()
  expect(error.name).toBe('CredentialsProviderError')
})

test('the header x-wiretape-test-id names the scope, and is neither signed nor sent', async () => {
  fixture.bedrock.script(answer)
  const tape = tapeFor('record')
  const client = bareClient()
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, {
        'x-wiretape-test-id': 'a test',
      })
      return next(args)
    },
    { step: 'build', name: 'testId' },
  )
  await withTape(client, tape).send(new ConverseCommand(question))
  await tape.close()

  const [request] = fixture.bedrock.requests
  expect(request?.headers).not.toHaveProperty('x-wiretape-test-id')
  expect(String(request?.headers['authorization'])).not.toContain('wiretape')
  expect(request === undefined ? 'none' : signatureProblem(request, SECRETS.secretAccessKey)).toBe(
    undefined,
  )
  expect(tape.report().recorded[0]?.testId).toBe('a test')
})

test('a scope of a tape counts for itself', async () => {
  fixture.bedrock.script(answer)
  const tape = tapeFor('record-if-missing')
  const send = (scope: string): Promise<unknown> =>
    clientFor(tape.scope(scope)).send(new ConverseCommand(question))
  await send('first')
  await send('second')
  await tape.close()

  expect(fixture.bedrock.requests).toHaveLength(1)
})

test('live touches nothing', async () => {
  fixture.bedrock.script(answer)
  const tape = tapeFor('live')
  const { $metadata, metrics } = await clientFor(tape).send(new ConverseCommand(question))
  await tape.close()

  expect($metadata.requestId).toMatch(/^[0-9a-f]{8}-/)
  expect(metrics?.latencyMs).toBe(321)
  expect(await fixture.files()).toEqual([])
})

test('destroying the client destroys the handler that it was made with', () => {
  const requestHandler = http2Handler(fixture.bedrock)
  const destroy = vi.spyOn(requestHandler, 'destroy')
  withTape(bareClient({ requestHandler }), tapeFor('live')).destroy()

  expect(destroy).toHaveBeenCalledTimes(1)
})
