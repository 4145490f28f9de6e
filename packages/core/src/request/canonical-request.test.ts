import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { recogniseCall } from '../dialect/dialects.ts'
import { toValue } from '../json/value.ts'
import { canonicalRequest, type CanonicalContext } from './canonical-request.ts'
import { requestKey } from './recording-key.ts'
import { viewRequest } from './request-view.ts'
import type { HeaderList } from './headers.ts'

const URL_OF_CHAT = 'https://api.openai.com/v1/chat/completions'
const BASE = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }], temperature: 0.5 }

interface Asked {
  readonly url?: string
  readonly headers?: HeaderList
  readonly body?: unknown
}

/** The key of a chat request; a body that is no text is printed. */
function keyOf({ url = URL_OF_CHAT, headers = [], body = BASE }: Asked = {}): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return requestKey({ method: 'POST', url, headers, body: text }).hash
}

function canonical(body: unknown, context: Partial<CanonicalContext> = {}): unknown {
  const view = viewRequest(
    { method: 'post', url: `${URL_OF_CHAT}?b=2&a=1`, headers: [['OpenAI-Beta', ' x ']] },
    Buffer.from(JSON.stringify(body)),
  )
  return toValue(canonicalRequest(recogniseCall(view), view, { testId: null, ...context }))
}

/** Two parallel tool calls and their results, with these ids. */
function toolTurn(calls: readonly string[], results: readonly string[]): unknown {
  return {
    model: 'gpt-4o',
    messages: [
      { role: 'user', content: 'Weather in Rome and Oslo?' },
      {
        role: 'assistant',
        tool_calls: calls.map((id, n) => ({ id, function: { name: `f${n}` } })),
      },
      ...results.map((id, n) => ({ role: 'tool', tool_call_id: id, content: `result ${n}` })),
    ],
  }
}

function tool(name: string, parameters: object): object {
  return { type: 'function', function: { name, parameters } }
}

function nested(user: string): unknown {
  return { ...BASE, metadata: { user } }
}

function keyOfGet(url: string): string {
  return requestKey({ method: 'GET', url }).hash
}

function keyOfMethod(method: string): string {
  return requestKey({ method, url: 'https://a.example/x' }).hash
}

function keyOfQuery(query: string): string {
  return keyOf({ url: `${URL_OF_CHAT}?${query}` })
}

function keyOfBody(body: Uint8Array | string | null): string {
  return requestKey({ method: 'POST', url: 'https://a.example/x', body }).hash
}

function callIn(id: string, content: string): unknown {
  return { model: 'm', messages: [{ role: 'assistant', content, tool_calls: [{ id }] }] }
}

function resultFor(id: unknown): unknown {
  return { model: 'm', messages: [{ role: 'tool', tool_call_id: id }] }
}

function knownId(id: string): string | undefined {
  return id === 'call_original' ? 'call_rec0123456789ab_0' : undefined
}

function file(id: string): unknown {
  return {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: id } }] }],
  }
}

test('a canonical request says what was asked, of whom, in words that a miss can show', () => {
  expect(canonical({ ...BASE, user: 'u-1' })).toEqual({
    method: 'POST',
    provider: 'openai',
    endpoint: '/v1/chat/completions',
    model: 'gpt-4o',
    query: ['a=1', 'b=2'],
    headers: { 'openai-beta': 'x' },
    body: BASE,
  })
})

test('the test stands first where it belongs to the key', () => {
  const value = canonical(BASE, { testId: 'a test' })

  expect(Object.keys(value as object)[0]).toBe('test_id')
  expect(value).toMatchObject({ test_id: 'a test' })
})

test.each([
  ['model', { ...BASE, model: 'gpt-4o-mini' }],
  ['temperature', { ...BASE, temperature: 0.6 }],
  ['a field more', { ...BASE, top_p: 1 }],
  ['null in place of absent', { ...BASE, stop: null }],
  [
    'a system prompt',
    { ...BASE, messages: [{ role: 'system', content: 'Be brief.' }, ...BASE.messages] },
  ],
  ['one letter of a prompt', { ...BASE, messages: [{ role: 'user', content: 'hello' }] }],
  ['streaming', { ...BASE, stream: true }],
  ['a tool', { ...BASE, tools: [{ type: 'function', function: { name: 'f', parameters: {} } }] }],
])('%s changes the key', (_, body) => {
  expect(keyOf({ body })).not.toBe(keyOf())
})

test('the order of messages and of tools, and a tool’s schema, change the key', () => {
  const [one, other] = [
    { role: 'user', content: 'a' },
    { role: 'user', content: 'b' },
  ]
  const keys = [
    { ...BASE, messages: [one, other] },
    { ...BASE, messages: [other, one] },
    { ...BASE, tools: [tool('f', {}), tool('g', {})] },
    { ...BASE, tools: [tool('g', {}), tool('f', {})] },
    { ...BASE, tools: [tool('f', {}), tool('g', { required: ['x'] })] },
  ].map((body) => keyOf({ body }))

  expect(new Set(keys).size).toBe(5)
})

test.each([
  [
    'order of keys',
    '{"temperature":0.5,"messages":[{"content":"Hello","role":"user"}],"model":"gpt-4o"}',
  ],
  [
    'spelling of numbers',
    '{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}],"temperature":5e-1}',
  ],
  [
    'escapes and blanks',
    '{"model": "gpt-4o", "messages": [{"role":"user","content":"\\u0048ello"}], "temperature":0.50 }',
  ],
  ['the caller’s user', { ...BASE, user: 'u-1' }],
  ['safety_identifier', { ...BASE, safety_identifier: 's' }],
  ['prompt_cache_key', { ...BASE, prompt_cache_key: 'k' }],
])('%s does not change the key', (_, body) => {
  expect(keyOf({ body })).toBe(keyOf())
})

test('a field is ignored where the dialect says so, not wherever its name stands', () => {
  expect(keyOf({ body: nested('a') })).not.toBe(keyOf({ body: nested('b') }))
})

test('integers beyond 2^53 in a body count to the last digit', () => {
  expect(keyOf({ body: '{"model":"m","seed":9007199254740993}' })).not.toBe(
    keyOf({ body: '{"model":"m","seed":9007199254740992}' }),
  )
})

test.each([
  'https://us.api.openai.com/v1/chat/completions',
  'https://API.openai.com:443/v1/chat/completions#fragment',
  'http://127.0.0.1:4010/v1/chat/completions',
  'http://localhost:9/gateway/openai/v1/chat/completions',
])('%s is the same endpoint of the same provider', (url) => {
  expect(keyOf({ url })).toBe(keyOf())
})

test('regions of Bedrock are one provider, which is not OpenAI', () => {
  const [west, east] = ['us-west-2', 'eu-central-1'].map((region) =>
    keyOf({ url: `https://bedrock-runtime.${region}.amazonaws.com/openai/v1/chat/completions` }),
  )

  expect(west).toBe(east)
  expect(west).not.toBe(keyOf())
})

test('an unknown host is a provider of its own', () => {
  expect(keyOf({ url: 'https://llm.example.com/v1/chat/completions' })).not.toBe(keyOf())
})

test('the generic dialect keys on host and port too', () => {
  expect(keyOfGet('http://127.0.0.1:1/search')).not.toBe(keyOfGet('http://127.0.0.1:2/search'))
  expect(keyOfGet('https://a.example/search')).not.toBe(keyOfGet('https://b.example/search'))
  expect(keyOfGet('https://a.example/search')).not.toBe(keyOfGet('https://a.example/other'))
})

test('method counts, and its case does not', () => {
  expect(keyOfMethod('get')).toBe(keyOfMethod('GET'))
  expect(keyOfMethod('GET')).not.toBe(keyOfMethod('HEAD'))
})

test('the order of query parameters is free, their values, names and number count', () => {
  expect(keyOfQuery('a=1&b=2')).toBe(keyOfQuery('b=2&a=1'))
  expect(keyOfQuery('a=%20')).toBe(keyOfQuery('a=+'))
  expect(new Set(['a=1', 'a=2', 'a=1&a=1', 'b=1', 'a', ''].map(keyOfQuery)).size).toBe(6)
  expect(keyOfQuery('a=1%26b%3D2')).not.toBe(keyOfQuery('a=1&b=2'))
})

test.each([
  'key=AIza',
  'api_key=x',
  'api-key=x',
  'API-Key=x',
  'access_token=x',
  'token=x',
  'sig=x',
  'Signature=x',
  'X-Amz-Signature=x&X-Amz-Date=20260101T000000Z&X-Amz-Security-Token=t',
  'X-Goog-Signature=x',
  'AWSAccessKeyId=x',
])('the credentials %s are no part of the key', (query) => {
  expect(keyOf({ url: `${URL_OF_CHAT}?${query}` })).toBe(keyOf())
})

test.each([
  ['key=alpha', 'key=beta', 'by its value where it says what is asked for'],
  ['token=42', 'token=43', 'by its value where it says what is asked for'],
  ['key=alpha', '', 'by being there'],
  ['key=aB3dEfGh1jKlMn0pQrStUv', '', 'by being there where it is a credential'],
])('where no dialect knows the API, %s and %s differ: such a parameter counts %s', (one, other) => {
  expect(keyOfGet(`https://a.example/x?${one}`)).not.toBe(keyOfGet(`https://a.example/x?${other}`))
})

test.each([
  ['key=aB3dEfGh1jKlMn0pQrStUv', 'key=Zz9yXwVu8tSrQp7oNmLkJi'],
  ['key=aB3dEfGh1jKlMn0pQrStUv', 'key=%3CAPP_KEY%3E'],
  ['api_key=one', 'api_key=other'],
  ['sig=n4bQgYhMfWWaL%2BqgxVrQFaO%2FTxsrC4Is0V1sFbDwCgg%3D', 'sig=%3Csig%3E'],
  ['X-Amz-Signature=1&X-Amz-Date=20260101T000000Z', 'X-Amz-Signature=2'],
  ['X-Goog-Signature=1', ''],
])('where no dialect knows the API, credentials such as %s and %s are one', (one, other) => {
  expect(keyOfGet(`https://a.example/x?${one}`)).toBe(keyOfGet(`https://a.example/x?${other}`))
})

test.each(['keys=1', 'monkey=1', 'tokens=1', 'api-version=1', 'alt=sse'])(
  'the parameter %s is no credential and counts',
  (query) => {
    expect(keyOf({ url: `${URL_OF_CHAT}?${query}` })).not.toBe(keyOf())
  },
)

test.each([
  ['authorization', 'Bearer sk-1'],
  ['api-key', 'x'],
  ['x-api-key', 'x'],
  ['x-amz-date', '20260101T000000Z'],
  ['x-amz-security-token', 't'],
  ['amz-sdk-invocation-id', 'u'],
  ['amz-sdk-request', 'attempt=2; max=3'],
  ['user-agent', 'OpenAI/JS 6.49.0'],
  ['x-stainless-retry-count', '1'],
  ['x-stainless-timeout', '60'],
  ['idempotency-key', 'i'],
  ['accept-encoding', 'gzip'],
  ['content-length', '7'],
  ['openai-organization', 'org-1'],
  ['cookie', 'c'],
])('the header %s is no part of the key', (name, value) => {
  expect(keyOf({ headers: [[name, value]] })).toBe(keyOf())
})

test.each([
  'openai-beta',
  'anthropic-beta',
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-guardrailversion',
  'x-amzn-bedrock-trace',
])('the header %s counts by its value, whatever its case', (name) => {
  const keys = [
    keyOf(),
    keyOf({ headers: [[name, 'a']] }),
    keyOf({ headers: [[name, 'b']] }),
    keyOf({ headers: [[name.toUpperCase(), ' a ']] }),
  ]

  expect(keys[3]).toBe(keys[1])
  expect(new Set(keys).size).toBe(3)
})

test('the order of different headers is free', () => {
  const [one, other] = [
    ['openai-beta', 'a'],
    ['anthropic-beta', 'b'],
  ] as const

  expect(keyOf({ headers: [one, other] })).toBe(keyOf({ headers: [other, one] }))
})

test('a body that is not JSON counts by its bytes, and an empty one is none', () => {
  expect(keyOfBody('a')).toBe(keyOfBody(Uint8Array.of(0x61)))
  expect(keyOfBody('')).toBe(keyOfBody(null))
  expect(
    new Set([keyOfBody('a'), keyOfBody('b'), keyOfBody(null), keyOfBody(Uint8Array.of(0xff))]).size,
  ).toBe(4)
})

test('ids that a request defines are numbered in first-seen order', () => {
  expect(canonical(toolTurn(['call_9', 'call_7'], ['call_9', 'call_7']))).toMatchObject({
    body: {
      messages: [
        { role: 'user' },
        { tool_calls: [{ id: '<id 1>' }, { id: '<id 2>' }] },
        { tool_call_id: '<id 1>' },
        { tool_call_id: '<id 2>' },
      ],
    },
  })
})

test('parallel results can not swap, nor two ids become one', () => {
  const right = keyOf({ body: toolTurn(['a', 'b'], ['a', 'b']) })
  const swapped = keyOf({ body: toolTurn(['a', 'b'], ['b', 'a']) })
  const merged = keyOf({ body: toolTurn(['a', 'a'], ['a', 'a']) })
  const dangling = keyOf({ body: toolTurn(['a', 'b'], ['a', 'c']) })

  expect(new Set([right, swapped, merged, dangling]).size).toBe(4)
})

test('renaming ids one to one never changes a key, merging two always does', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), {
    minLength: 4,
    maxLength: 4,
  })
  const shape = fc.array(fc.nat(3), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(ids, ids, shape, (before, after, links) => {
      const body = (names: readonly string[]): unknown =>
        toolTurn(
          names,
          links.map((link) => names[link] ?? ''),
        )
      const key = keyOf({ body: body(before) })

      expect(keyOf({ body: body(after) })).toBe(key)
      const [first = '', , ...rest] = before
      expect(keyOf({ body: body([first, first, ...rest]) })).not.toBe(key)
    }),
  )
})

test('an id in a text is text, not an id', () => {
  expect(keyOf({ body: callIn('call_1', 'see call_1') })).toBe(
    keyOf({ body: callIn('call_2', 'see call_1') }),
  )
  expect(keyOf({ body: callIn('call_1', 'see call_1') })).not.toBe(
    keyOf({ body: callIn('call_2', 'see call_2') }),
  )
})

test('a text that looks like a placeholder does not meet one', () => {
  // It names no id of this request: whichever it is, a placeholder stands for it.
  expect(canonical(resultFor('<id 7>'))).toMatchObject({
    body: { messages: [{ tool_call_id: '<id 1>' }] },
  })
})

test('a result whose call is not in the request counts by a name that wiretape gave, else not by its name', () => {
  const ours = ['call_rec0123456789ab_0', 'call_rec0123456789ab_1', 'toolu_recffffffffffff-2_0']

  expect(keyOf({ body: resultFor('call_abc') })).toBe(keyOf({ body: resultFor('call_def') }))
  expect(new Set([...ours, 'call_abc'].map((id) => keyOf({ body: resultFor(id) }))).size).toBe(4)
})

test('an id that the scope has seen counts by its normalised name', () => {
  expect(canonical(resultFor('call_original'), { knownId })).toMatchObject({
    body: { messages: [{ tool_call_id: 'call_rec0123456789ab_0' }] },
  })
})

test('a reference to what the provider keeps counts literally', () => {
  expect(keyOf({ body: file('file-a') })).not.toBe(keyOf({ body: file('file-b') }))
})

test('an id that is no text stays as it is', () => {
  expect(canonical(resultFor(7))).toMatchObject({ body: { messages: [{ tool_call_id: 7 }] } })
  expect(keyOf({ body: resultFor(7) })).not.toBe(keyOf({ body: resultFor(null) }))
})
