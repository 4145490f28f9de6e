import {
  BedrockAgentRuntimeClient,
  RetrieveAndGenerateCommand,
} from '@aws-sdk/client-bedrock-agent-runtime'
import type { NodeHttp2Handler } from '@smithy/node-http-handler'
import { createTapeHandler, type SmithyHandler, withTape } from '@wiretape/bedrock'
import type { Tape } from '@wiretape/core'
import { type Answer, bedrockError, bedrockJson } from '@wiretape/testkit'
import { expect, test, vi } from 'vitest'
import { failureOf, http2Handler, SECRETS, useBedrockFixture } from './bedrock-fixture.ts'
import { signatureProblem } from './signature.ts'

const fixture = useBedrockFixture()
const { tapeFor } = fixture

const SESSION = '5f0e6a3c-1d52-4a7e-9a51-0c3d2c7b8e11'

function answerIn(sessionId: string, text: string): Answer {
  return bedrockJson({ citations: [], output: { text }, sessionId })
}

function agentClient(requestHandler: SmithyHandler): BedrockAgentRuntimeClient {
  return new BedrockAgentRuntimeClient({
    region: 'us-west-2',
    endpoint: fixture.bedrock.url,
    credentials: SECRETS,
    requestHandler: requestHandler as NodeHttp2Handler,
  })
}

/** Asks a knowledge base; in the session of an earlier answer where one is given. */
async function askBy(
  client: BedrockAgentRuntimeClient,
  text: string,
  sessionId?: string,
): Promise<string> {
  const answer = await client.send(
    new RetrieveAndGenerateCommand({
      input: { text },
      sessionId,
      retrieveAndGenerateConfiguration: {
        type: 'KNOWLEDGE_BASE',
        knowledgeBaseConfiguration: {
          knowledgeBaseId: 'KB00000001',
          modelArn: 'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-v2:1',
        },
      },
    }),
  )
  client.destroy()
  return answer.sessionId ?? ''
}

function ask(tape: Tape, text: string, sessionId?: string): Promise<string> {
  return askBy(withTape(agentClient(http2Handler(fixture.bedrock)), tape), text, sessionId)
}

test('what Bedrock keeps is referred to by its own id, under a signature that is right', async () => {
  fixture.bedrock.script(answerIn(SESSION, 'Sol.'), answerIn(SESSION, 'Luna.'))
  const first = tapeFor('record')
  const session = await ask(first, 'Sun?')
  await first.close()

  vi.stubEnv('WIRETAPE_RUN_ID', `half-${process.pid}`)
  const second = tapeFor('record-if-missing')
  const replayed = await ask(second, 'Sun?')
  const live = await ask(second, 'Moon?', replayed)
  await second.close()
  const third = tapeFor('replay')
  const again = await ask(third, 'Moon?', await ask(third, 'Sun?'))
  await third.close()

  expect(session).toMatch(/^rec[0-9a-f]{12}_0$/)
  expect([replayed, live, again]).toEqual([session, session, session])
  const [, request] = fixture.bedrock.requests
  expect(request?.json()).toMatchObject({ sessionId: SESSION })
  expect(
    request === undefined ? 'none' : signatureProblem(request, SECRETS.secretAccessKey),
  ).toBeUndefined()
  const texts = (await fixture.written()).split('"request"')
  const asked = texts.find((text) => text.includes('Moon?')) ?? ''
  expect(asked).not.toContain(SESSION)
})

test('a reference in a request that is signed already is refused', async () => {
  fixture.bedrock.script(answerIn(SESSION, 'Sol.'))
  const tape = tapeFor('record')
  const session = await ask(tape, 'Sun?')
  const requestHandler = createTapeHandler(tape, { requestHandler: http2Handler(fixture.bedrock) })

  const error = await failureOf(askBy(agentClient(requestHandler), 'Moon?', session))

  expect(error.message).toContain(`WT_REQUEST_SIGNED: the request refers to ${session}`)
  await expect(tape.close()).rejects.toThrow('WT_REQUEST_SIGNED')
})

test('what Bedrock no longer knows is one error that says how to record it again', async () => {
  fixture.bedrock.script(
    answerIn(SESSION, 'Sol.'),
    bedrockError(404, 'ResourceNotFoundException', `Session ${SESSION} does not exist`),
  )
  const tape = tapeFor('record')
  const session = await ask(tape, 'Sun?')

  const error = await failureOf(ask(tape, 'Moon?', session))

  expect(error.message).toContain('WT_REFERENCE_GONE: the provider answered 404')
  expect(fixture.bedrock.requests).toHaveLength(2)
  await expect(tape.close()).rejects.toThrow('WT_REFERENCE_GONE')
})
