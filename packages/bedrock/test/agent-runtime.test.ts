import {
  BedrockAgentRuntimeClient,
  DependencyFailedException,
  InvokeAgentCommand,
  InvokeFlowCommand,
  InvokeInlineAgentCommand,
  OptimizePromptCommand,
  RetrieveAndGenerateStreamCommand,
} from '@aws-sdk/client-bedrock-agent-runtime'
import { withTape } from '@wiretape/bedrock'
import { type Answer, bedrockEvent, bedrockException, eventStream } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { collect, failureOf, http2Handler, SECRETS, useBedrockFixture } from './bedrock-fixture.ts'

const fixture = useBedrockFixture()

const SESSION = 'session-of-the-program'

const trace = {
  agentId: 'AGENT00001',
  sessionId: SESSION,
  trace: { preProcessingTrace: { modelInvocationInput: { traceId: 'c0ffee00-aaaa' } } },
}

const askAgent = new InvokeAgentCommand({
  agentId: 'AGENT00001',
  agentAliasId: 'ALIAS00001',
  sessionId: SESSION,
  inputText: 'What is the Latin name of the Sun?',
  enableTrace: true,
})

const askFlow = new InvokeFlowCommand({
  flowIdentifier: 'FLOW000001',
  flowAliasIdentifier: 'ALIAS00001',
  inputs: [{ nodeName: 'Input', nodeOutputName: 'document', content: { document: 'Sun' } }],
})

type Run = (client: BedrockAgentRuntimeClient) => Promise<unknown[]>

const streams: readonly { name: string; answer: Answer; run: Run; events: unknown[] }[] = [
  {
    name: 'InvokeAgent',
    answer: eventStream(
      [
        bedrockEvent('trace', trace),
        bedrockEvent('chunk', { bytes: 'U29s' }),
        bedrockEvent('chunk', { bytes: 'IGVzdC4=' }),
      ],
      { headers: { 'x-amzn-bedrock-agent-content-type': 'application/json' } },
    ),
    run: async (client) => collect((await client.send(askAgent)).completion),
    events: [
      { trace: { agentId: 'AGENT00001', sessionId: SESSION } },
      { chunk: { bytes: new Uint8Array(Buffer.from('Sol')) } },
      { chunk: { bytes: new Uint8Array(Buffer.from(' est.')) } },
    ],
  },
  {
    name: 'InvokeInlineAgent',
    answer: eventStream([
      bedrockEvent('chunk', { bytes: 'U29s' }),
      bedrockEvent('returnControl', { invocationId: '7f3c1f0e-66a1-4c39-9a55-2f7de11a9c01' }),
    ]),
    run: async (client) => {
      const command = new InvokeInlineAgentCommand({
        foundationModel: 'anthropic.claude-3-haiku-20240307-v1:0',
        instruction: 'Answer in one word, and in Latin only, whatever you are asked.',
        sessionId: SESSION,
        inputText: 'What is the Latin name of the Sun?',
      })
      return collect((await client.send(command)).completion)
    },
    events: [
      { chunk: { bytes: new Uint8Array(Buffer.from('Sol')) } },
      { returnControl: { invocationId: expect.stringMatching(/^rec[0-9a-f]{12}_\d$/) as string } },
    ],
  },
  {
    name: 'InvokeFlow',
    answer: eventStream([
      bedrockEvent('flowOutputEvent', {
        nodeName: 'Output',
        nodeType: 'FlowOutputNode',
        content: { document: { answer: 'Sol' } },
      }),
      bedrockEvent('flowCompletionEvent', { completionReason: 'SUCCESS' }),
    ]),
    run: async (client) => collect((await client.send(askFlow)).responseStream),
    events: [
      { flowOutputEvent: { nodeName: 'Output', content: { document: { answer: 'Sol' } } } },
      { flowCompletionEvent: { completionReason: 'SUCCESS' } },
    ],
  },
  {
    name: 'RetrieveAndGenerateStream',
    answer: eventStream(
      [
        bedrockEvent('output', { text: 'Sol' }),
        bedrockEvent('citation', { citation: { retrievedReferences: [] } }),
        bedrockEvent('guardrail', { action: 'NONE' }),
      ],
      { headers: { 'x-amzn-bedrock-knowledge-base-session-id': SESSION } },
    ),
    run: async (client) => {
      const command = new RetrieveAndGenerateStreamCommand({ input: { text: 'Sun?' } })
      const { stream, sessionId } = await client.send(command)
      return [sessionId, ...(await collect(stream))]
    },
    events: [
      expect.any(String),
      { output: { text: 'Sol' } },
      { citation: { citation: { retrievedReferences: [] } } },
      { guardrail: { action: 'NONE' } },
    ],
  },
  {
    name: 'OptimizePrompt',
    answer: eventStream([
      bedrockEvent('analyzePromptEvent', { message: 'Short.' }),
      bedrockEvent('optimizedPromptEvent', {
        optimizedPrompt: { textPrompt: { text: 'Name the Sun in Latin.' } },
      }),
    ]),
    run: async (client) => {
      const command = new OptimizePromptCommand({
        input: { textPrompt: { text: 'Sun in Latin?' } },
        targetModelId: 'anthropic.claude-3-haiku-20240307-v1:0',
      })
      return collect((await client.send(command)).optimizedPrompt)
    },
    events: [
      { analyzePromptEvent: { message: 'Short.' } },
      { optimizedPromptEvent: { optimizedPrompt: { textPrompt: {} } } },
    ],
  },
]

/** Runs with a client of its own, on a tape of its own. */
async function runIn<Result>(
  mode: 'record' | 'replay',
  run: (client: BedrockAgentRuntimeClient) => Promise<Result>,
): Promise<Result> {
  const tape = fixture.tapeFor(mode)
  const client = new BedrockAgentRuntimeClient({
    region: 'us-west-2',
    endpoint: fixture.bedrock.url,
    credentials: SECRETS,
    requestHandler: http2Handler(fixture.bedrock),
  })
  const result = await run(withTape(client, tape))
  client.destroy()
  await tape.close()
  return result
}

test.each(streams)('the stream of $name is the same on replay', async ({ answer, run, events }) => {
  fixture.bedrock.script(answer)
  const recorded = await runIn('record', run)
  await fixture.bedrock.close()

  const replayed = await runIn('replay', run)

  expect(recorded).toMatchObject(events)
  expect(replayed).toEqual(recorded)
})

test.each([
  ['InvokeAgent', async (client) => collect((await client.send(askAgent)).completion)],
  ['InvokeFlow', async (client) => collect((await client.send(askFlow)).responseStream)],
] satisfies [string, Run][])(
  'an exception inside the stream of %s is of the same class on replay',
  async (_, run) => {
    const message = 'The knowledge base did not answer'
    fixture.bedrock.script(eventStream([bedrockException('dependencyFailedException', message)]))
    const failing = (client: BedrockAgentRuntimeClient): Promise<Error> => failureOf(run(client))
    const recorded = await runIn('record', failing)
    const replayed = await runIn('replay', failing)

    for (const failure of [recorded, replayed]) {
      expect(failure).toBeInstanceOf(DependencyFailedException)
      expect(failure.message).toBe(message)
    }
  },
)
