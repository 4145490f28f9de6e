import { expect, test } from 'vitest'
import type { HeaderList } from '../src/request/headers.ts'
import type { WireRequest } from '../src/request/wire.ts'
import { readText } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { type Conversation, set } from './conversations/conversation.test-fixture.ts'
import { CONVERSATIONS } from './conversations/conversations.test-fixture.ts'
import { escapeAll, PLAIN, renameIds, spell } from './spelling.test-fixture.ts'
import { isolateTapes, jsonRequest, never, recordedStore } from './tapes.test-fixture.ts'

isolateTapes()

const OTHER_HEADERS: HeaderList = [
  ['Content-Type', 'application/json; charset=utf-8'],
  ['authorization', 'Bearer sk-other'],
  ['user-agent', 'OpenAI/JS 7.0.0'],
  ['x-stainless-lang', 'js'],
  ['x-stainless-retry-count', '2'],
  ['x-stainless-runtime-version', 'v24.0.0'],
  ['anthropic-version', '2023-06-01'],
  ['anthropic-dangerous-direct-browser-access', 'true'],
  ['x-goog-api-client', 'google-genai-sdk/2.0.0'],
  ['amz-sdk-invocation-id', 'b1f7f1a2-0000-4000-8000-000000000000'],
  ['amz-sdk-request', 'attempt=2; max=3'],
  ['x-amz-date', '20260102T030405Z'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['tracestate', 'a=1'],
  ['baggage', 'user=7'],
  ['x-request-id', 'r-7'],
  ['idempotency-key', 'stainless-node-retry-7'],
  ['accept-encoding', 'br'],
]

type Variation = readonly [what: string, request: Partial<WireRequest>]

function backwards(names: readonly string[]): string[] {
  return names.toReversed()
}

/** The same request in other words. */
function variationsOf({ body, ids, sameUrls, ignored, opaque }: Conversation): Variation[] {
  const renamed = new Map(ids.map((id, index) => [id, `minted-by-the-client-${index}`]))
  const numbers = [(value: number) => `${value}e0`, (value: number) => value.toExponential()]
  return [
    ['keys in another order', { body: spell(body, { ...PLAIN, keys: backwards }) }],
    ...numbers.map((number): Variation => [
      `a number written as ${number(1024)}`,
      { body: spell(body, { ...PLAIN, number }) },
    ]),
    [String.raw`strings written as \u00e9`, { body: spell(body, { ...PLAIN, string: escapeAll }) }],
    ['its ids by other names', { body: JSON.stringify(renameIds(body, renamed)) }],
    ['other headers', { headers: OTHER_HEADERS }],
    ['no headers', { headers: [] }],
    ...sameUrls.map((url): Variation => [url, { url }]),
    ...ignored.map((path): Variation => [path, { body: JSON.stringify(set(path, 'u-7')(body)) }]),
    ...opaque.map((path): Variation => [
      `another token at ${path}`,
      { body: JSON.stringify(set(path, 'WaUjzkypQ2mUEVM36O2Txu')(body)) },
    ]),
  ]
}

const VARIATIONS = CONVERSATIONS.flatMap(([dialect, conversation]) =>
  variationsOf(conversation).map(
    ([what, variation]) => [dialect, what, variation, conversation] as const,
  ),
)

test.each(VARIATIONS)(
  '%s: with %s it is the same request',
  async (...[, , variation, { url, body, answer }]) => {
    const request = jsonRequest(`POST ${url}`, body)
    const tape = createTape({ recordings: await recordedStore(request, answer) })

    const response = await tape.handle({ ...request, ...variation }, never)

    expect(await readText(response)).toContain('as recorded')
  },
)

test.each(
  CONVERSATIONS.flatMap(([dialect, conversation]) =>
    conversation.ignored.map((path) => [dialect, path, conversation] as const),
  ),
)('%s: %s may change, or go', async (_, path, { url, body, answer }) => {
  const line = `POST ${url}`
  const recordings = await recordedStore(jsonRequest(line, set(path, 'u-1')(body)), answer)
  const tape = createTape({ recordings })

  await tape.scope('other').handle(jsonRequest(line, set(path, 'u-2')(body)), never)

  expect(tape.report()).toMatchObject({ replayed: [{ testId: 'other' }], missed: [] })
})

test.each([
  [
    'Vertex in another region',
    'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent',
    'https://europe-west4-aiplatform.googleapis.com/v1/projects/q/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
  ],
  [
    'another resource of Azure',
    'https://acme.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    'https://acme-eu.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
  ],
  [
    'a model of Bedrock by its ARN',
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
    'https://bedrock-runtime.us-west-2.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aus-west-2%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
  ],
  [
    'a key in the query',
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key=AIzaONE',
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key=AIzaTWO',
  ],
])('%s is the same request', async (_, url, other) => {
  const body = { contents: [{ parts: [{ text: 'Hello' }] }] }
  const tape = createTape({ recordings: await recordedStore(jsonRequest(`POST ${url}`, body), {}) })

  const response = await tape.handle(jsonRequest(`POST ${other}`, body), never)

  expect(response.status).toBe(200)
})
