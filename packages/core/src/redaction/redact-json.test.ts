import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import type { JsonNode } from '../json/node.ts'
import { fromValue, toValue } from '../json/value.ts'
import { fakeSecret, fakePrivateKey, UPPERCASE_AND_DIGITS, fakeWebToken } from '@wiretape/testkit'
import { redactJson } from './redact-json.ts'
import { createRedactor } from './redactor.ts'

const environment = fakeSecret('env/+', 40)
const redactor = createRedactor({}, new Map([[environment, 'OPENAI_API_KEY']]))

function redacted(value: unknown): unknown {
  return toValue(redactJson(fromValue(value), '/request/body', redactor))
}

test.each<[unknown, unknown]>([
  [{ api_key: 'x' }, { api_key: '<api_key>' }],
  [{ a: [{ b: { apiKey: 'abc' } }] }, { a: [{ b: { apiKey: '<apiKey>' } }] }],
  [{ Authorization: 'Bearer abc' }, { Authorization: '<Authorization>' }],
  [
    { headers: { 'x-api-key': ['a', 'b'] } },
    { headers: { 'x-api-key': ['<x-api-key>', '<x-api-key>'] } },
  ],
  [{ password: 'correct horse battery staple' }, { password: '<password>' }],
  [{ api_key: environment }, { api_key: '<OPENAI_API_KEY>' }],
  [{ authorization: `Bearer ${environment}` }, { authorization: '<OPENAI_API_KEY>' }],
  [{ prompt: `a ${environment} b` }, { prompt: 'a <OPENAI_API_KEY> b' }],
  [[{ name: 'X-Api-Key', value: 'abc' }], [{ name: 'X-Api-Key', value: '<X-Api-Key>' }]],
  [[{ key: 'cookie', value: 'a=b' }], [{ key: 'cookie', value: '<cookie>' }]],
  [{ token: fakeSecret('', 30) }, { token: '<token>' }],
  [
    { client_secret: { value: fakeSecret('ek_', 32) } },
    { client_secret: { value: '<openai-ephemeral-key>' } },
  ],
  [{ 'my secret': 'abc' }, { 'my secret': '<secret>' }],
])('%j is %j', (value, expected) => {
  expect(redacted(value)).toEqual(expected)
})

test.each([
  {
    max_tokens: 10,
    token_ids: [1, 2],
    tokens: ['a'],
    top_logprobs: [{ token: ' Sol', logprob: -1 }],
  },
  {
    tools: [
      {
        parameters: {
          properties: { api_key: { type: 'string' }, key: { type: 'string' } },
          required: ['api_key', 'password'],
        },
      },
    ],
  },
  { password: 12345678, secret: true, api_key: null, authorization: { type: 'none' } },
  { api_key: '<api_key>', password: '${PASSWORD}', secret: '', authorization: 'Bearer {{token}}' },
  {
    key: fakeSecret('', 40),
    signature: fakeSecret('', 300),
    thoughtSignature: fakeSecret('', 200),
    cache_key: 'abc',
  },
  {
    encrypted_content: fakeSecret('gAAAA', 400),
    id: 'call_rec0c85ee22d4ca_0',
    next_page_token: fakeSecret('', 40),
  },
  { name: 'page', value: 'abc' },
  { token: 'rec-0c85ee22d4ca' },
])('%j stays', (value) => {
  const node = fromValue(value)

  expect(redactJson(node, '', redactor)).toBe(node)
})

test('numbers keep their text, members their order and their duplicates', () => {
  const text = '{"n":1.0,"password":"a","b":1e-7,"password":"b","__proto__":12345678901234567890}'

  expect(printJson(redactJson(parseJson(text), '', redactor))).toBe(
    '{"n":1.0,"password":"<password>","b":1e-7,"password":"<password>","__proto__":12345678901234567890}',
  )
})

test("a user's rule may name a place, and one that is waived stays", () => {
  const own = createRedactor(
    {
      rules: [{ name: 'name', path: 'messages[].name', with: 'someone' }],
      allow: [{ rule: 'password', pointer: '/request/body/form/password' }],
    },
    new Map(),
  )
  const body = { messages: [{ name: 'Ann', text: 'Ann' }], form: { password: 'p' }, password: 'p' }

  expect(toValue(redactJson(fromValue(body), '/request/body', own))).toEqual({
    messages: [{ name: 'someone', text: 'Ann' }],
    form: { password: 'p' },
    password: '<password>',
  })
})

const names = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    'api_key',
    'password',
    'token',
    'authorization',
    'name',
    'value',
    'key',
    'text',
    'url',
  ),
)
const secret = fc.constantFrom(
  fakeSecret('sk-', 48),
  fakeSecret('AKIA', 16, UPPERCASE_AND_DIGITS),
  fakeWebToken,
  fakePrivateKey,
  environment,
  encodeURIComponent(environment),
  Buffer.from(environment).toString('hex'),
  Buffer.from(`a:${environment}`).toString('base64'),
  Buffer.from(`xy${fakeSecret('hf_', 34)}`).toString('base64'),
  `basic ${Buffer.from(`a:${environment}`).toString('base64')}`,
  'arn:aws:iam::012345678901:role/r',
  'https://ann:hunter2@h.test/?sig=abc',
  `?key=${fakeSecret('', 39)}&api_key=1`,
  '{"password":"a\\"b"}',
  JSON.stringify(JSON.stringify({ api_key: 'a"b', n: 1 })),
  `API_KEY=${fakeSecret('', 32)}`,
  `Authorization: Bearer ${fakeSecret('', 32)}`,
  '-----BEGIN PRIVATE KEY-----',
  'password=',
  '"password":"',
  `password: "${Buffer.from(`a:${fakeSecret('sk-', 48)}`).toString('base64')}"`,
  'Bearer ',
  '<api_key>',
  '%3Cjwt%3E',
)
const text = fc
  .array(fc.oneof(fc.string({ maxLength: 12 }), secret), { maxLength: 5 })
  .map((parts) => parts.join(''))
const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, true, 1, -0.5),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(names, tie('document'), { maxKeys: 4 }),
  ),
}))
const busy = createRedactor(
  { emails: true, phones: true },
  new Map([[environment, 'OPENAI_API_KEY']]),
)

/** The document with every text taken out. */
function shapeOf(node: JsonNode): unknown {
  if (node.kind === 'array') return node.items.map(shapeOf)
  if (node.kind === 'object') return node.members.map(({ key, value }) => [key, shapeOf(value)])
  return node.kind === 'string' ? 'text' : node
}

test('redaction never changes the shape of a document, and redacting twice changes nothing', () => {
  fc.assert(
    fc.property(document, (value) => {
      const node = fromValue(value)

      const once = redactJson(node, '', busy)

      expect(shapeOf(once)).toEqual(shapeOf(node))
      expect(printJson(redactJson(once, '', busy))).toBe(printJson(once))
    }),
    { numRuns: 1000 },
  )
})

test('nothing is found in what was redacted, and no spelling of a value is left', () => {
  fc.assert(
    fc.property(text, (value) => {
      const once = busy.text(value, '')

      // Of base64 that is no text nothing can be taken out; that it is refused has a test of its own.
      expect(busy.secretsIn(once.replace(/[\w+/=-]{24,}/g, ' '), '')).toEqual([])
      expect(busy.text(once, '')).toBe(once)
      expect(once).not.toContain(environment)
      expect(once).not.toContain(Buffer.from(environment).toString('hex'))
    }),
    { numRuns: 1000 },
  )
})
