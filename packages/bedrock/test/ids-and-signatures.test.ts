import { readFile, rm } from 'node:fs/promises'
import type { BedrockRuntimeClient, Message } from '@aws-sdk/client-bedrock-runtime'
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { createTapeHandler } from '@wiretape/bedrock'
import { readRecording } from '@wiretape/core'
import {
  bedrockError,
  bedrockJson,
  converseAnswer,
  converseEvents,
  createIds,
  eventStream,
} from '@wiretape/testkit'
import { expect, test, vi } from 'vitest'
import { converse, http2Handler, question, SECRETS, useBedrockFixture } from './bedrock-fixture.ts'
import { signatureProblem } from './signature.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor, bareClient, files, written } = fixture

const tool = { name: 'weather', input: ['{"city":', '"Rome"}'] }

/** The id that the tool's call has in the stream of this seed. */
function originalId(seed: number): string {
  const text = Buffer.concat(converseEvents({ ids: createIds(seed), tool })).toString('latin1')
  return /tooluse_[A-Za-z0-9]{22}/.exec(text)?.[0] ?? ''
}

/** Asks, calls the tool that is asked for, and tells what came of it. */
async function twoTurns(
  client: BedrockRuntimeClient,
): Promise<{ toolUseId: string; answer: unknown }> {
  const events = await converse(client)
  const toolUseId = /"toolUseId":"([^"]+)"/.exec(JSON.stringify(events))?.[1] ?? ''
  const messages: Message[] = [
    ...(question.messages ?? []),
    {
      role: 'assistant',
      content: [{ toolUse: { toolUseId, name: 'weather', input: { city: 'Rome' } } }],
    },
    {
      role: 'user',
      content: [{ toolResult: { toolUseId, content: [{ text: `26 °C, says ${toolUseId}` }] } }],
    },
  ]
  const answer = await client.send(new ConverseCommand({ ...question, messages }))
  return { toolUseId, answer: answer.output }
}

function scriptTurns(seed: number): void {
  fixture.bedrock.script(
    eventStream(converseEvents({ ids: createIds(seed), tool })),
    bedrockJson(converseAnswer({ ids: createIds(seed + 100), text: ['26 °C.'] })),
  )
}

test('the program sees one id, Bedrock its own, under a signature that is right', async () => {
  scriptTurns(1)
  const recording = tapeFor('record')
  const recorded = await twoTurns(clientFor(recording))
  await recording.close()
  const replaying = tapeFor('replay')
  const replayed = await twoTurns(clientFor(replaying))
  await replaying.close()

  const [, second] = fixture.bedrock.requests
  expect(recorded.toolUseId).toMatch(/^tooluse_rec[0-9a-f]{12}_0$/)
  expect(replayed).toEqual(recorded)
  expect(fixture.bedrock.requests).toHaveLength(2)
  expect(second?.body.toString().split(originalId(1))).toHaveLength(4)
  expect(second?.body.toString()).not.toContain(recorded.toolUseId)
  expect(second?.headers['content-length']).toBe(String(second?.body.length))
  for (const request of fixture.bedrock.requests)
    expect(signatureProblem(request, SECRETS.secretAccessKey)).toBeUndefined()
  // What was recorded is what the program sent.
  const texts = await Promise.all((await files()).map((file) => readFile(file, 'utf8')))
  const turn = texts.find((text) => text.includes('toolResult')) ?? ''
  expect(turn).toContain(recorded.toolUseId)
  expect(turn).not.toContain(originalId(1))
})

test('after a replayed first turn the second goes out with the original id, signed now', async () => {
  scriptTurns(2)
  const recording = tapeFor('record')
  const recorded = await twoTurns(clientFor(recording))
  await recording.close()
  for (const file of await files())
    if ((await readFile(file, 'utf8')).includes('toolResult')) await rm(file)
  vi.stubEnv('WIRETAPE_RUN_ID', `another-${process.pid}`)
  fixture.bedrock.script(
    bedrockError(429, 'ThrottlingException'),
    bedrockJson(converseAnswer({ ids: createIds(3), text: ['27 °C.'] })),
  )

  const tape = tapeFor('record-if-missing')
  const half = await twoTurns(clientFor(tape))
  await tape.close()
  await fixture.bedrock.close()
  const replaying = tapeFor('replay')
  const replayed = await twoTurns(clientFor(replaying))
  await replaying.close()

  const [, , first, last] = fixture.bedrock.requests
  expect(tape.report()).toMatchObject({ replayed: [{}], recorded: [{}, {}] })
  expect(half.toolUseId).toBe(recorded.toolUseId)
  expect(replayed).toEqual(half)
  for (const request of [first, last]) {
    expect(request?.body.toString()).toContain(originalId(2))
    expect(signatureProblem(request ?? fail(), SECRETS.secretAccessKey)).toBeUndefined()
    const date = String(request?.headers['x-amz-date'])
    expect(Math.abs(Date.now() - parseAmzDate(date))).toBeLessThan(60_000)
  }
  expect(last?.headers['amz-sdk-request']).toBe('attempt=2; max=3')
})

test('without the middleware of withTape a signed request goes out as it was signed', async () => {
  scriptTurns(4)
  const recording = tapeFor('record')
  const requestHandler = createTapeHandler(recording, {
    requestHandler: http2Handler(fixture.bedrock),
  })
  const { toolUseId } = await twoTurns(bareClient({ requestHandler }))
  await recording.close()

  const [, second] = fixture.bedrock.requests
  expect(second?.body.toString()).toContain(toolUseId)
  expect(signatureProblem(second ?? fail(), SECRETS.secretAccessKey)).toBeUndefined()
})

test('a bearer token signs nothing, so ids are put back without the middleware too', async () => {
  scriptTurns(5)
  const recording = tapeFor('record')
  const client = bareClient({
    token: { token: 'bedrock-api-key-TESTONLYTESTONLYTESTONLY' },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: createTapeHandler(recording, { requestHandler: http2Handler(fixture.bedrock) }),
  })
  await twoTurns(client)
  await recording.close()

  const [, second] = fixture.bedrock.requests
  expect(second?.headers['authorization']).toMatch(/^Bearer bedrock-api-key/)
  expect(second?.body.toString()).toContain(originalId(5))
  expect(second?.headers['content-length']).toBe(String(second?.body.length))
  expect(await written()).not.toMatch(/bearer|bedrock-api-key/i)
})

test('no credential is written', async () => {
  scriptTurns(6)
  const tape = tapeFor('record')
  await twoTurns(clientFor(tape))
  await tape.close()

  const [request] = fixture.bedrock.requests
  const text = await written()
  expect(request?.headers['x-amz-security-token']).toBe(SECRETS.sessionToken)
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret)
  expect(text).not.toMatch(/authorization|security-token|AWS4|x-amz-date|amz-sdk|user-agent/i)
})

test('a recording of a stream is readable: one event a line', async () => {
  fixture.bedrock.script(eventStream(converseEvents({ ids: createIds(7), text: ['So', 'l.'] })))
  const tape = tapeFor('record')
  await converse(clientFor(tape))
  await tape.close()

  const [file = ''] = await files()
  const lines = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('__type__'))
  expect(lines.map((line) => line.trim())).toEqual([
    '{"__type__":"wiretape.bedrock-converse.messageStart","__data__":{"role":"assistant"}},',
    '{"__type__":"wiretape.bedrock-converse.contentBlockDelta","__data__":{"contentBlockIndex":0,"delta":{"text":"So"}}},',
    '{"__type__":"wiretape.bedrock-converse.contentBlockDelta","__data__":{"contentBlockIndex":0,"delta":{"text":"l."}}},',
    '{"__type__":"wiretape.bedrock-converse.contentBlockStop","__data__":{"contentBlockIndex":0}},',
    '{"__type__":"wiretape.bedrock-converse.messageStop","__data__":{"stopReason":"end_turn"}},',
    '{"__type__":"wiretape.bedrock-converse.metadata","__data__":{"usage":{"inputTokens":12,"outputTokens":7,"totalTokens":19},"metrics":{"latencyMs":0}}}',
  ])
  const { recorded, request } = await readRecording(file)
  expect(request.endpoint).toBe('/model/{modelId}/converse-stream')
  expect(recorded?.by).toMatchObject({ 'aws-sdk': expect.stringMatching(/^3\.\d+/) as string })
})

function parseAmzDate(date: string): number {
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
}

function fail(): never {
  throw new Error('there was no such request')
}
