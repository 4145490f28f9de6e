import { expect, test } from 'vitest'
import { bedrockAgent } from './bedrock-agent.ts'
import { eventFrame, exceptionFrame, recordStream } from './eventstream.test-fixture.ts'
import { recognised, request, see } from './exchange.test-fixture.ts'

const HOST = 'https://bedrock-agent-runtime.us-east-1.amazonaws.com'
const AGENT = request('POST', `${HOST}/agents/A1/agentAliases/B2/sessions/s-3/text`, {})
const FLOW = request('POST', `${HOST}/flows/F1/aliases/TS`, {})

test('agents, flows and knowledge bases are known by their paths', () => {
  expect(recognised(bedrockAgent, AGENT)).toMatchObject({
    pathIds: ['A1', 'B2', 's-3'],
    streaming: true,
  })
  expect(recognised(bedrockAgent, FLOW)).toMatchObject({ pathIds: ['F1', 'TS'], streaming: true })
  expect(
    recognised(bedrockAgent, request('POST', `${HOST}/knowledgebases/K1/retrieve`, {})),
  ).toMatchObject({ pathIds: ['K1'], streaming: false })
})

test('paths that could be anyone’s need a body that tells', () => {
  const foundationModel = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0'

  expect(bedrockAgent.recognise(request('POST', `${HOST}/agents/s-3`, {}))).toBeUndefined()
  expect(
    recognised(bedrockAgent, request('POST', `${HOST}/agents/s-3`, { foundationModel })),
  ).toMatchObject({ model: 'amazon.nova-lite-v1:0', pathIds: ['s-3'], streaming: true })
  expect(bedrockAgent.recognise(request('POST', `${HOST}/rerank`, { query: 'q' }))).toBeUndefined()
  expect(
    bedrockAgent.recognise(request('POST', `${HOST}/rerank`, { rerankingConfiguration: {} })),
  ).toBeDefined()
})

test('what an agent says is shown as text, its trace without times and ids', () => {
  const frames = [
    eventFrame('trace', {
      agentId: 'A1',
      eventTime: '2026-05-20T17:57:53.944007311Z',
      trace: {
        orchestrationTrace: {
          modelInvocationOutput: {
            metadata: { clientRequestId: 'c1f28574-8813', totalTimeMs: 1187 },
            traceId: '2663576e-2580-0',
          },
        },
      },
    }),
    eventFrame('chunk', { bytes: Buffer.from('It is 15 °C.').toString('base64') }),
  ]

  const recorded = recordStream(bedrockAgent, AGENT, frames)

  expect(recorded.items).toEqual([
    {
      type: 'wiretape.bedrock-agent.trace',
      data: {
        agentId: 'A1',
        eventTime: '1970-01-01T00:00:00Z',
        trace: {
          orchestrationTrace: {
            modelInvocationOutput: {
              metadata: { clientRequestId: 'recaaaaaaaaaaaa_0', totalTimeMs: 0 },
              traceId: 'recaaaaaaaaaaaa_1',
            },
          },
        },
      },
    },
    { type: 'wiretape.bedrock-agent.chunk', data: { bytes: { utf8: 'It is 15 °C.' } } },
  ])
  expect(recorded.isExact).toBe(true)
})

test('a flow says when it is complete, an agent doesn’t', () => {
  const frames = [
    eventFrame('flowOutputEvent', { content: { document: 'x' } }),
    eventFrame('flowCompletionEvent', { completionReason: 'SUCCESS' }),
    exceptionFrame('dependencyFailedException', { message: 'x' }),
  ]

  expect(recordStream(bedrockAgent, FLOW, frames).ends).toEqual([false, true, true])
  expect(recognised(bedrockAgent, AGENT).endpoint).not.toHaveProperty('ends')
})

test('a session that the answer names can be gone on with', () => {
  const view = request('POST', `${HOST}/retrieveAndGenerate`, {})

  const seen = see(bedrockAgent, view, { text: '{"sessionId":"c86b69be-2f93"}' })

  expect(seen.normalized).toEqual([{ sessionId: 'recaaaaaaaaaaaa_0' }])
  expect(recognised(bedrockAgent, view).endpoint.requestIds).toEqual([
    { path: 'sessionId', role: 'reference' },
  ])
})
