import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  InvokeModelWithBidirectionalStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { createTapeHandler, replayCredentials, type SmithyHandler } from '@wiretape/bedrock'
import {
  bedrockEvent,
  bedrockJson,
  converseAnswer,
  createIds,
  eventStream,
} from '@wiretape/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { collect, failureOf, http2Handler, question, useBedrockFixture } from './bedrock-fixture.ts'

const fixture = useBedrockFixture()
const { tapeFor, bareClient, clientFor, files } = fixture

const answer = bedrockJson(converseAnswer({ ids: createIds(1) }))

afterEach(() => {
  vi.restoreAllMocks()
})

test('with replayCredentials a client replays without any configuration', async () => {
  fixture.bedrock.script(answer)
  const recording = tapeFor('record')
  const requestHandler = createTapeHandler(recording, {
    requestHandler: http2Handler(fixture.bedrock),
  })
  const recorded = await bareClient({ requestHandler }).send(new ConverseCommand(question))
  await recording.close()

  const tape = tapeFor('replay')
  const client = new BedrockRuntimeClient({
    ...replayCredentials,
    requestHandler: createTapeHandler(tape),
  })
  const replayed = await client.send(new ConverseCommand(question))
  await tape.close()

  expect(replayed).toEqual(recorded)
})

test("what fetches by default is the SDK's own handler, over HTTP/2", async () => {
  const { server, url } = await startPlainHttp2('{"stopReason":"end_turn"}')
  const tape = tapeFor('record')
  const client = new BedrockRuntimeClient({
    ...replayCredentials,
    endpoint: url,
    requestHandler: createTapeHandler(tape),
  })
  const { stopReason } = await client.send(new ConverseCommand(question))
  await tape.close()
  client.destroy()
  server.close()

  expect(stopReason).toBe('end_turn')
  expect(await files()).toHaveLength(1)
})

test('it is to the SDK what the handler in it is', () => {
  const inner = new NodeHttpHandler()
  const update = vi.spyOn(inner, 'updateHttpClientConfig')
  const handler = createTapeHandler(tapeFor('live'), { requestHandler: inner })
  handler.updateHttpClientConfig('requestTimeout' as never, 5 as never)

  expect(handler.metadata).toEqual({ handlerProtocol: 'http/1.1' })
  expect(createTapeHandler(tapeFor('live')).metadata).toEqual({ handlerProtocol: 'h2' })
  expect(update).toHaveBeenCalledWith('requestTimeout', 5)
  expect(handler.httpHandlerConfigs()).toEqual(inner.httpHandlerConfigs())
})

test('requests for credentials pass, unrecorded', async () => {
  const response = { statusCode: 200, headers: {}, body: undefined }
  const requestHandler = { handle: async () => ({ response }) } satisfies SmithyHandler
  const handler = createTapeHandler(tapeFor('replay'), { requestHandler })

  const output = await handler.handle({
    method: 'POST',
    protocol: 'https:',
    hostname: 'sts.us-west-2.amazonaws.com',
    path: '/',
    headers: {},
    body: 'Action=AssumeRole',
  })

  expect(output.response).toBe(response)
})

test('a signal of the older kind aborts a request', async () => {
  const requestHandler: SmithyHandler = {
    handle: async (_request, options) => {
      const { abortSignal } = options as { abortSignal: AbortSignal }
      await new Promise((_resolve, reject) => {
        abortSignal.addEventListener('abort', () => reject(new Error('stopped')))
        signal.onabort?.()
      })
      throw new Error('unreachable')
    },
  }
  const signal: { aborted: boolean; onabort: (() => void) | null } = {
    aborted: false,
    onabort: null,
  }
  const tape = tapeFor('record')
  const handler = createTapeHandler(tape, { requestHandler })

  const error = await failureOf(
    handler.handle(
      {
        method: 'POST',
        protocol: 'https:',
        hostname: 'bedrock-runtime.us-west-2.amazonaws.com',
        path: '/model/m/converse',
        headers: {},
        body: '{}',
      },
      { abortSignal: signal },
    ),
  )
  await tape.close()

  expect(error).toMatchObject({ name: 'AbortError', message: 'Request aborted' })
  expect(await files()).toEqual([])
})

test('a bidirectional stream goes to Bedrock as it is, and one warning says so', async () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const echo = eventStream([bedrockEvent('chunk', { bytes: 'eA==' })])
  fixture.bedrock.script(echo, echo)
  const tape = tapeFor('record')
  const client = clientFor(tape)
  const first = await talk(client)
  const second = await talk(client)
  await tape.close()

  expect(first).toEqual([{ chunk: { bytes: new Uint8Array(Buffer.from('x')) } }])
  expect(second).toEqual(first)
  expect(await files()).toEqual([])
  const warnings = emitWarning.mock.calls.filter(([text]) => String(text).includes('bidirectional'))
  expect(warnings).toEqual([
    [
      '/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream: a bidirectional stream is not recorded; it goes to Bedrock as it is',
      'WiretapeWarning',
    ],
  ])
})

test('replay opens no socket for a bidirectional stream: it is a miss', async () => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  // The SDK says that it can't try again.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const tape = tapeFor('replay')

  const miss = await failureOf(talk(clientFor(tape)))
  tape.acknowledge(miss)
  await tape.close()

  expect(miss.message).toContain('WT_RECORDING_NOT_FOUND: no recording answers POST')
  expect(fixture.bedrock.requests).toHaveLength(0)
})

test('in replay a host under passThrough is talked to both ways, and nothing is said of it', async () => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  fixture.bedrock.script(eventStream([bedrockEvent('chunk', { bytes: 'eA==' })]))
  const tape = tapeFor('replay', { passThrough: ['127.0.0.1'] })
  const requestHandler = createTapeHandler(tape, { requestHandler: http2Handler(fixture.bedrock) })

  const heard = await talk(bareClient({ requestHandler }))
  await tape.close()

  expect(heard).toEqual([{ chunk: { bytes: new Uint8Array(Buffer.from('x')) } }])
  expect(emitWarning).not.toHaveBeenCalledWith(expect.stringContaining('bidirectional'))
})

test('what a handler fetches through another adapter of the tape is recorded once', async () => {
  fixture.bedrock.script(answer)
  const tape = tapeFor('record')
  const inner = http2Handler(fixture.bedrock)
  const requestHandler = createTapeHandler(tape, {
    requestHandler: createTapeHandler(tape, { requestHandler: inner }),
  })

  const { stopReason } = await bareClient({ requestHandler }).send(new ConverseCommand(question))
  await tape.close()

  expect(stopReason).toBe('end_turn')
  expect(tape.report().recorded).toHaveLength(1)
  expect(await files()).toHaveLength(1)
})

async function talk(client: BedrockRuntimeClient): Promise<unknown[]> {
  const { body } = await client.send(
    new InvokeModelWithBidirectionalStreamCommand({
      modelId: 'amazon.nova-sonic-v1:0',
      body: (async function* () {
        yield { chunk: { bytes: Buffer.from('{"event":{}}') } }
      })(),
    }),
  )
  return collect(body)
}

/** HTTP/2 without TLS, which a handler speaks that trusts nobody in particular. */
async function startPlainHttp2(body: string): Promise<{ server: Http2Server; url: string }> {
  const server = createServer()
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/json' })
    stream.end(body)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
