import { type BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { bedrockJson, converseAnswer, createIds, json } from '@wiretape/testkit'
import { afterEach, expect, test, vi } from 'vitest'
import { question, SECRETS, useBedrockFixture } from './bedrock-fixture.ts'
import { signatureProblem } from './signature.ts'

const fixture = useBedrockFixture()
const { tapeFor, clientFor } = fixture

const HOUR = 3_600_000

afterEach(() => {
  vi.useRealTimers()
})

function answer(seed: number): ReturnType<typeof bedrockJson> {
  return bedrockJson(converseAnswer({ ids: createIds(seed) }))
}

/** The number of attempts that the answer took. */
async function ask(client: BedrockRuntimeClient, text: string): Promise<number | undefined> {
  const messages = [{ role: 'user' as const, content: [{ text }] }]
  const { $metadata } = await client.send(new ConverseCommand({ ...question, messages }))
  return $metadata.attempts
}

/** When the n-th request was signed, as it says itself. */
function signedAt(n: number): number {
  const date = String(fixture.bedrock.requests[n - 1]?.headers['x-amz-date'])
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
}

test('after replayed turns a live one is signed with the real date, though a test’s clock stands elsewhere', async () => {
  fixture.bedrock.script(answer(1), answer(2))
  const recording = tapeFor('record')
  await ask(clientFor(recording), 'Sun?')
  await recording.close()
  const now = Date.now()

  vi.useFakeTimers({ toFake: ['Date'], now: now + 5 * 365 * 24 * HOUR })
  const tape = tapeFor('record-if-missing')
  const client = clientFor(tape)
  await ask(client, 'Sun?')
  const attempts = await ask(client, 'Moon?')
  await tape.close()

  expect(tape.report()).toMatchObject({ replayed: [{}], recorded: [{}] })
  expect(attempts).toBe(1)
  expect(Math.abs(signedAt(2) - now)).toBeLessThan(60_000)
})

test('a clock that is wrong is corrected by what Bedrock says; the refusal is not kept', async () => {
  const headers = {
    'x-amzn-errortype': 'InvalidSignatureException',
    date: new Date(Date.now() + HOUR).toUTCString(),
  }
  fixture.bedrock.script(
    json({ message: 'Signature not yet current' }, { status: 403, headers }),
    answer(3),
  )
  const recording = tapeFor('record')
  const attempts = await ask(clientFor(recording), 'Sun?')
  await recording.close()
  const replaying = tapeFor('replay')
  const replayed = await ask(clientFor(replaying), 'Sun?')
  await replaying.close()

  expect([attempts, replayed]).toEqual([2, 1])
  expect(Math.abs(signedAt(2) - signedAt(1) - HOUR)).toBeLessThan(60_000)
  expect(await fixture.files()).toHaveLength(1)
  for (const request of fixture.bedrock.requests)
    expect(signatureProblem(request, SECRETS.secretAccessKey)).toBeUndefined()
})

test('a signature of another key, or over another body, is seen', async () => {
  fixture.bedrock.script(answer(5))
  const tape = tapeFor('record')
  await ask(clientFor(tape), 'Sun?')
  await tape.close()
  const [request] = fixture.bedrock.requests
  if (request === undefined) throw new Error('there was no request')

  expect(signatureProblem(request, SECRETS.secretAccessKey)).toBeUndefined()
  expect(signatureProblem(request, 'another')).toBe('the signature is wrong')
  expect(signatureProblem({ ...request, url: '/other' }, SECRETS.secretAccessKey)).toBe(
    'the signature is wrong',
  )
  expect(signatureProblem({ ...request, body: Buffer.from('{}') }, SECRETS.secretAccessKey)).toBe(
    'x-amz-content-sha256 is of another body',
  )
})
