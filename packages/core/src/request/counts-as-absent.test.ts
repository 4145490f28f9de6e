import { expect, test } from 'vitest'
import { requestKey } from './recording-key.ts'

const MESSAGES = [{ role: 'user', content: 'Hello' }]
const CHAT = { model: 'm', messages: MESSAGES }
const OPENAI = 'https://api.openai.com/v1'
const ANTHROPIC = 'https://api.anthropic.com/v1'

const chat = [`${OPENAI}/chat/completions`, CHAT] as const
const responses = [`${OPENAI}/responses`, { model: 'm', input: 'Hello' }] as const
const messages = [`${ANTHROPIC}/messages`, { ...CHAT, max_tokens: 9 }] as const
const ollama = ['http://localhost:11434/api/chat', CHAT] as const
const batch = `${ANTHROPIC}/messages/batches`
const invoke =
  'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-sonnet-4-5/invoke'

function keyOf(url: string, body: unknown, ignore: readonly string[] = []): string {
  const request = { method: 'POST', url, body: JSON.stringify(body) }
  return requestKey(request, { match: { ignore } }).hash
}

function inBatch(metadata?: object): unknown {
  return { requests: [{ custom_id: 'a', params: { ...CHAT, ...metadata } }] }
}

test.each([
  ['false', false, ...chat],
  ['null', null, ...chat],
  ['false', false, ...responses],
  ['null', null, ...responses],
  ['false', false, `${OPENAI}/completions`, { model: 'm', prompt: 'Hello' }],
  ['null', null, `${OPENAI}/completions`, { model: 'm', prompt: 'Hello' }],
  ['false', false, `${OPENAI}/images/generations`, { model: 'm', prompt: 'A planet' }],
  ['null', null, `${OPENAI}/threads/thread_1/runs`, { assistant_id: 'asst_1' }],
  ['false', false, 'https://api.mistral.ai/v1/chat/completions', CHAT],
  ['false', false, ...messages],
  ['false', false, `${ANTHROPIC}/complete`, { model: 'm', prompt: 'Hello' }],
  ['false', false, 'https://api.cohere.com/v2/chat', CHAT],
  [
    'false',
    false,
    'https://generativelanguage.googleapis.com/v1beta/interactions',
    { model: 'm', input: 'Hello' },
  ],
  ['true', true, ...ollama],
  ['true', true, 'http://localhost:11434/api/generate', { model: 'm', prompt: 'Hello' }],
] as const)('"stream": %s is the default, and counts as absent: %#', (...[, stream, url, body]) => {
  expect(keyOf(url, { ...body, stream })).toBe(keyOf(url, body))
})

test.each([
  ['true', true, ...chat],
  ['true', true, ...responses],
  ['true', true, ...messages],
  // Nothing says that these take a null.
  ['null', null, ...messages],
  ['null', null, 'https://api.cohere.com/v2/chat', CHAT],
  ['false', false, ...ollama],
  ['null', null, ...ollama],
  // What is not known has no default.
  ['false', false, 'https://a.example/x', CHAT],
  ['false', false, invoke, CHAT],
] as const)('"stream": %s is no default, and counts: %#', (...[, stream, url, body]) => {
  expect(keyOf(url, { ...body, stream })).not.toBe(keyOf(url, body))
})

test('only the last of repeated members says what is asked for', () => {
  const keys = ['"stream":true,"stream":false', '"stream":false,"stream":true', '"model":"m"'].map(
    (members) =>
      requestKey({ method: 'POST', url: chat[0], body: `{"model":"m",${members}}` }).hash,
  )

  expect(keys[0]).toBe(keys[2])
  expect(keys[1]).not.toBe(keys[2])
})

test.each([
  [messages[0], CHAT, { ...CHAT, metadata: { user_id: 'u' } }],
  [messages[0], CHAT, { ...CHAT, metadata: {} }],
  [invoke, CHAT, { ...CHAT, metadata: { user_id: 'u' } }],
  [batch, inBatch(), inBatch({ metadata: { user_id: 'u' } })],
])('what holds nothing but what is ignored counts as absent: %s %j', (url, body, other) => {
  expect(keyOf(url, other)).toBe(keyOf(url, body))
})

test.each([
  [messages[0], CHAT, { ...CHAT, metadata: { user_id: 'u', team: 't' } }],
  [messages[0], CHAT, { ...CHAT, metadata: null }],
  [messages[0], CHAT, { ...CHAT, metadata: [] }],
  [messages[0], CHAT, { ...CHAT, tool_choice: {} }],
  [chat[0], CHAT, { ...CHAT, metadata: {} }],
  [batch, inBatch(), { requests: [] }],
  [batch, inBatch(), { requests: [{}] }],
])('what holds more, or something else, counts: %s %j', (url, body, other) => {
  expect(keyOf(url, other)).not.toBe(keyOf(url, body))
})

test.each([
  ['body.metadata.trace', CHAT, { ...CHAT, metadata: { trace: '1' } }],
  ['body.extra.*', CHAT, { ...CHAT, extra: { a: 1, b: 2 } }],
  ['body.a.b.c', CHAT, { ...CHAT, a: { b: { c: 1 } } }],
  ['body.metadata.trace', CHAT, { ...CHAT, metadata: { trace: '1', user_id: 'u' } }],
])('the same is true of what a corpus ignores: %s', (path, body, other) => {
  const [url] = messages
  const ignore = [path]

  expect(keyOf(url, other, ignore)).toBe(keyOf(url, body, ignore))
})

test('what a corpus ignores at any depth leaves the objects that held it', () => {
  const [url] = chat
  const ignore = ['body.**.trace', 'body.seed']

  expect(keyOf(url, { a: { trace: '1' } }, ignore)).toBe(keyOf(url, { a: {} }, ignore))
  expect(keyOf(url, { a: {} }, ignore)).not.toBe(keyOf(url, {}, ignore))
  expect(keyOf(url, { seed: 1 }, ignore)).toBe(keyOf(url, {}, ignore))
})
