import {
  ApplyGuardrailCommand,
  type BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Tape } from '@wiretape/core'
import {
  type Answer,
  bedrockJson,
  converseAnswer,
  converseEvents,
  createIds,
  cutRandomly,
  eventStream,
  invokeEvents,
  startScriptedProvider,
} from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { collect, converse, MODEL, question, useBedrockFixture } from './bedrock-fixture.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor } = fixture

/** A command's answer as plain data, streams read to their ends. */
type Run = (client: BedrockRuntimeClient) => Promise<{ readonly $metadata: object }>

const messages = [{ role: 'user', content: 'What is the Latin name of the Sun?' }]
const anthropicBody = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 64, messages }

const commands: readonly { name: string; answer: Answer; run: Run; holds: string }[] = [
  {
    name: 'Converse',
    answer: bedrockJson(
      converseAnswer({ ids: createIds(1), tool: { name: 'weather', input: ['{"city":"Rome"}'] } }),
    ),
    run: (client) => client.send(new ConverseCommand(question)),
    holds: '"toolUseId":"tooluse_rec',
  },
  {
    name: 'ConverseStream',
    answer: eventStream(converseEvents({ ids: createIds(2), text: ['So', 'l.'] })),
    run: async (client) => {
      const { stream, ...answer } = await client.send(new ConverseStreamCommand(question))
      return { ...answer, stream: await collect(stream) }
    },
    holds: '"delta":{"text":"So"}',
  },
  {
    name: 'InvokeModel with a text',
    answer: bedrockJson(
      { id: createIds(3).mint('msg_bdrk_01', 22), content: [{ type: 'text', text: 'Sol.' }] },
      { headers: { 'x-amzn-bedrock-input-token-count': '12' } },
    ),
    run: async (client) => {
      const body = JSON.stringify(anthropicBody)
      const answer = await client.send(new InvokeModelCommand({ modelId: MODEL, body }))
      return { ...answer, body: answer.body.transformToString() }
    },
    holds: 'msg_bdrk_rec',
  },
  {
    name: 'InvokeModel with bytes',
    answer: bedrockJson({ embedding: [0.1, 1e-7, 1], inputTextTokenCount: 3 }),
    run: async (client) => {
      const body = new TextEncoder().encode('{"inputText":"Sol"}')
      const modelId = 'amazon.titan-embed-text-v2:0'
      const answer = await client.send(new InvokeModelCommand({ modelId, body }))
      return { ...answer, body: answer.body.transformToString() }
    },
    holds: '1e-7',
  },
  {
    name: 'InvokeModelWithResponseStream',
    answer: eventStream(invokeEvents(createIds(4), ['So', 'l.']), {
      headers: { 'x-amzn-bedrock-content-type': 'application/json' },
    }),
    run: async (client) => {
      const body = JSON.stringify(anthropicBody)
      const command = new InvokeModelWithResponseStreamCommand({ modelId: MODEL, body })
      const { body: stream, ...answer } = await client.send(command)
      const events: unknown[] = []
      for await (const { chunk } of stream ?? [])
        events.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()))
      return { ...answer, events }
    },
    holds: '"text":"So"',
  },
  {
    name: 'ApplyGuardrail',
    answer: bedrockJson({
      action: 'NONE',
      outputs: [],
      assessments: [],
      usage: { topicPolicyUnits: 1, contentPolicyUnits: 1, wordPolicyUnits: 0 },
    }),
    run: (client) =>
      client.send(
        new ApplyGuardrailCommand({
          guardrailIdentifier: 'gr-1',
          guardrailVersion: '1',
          source: 'INPUT',
          content: [{ text: { text: 'Sol' } }],
        }),
      ),
    holds: '"action":"NONE"',
  },
  {
    name: 'CountTokens',
    answer: bedrockJson({ inputTokens: 14 }),
    run: (client) =>
      client.send(
        new CountTokensCommand({
          modelId: MODEL,
          input: { converse: { messages: question.messages } },
        }),
      ),
    holds: '"inputTokens":14',
  },
]

test.each(commands)(
  '$name is recorded over HTTP/2, and replayed with the server down',
  async ({ answer, run, holds }) => {
    fixture.bedrock.script(answer)
    const recording = tapeFor('record')
    const recorded = await run(clientFor(recording))
    await recording.close()
    await fixture.bedrock.close()

    const replaying = tapeFor('replay')
    const replayed = await run(clientFor(replaying))
    await replaying.close()

    expect(replayed).toEqual(recorded)
    expect(JSON.stringify(replayed)).toContain(holds)
    expect(replayed.$metadata).toEqual({
      httpStatusCode: 200,
      requestId: expect.stringMatching(/^req_rec[0-9a-f]{12}$/) as string,
      attempts: 1,
      totalRetryDelay: 0,
    })
    expect(replaying.report().replayed).toHaveLength(1)
    expect(fixture.bedrock.requests).toHaveLength(1)
  },
)

test('a stream that is cut at any byte gives the same events', async () => {
  const whole = Buffer.concat(converseEvents({ ids: createIds(5), text: ['Sōl', ' ☀️', '.'] }))
  fixture.bedrock.script(eventStream(cutRandomly(whole, 11)), eventStream([whole]))

  const recorded = await converseOnce(tapeFor('record'))

  expect(await converseOnce(tapeFor('replay'))).toEqual(recorded)
  expect(await converseOnce(tapeFor('replay', { reads: { cut: 3, seed: 1 } }))).toEqual(recorded)
  expect((await converseOnce(tapeFor('live'))).slice(0, -1)).toEqual(recorded.slice(0, -1))
})

test('HTTP/1.1 is recorded and replayed too', async () => {
  await using provider = await startScriptedProvider()
  provider.script(eventStream(converseEvents({ ids: createIds(6) })))
  const config = { endpoint: provider.url, requestHandler: new NodeHttpHandler() }
  const recorded = await converseOnce(tapeFor('record'), config)
  await provider.close()

  expect(await converseOnce(tapeFor('replay'), config)).toEqual(recorded)
  expect(provider.requests[0]?.headers).toHaveProperty('host')
})

async function converseOnce(tape: Tape, config?: BedrockRuntimeClientConfig): Promise<unknown[]> {
  const events = await converse(clientFor(tape, config))
  await tape.close()
  return events
}
