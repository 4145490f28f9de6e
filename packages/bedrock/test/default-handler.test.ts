import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  ModelStreamErrorException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttp2Handler } from '@smithy/node-http-handler'
import { withTape } from '@wiretape/bedrock'
import {
  bedrockError,
  bedrockException,
  converseEvents,
  createIds,
  eventStream,
} from '@wiretape/testkit'
import { expect, test } from 'vitest'
import {
  collect,
  converse,
  failureOf,
  question,
  SECRETS,
  useBedrockFixture,
} from './bedrock-fixture.ts'

const fixture = useBedrockFixture()

/** The client with the handler that it makes itself, which only has to trust this server besides. */
function defaultClient(): BedrockRuntimeClient {
  const { url: endpoint, certificate: ca } = fixture.bedrock
  const client = new BedrockRuntimeClient({ region: 'us-west-2', endpoint, credentials: SECRETS })
  const handler = client.config.requestHandler as NodeHttp2Handler
  expect(handler).toBeInstanceOf(NodeHttp2Handler)
  handler.updateHttpClientConfig('nodeHttp2ConnectOptions', { ca })
  return client
}

interface Session {
  readonly events: unknown[]
  readonly metadata: unknown
  readonly refusal: Error
  readonly breakdown: Error
}

/** A stream, a request that is refused, and a stream that breaks down. */
async function runSession(mode: 'record' | 'replay'): Promise<Session> {
  const tape = fixture.tapeFor(mode)
  const client = withTape(defaultClient(), tape)
  const { stream, $metadata } = await client.send(new ConverseStreamCommand(question))
  const events = await collect(stream)
  const refused = { ...question, inferenceConfig: { maxTokens: -1 } }
  const refusal = await failureOf(client.send(new ConverseCommand(refused)))
  const broken = { ...question, inferenceConfig: { maxTokens: 1 } }
  const breakdown = await failureOf(converse(client, broken))
  client.destroy()
  await tape.close()
  return { events, metadata: $metadata, refusal, breakdown }
}

test('the client with its default handler, against HTTP/2 with TLS: recorded, then replayed with the server down, events deeply equal, exceptions of the same class, $metadata filled', async () => {
  const tool = { name: 'weather', input: ['{"city":', '"Rome"}'] }
  const events = converseEvents({ ids: createIds(1), text: ['Sōl', ' ☀️'], tool })
  fixture.bedrock.script(
    eventStream(events),
    bedrockError(400, 'ValidationException', 'maxTokens is negative'),
    eventStream([
      ...converseEvents({ ids: createIds(2) }).slice(0, 2),
      bedrockException('modelStreamErrorException', 'The model broke down'),
    ]),
  )

  const recorded = await runSession('record')
  await fixture.bedrock.close()
  const replayed = await runSession('replay')

  expect(fixture.bedrock.requests).toHaveLength(3)
  expect(recorded.events).toHaveLength(10)
  expect(replayed.events).toEqual(recorded.events)
  const metadata = {
    httpStatusCode: 200,
    requestId: expect.stringMatching(/^req_rec[0-9a-f]{12}$/) as string,
    attempts: 1,
    totalRetryDelay: 0,
  }
  expect(recorded.metadata).toEqual(metadata)
  expect(replayed.metadata).toEqual(recorded.metadata)
  for (const { refusal, breakdown } of [recorded, replayed]) {
    expect(refusal).toBeInstanceOf(ValidationException)
    expect(refusal).toMatchObject({
      name: 'ValidationException',
      message: 'maxTokens is negative',
      $fault: 'client',
      $metadata: { ...metadata, httpStatusCode: 400 },
    })
    expect(breakdown).toBeInstanceOf(ModelStreamErrorException)
    expect(breakdown).toMatchObject({ message: 'The model broke down', $fault: 'client' })
  }
  expect(replayed.refusal).toEqual(recorded.refusal)
  expect(replayed.breakdown).toEqual(recorded.breakdown)
})
