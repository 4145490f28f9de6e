import { connect } from 'node:http2'
import { gunzipSync } from 'node:zlib'
import { EventStreamCodec } from '@smithy/core/event-streams'
import { fromUtf8, toUtf8 } from '@smithy/core/serde'
import {
  bedrockError,
  bedrockEvent,
  createGate,
  eventStream,
  sse,
  startScriptedBedrock,
} from '@wiretape/testkit'
import { expect, test } from 'vitest'

/** What a plain HTTP/2 client gets, trusting the server's certificate and nothing else. */
async function post(
  { url, certificate }: { url: string; certificate: string },
  path: string,
): Promise<{ status: unknown; type: unknown; body: Buffer }> {
  const session = connect(url, { ca: certificate })
  try {
    const stream = session.request({ ':method': 'POST', ':path': path })
    stream.end('{}')
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      stream.once('response', resolve)
      stream.once('error', reject)
    })
    const reads: Buffer[] = []
    for await (const read of stream as AsyncIterable<Buffer>) reads.push(read)
    return {
      status: headers[':status'],
      type: headers['x-amzn-errortype'],
      body: Buffer.concat(reads),
    }
  } finally {
    session.close()
  }
}

test('answers go out over HTTP/2 and TLS, step by step', async () => {
  await using bedrock = await startScriptedBedrock()
  const gate = createGate()
  bedrock.script(eventStream(['a', gate, 'b']))
  const answered = post(bedrock, '/model/m/converse-stream')
  await gate.reached
  gate.open()

  expect(await answered).toMatchObject({ status: 200, body: Buffer.from('ab') })
  expect(bedrock.requests).toMatchObject([{ method: 'POST', url: '/model/m/converse-stream' }])
  expect(bedrock.requests[0]?.json()).toEqual({})
  expect(await bedrock.requests[0]?.ending).toBe('answered')
})

test('an answer is compressed piece by piece where it says so', async () => {
  await using bedrock = await startScriptedBedrock()
  bedrock.script(sse([{ data: 'one' }, { data: 'two' }], { gzip: true }))

  const { body } = await post(bedrock, '/x')

  expect(gunzipSync(body).toString()).toBe('data: one\n\ndata: two\n\n')
})

test('what nothing is scripted for is an error of Bedrock, and a problem', async () => {
  const bedrock = await startScriptedBedrock()

  expect(await post(bedrock, '/x')).toMatchObject({
    status: 400,
    type: expect.stringMatching(/^ValidationException:/) as string,
  })
  await expect(bedrock.close()).rejects.toThrow('No answer is scripted for request 1: POST /x')
})

test('an error stands in the header', () => {
  expect(bedrockError(429, 'ThrottlingException', 'slow').parts).toEqual([
    Buffer.from('{"message":"slow"}'),
  ])
})

test("messages are what the SDK's codec makes of them", () => {
  const codec = new EventStreamCodec(toUtf8, fromUtf8)
  const message = bedrockEvent('contentBlockDelta', { delta: { text: 'Sōl' } })

  expect(codec.decode(message)).toEqual({
    headers: {
      ':event-type': { type: 'string', value: 'contentBlockDelta' },
      ':content-type': { type: 'string', value: 'application/json' },
      ':message-type': { type: 'string', value: 'event' },
    },
    body: new Uint8Array(Buffer.from('{"delta":{"text":"Sōl"}}')),
  })
})
