import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { NodeHttp2Handler } from '@smithy/node-http-handler'
import { withTape } from '@wiretape/bedrock'
import type { Tape } from '@wiretape/core'
import {
  converseEvents,
  createIds,
  eventStream,
  pause,
  startScriptedBedrock,
} from '@wiretape/testkit'

/** Records what the pages ask of Bedrock, from a scripted one, through the real AWS SDK. */
export async function recordBedrock(tape: Tape): Promise<void> {
  const bedrock = await startScriptedBedrock()
  const text = ['The Latin name', ' of the Sun', ' is Sol.']
  const events = converseEvents({ ids: createIds(201), text })
  // A stream that takes its time, so that each message is a read of its own.
  bedrock.script(eventStream(events.flatMap((event) => [pause(20), event])))
  const client = new BedrockRuntimeClient({
    region: 'us-west-2',
    endpoint: bedrock.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca: bedrock.certificate } }),
  })
  const command = new ConverseStreamCommand({
    modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
    messages: [{ role: 'user', content: [{ text: 'What is the Latin name of the Sun?' }] }],
  })
  try {
    const { stream } = await withTape(client, tape.scope('bedrock')).send(command)
    for await (const _ of stream ?? []) continue
  } finally {
    client.destroy()
    await bedrock.close()
  }
}
