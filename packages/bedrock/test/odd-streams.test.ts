import { ConverseStreamCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime'
import { EventStreamCodec } from '@smithy/core/event-streams'
import { fromUtf8, toUtf8 } from '@smithy/core/serde'
import { readRecording } from '@wiretape/core'
import {
  bedrockEvent,
  bedrockJson,
  converseEvents,
  createIds,
  eventMessage,
  eventStream,
  hangUp,
} from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { converse, MODEL, question, useBedrockFixture } from './bedrock-fixture.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor, files, written } = fixture

interface Heard {
  readonly events: unknown[]
  readonly failure?: string
}

/** The events of the answer, and how it failed. */
async function hear(mode: 'record' | 'replay'): Promise<Heard> {
  const tape = tapeFor(mode)
  const events: unknown[] = []
  try {
    const { stream } = await clientFor(tape).send(new ConverseStreamCommand(question))
    for await (const event of stream ?? []) events.push(event)
    return { events }
  } catch (error) {
    return { events, failure: (error as Error).message }
  } finally {
    await tape.close()
  }
}

test('messages that the SDK passes over, and headers of every type, stay what they are', async () => {
  const codec = new EventStreamCodec(toUtf8, fromUtf8)
  const typed = codec.encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: 'contentBlockDelta' },
      ':content-type': { type: 'string', value: 'application/json' },
      flag: { type: 'boolean', value: true },
      byte: { type: 'byte', value: -1 },
      short: { type: 'short', value: 513 },
      integer: { type: 'integer', value: 70_000 },
      binary: { type: 'binary', value: new Uint8Array([0, 255]) },
      timestamp: { type: 'timestamp', value: new Date(1_700_000_000_000) },
      uuid: { type: 'uuid', value: '5f0e6a3c-1d52-4a7e-9a51-0c3d2c7b8e11' },
    },
    body: Buffer.from('{"contentBlockIndex":0,"delta":{"text":"typed"}}'),
  })
  const [start = '', ...rest] = converseEvents({ ids: createIds(1) })
  const odd = [
    eventMessage({ ':message-type': 'event', ':event-type': 'initial-response' }, '{}'),
    start,
    bedrockEvent('somethingNew', { text: 'of next year' }),
    eventMessage({ ':message-type': 'event', ':event-type': 'heartbeat' }, ''),
    typed,
    ...rest,
  ]
  fixture.bedrock.script(eventStream(odd), eventStream(odd))

  const recorded = await hear('record')
  const replayed = await hear('replay')

  expect(recorded.failure).toBeUndefined()
  expect(recorded.events).toContainEqual({
    contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'typed' } },
  })
  expect(replayed).toEqual(recorded)
})

test.each([
  ['inside a message', 30],
  ['inside the length of a message', 2],
])('a stream that ends %s ends so on replay, and is not complete', async (_, length) => {
  const [first = Buffer.of(), second = Buffer.of()] = converseEvents({ ids: createIds(2) })
  fixture.bedrock.script(eventStream([first, second.subarray(0, length), hangUp()]))

  const recorded = await hear('record')
  const replayed = await hear('replay')

  expect(recorded.events).toEqual([{ messageStart: { role: 'assistant' } }])
  expect(replayed).toEqual(recorded)
  const { response } = await readRecording((await files())[0] ?? '')
  expect(response.wire).toMatchObject({ ending: 'cut' })
})

test('a secret inside a message is taken out, and what is left is a message with its checksums', async () => {
  const secret = 'sk-proj-Zr8vQ1nTq0aXkD3mW5yB7cE9'
  const text = ['The key is ', secret, ', keep it.']
  fixture.bedrock.script(eventStream(converseEvents({ ids: createIds(3), text })))

  const recorded = await hear('record')
  const replayed = await hear('replay')

  expect(JSON.stringify(recorded.events)).toContain(secret)
  expect(await written()).not.toContain(secret)
  expect(replayed.failure).toBeUndefined()
  expect(JSON.stringify(replayed.events)).toContain('The key is ')
  expect(JSON.stringify(replayed.events)).not.toContain(secret)
})

test('images in a request and in an answer are the same bytes on replay', async () => {
  const image = Buffer.alloc(200_000, 'wiretape')
  fixture.bedrock.script(bedrockJson({ images: [image.toString('base64')], error: null }))
  const body = JSON.stringify({ taskType: 'VARIATION', images: [image.toString('base64')] })
  const draw = async (mode: 'record' | 'replay'): Promise<string> => {
    const tape = tapeFor(mode)
    const answer = await clientFor(tape).send(new InvokeModelCommand({ modelId: MODEL, body }))
    await tape.close()
    return answer.body.transformToString()
  }

  const recorded = await draw('record')
  const replayed = await draw('replay')

  expect((JSON.parse(recorded) as { images: string[] }).images).toEqual([image.toString('base64')])
  expect(replayed).toBe(recorded)
  expect(fixture.bedrock.requests[0]?.body.toString()).toBe(body)
})

test('a model that is named by its ARN is the same model in another region and account', async () => {
  fixture.bedrock.script(eventStream(converseEvents({ ids: createIds(4) })))
  const recording = tapeFor('record')
  const modelId = profileArn('us-west-2', '111122223333')
  const recorded = await converse(clientFor(recording), { ...question, modelId })
  await recording.close()
  const replaying = tapeFor('replay')
  const elsewhere = { ...question, modelId: profileArn('eu-west-1', '444455556666') }
  const replayed = await converse(clientFor(replaying, { region: 'eu-west-1' }), elsewhere)
  await replaying.close()

  expect(replayed).toEqual(recorded)
  expect(await written()).not.toContain('111122223333')
})

function profileArn(region: string, account: string): string {
  return `arn:aws:bedrock:${region}:${account}:inference-profile/us.anthropic.claude-3-haiku-20240307-v1:0`
}
