import { expect, test } from 'vitest'
import { printJson } from '../json/print.ts'
import { checkMatch } from './match-options.ts'
import { createMatcher, type MatchTransform } from './matcher.ts'
import { keyRequest, type KeyedRequest } from './request-key.ts'
import { requestKey } from './recording-key.ts'
import { viewRequest } from './request-view.ts'

interface Asked {
  readonly url?: string
  readonly body?: unknown
  readonly headers?: readonly (readonly [string, string])[]
}

const CHAT = 'https://api.openai.com/v1/chat/completions'

function keyed(
  { url = CHAT, body = {}, headers = [] }: Asked,
  match: unknown = {},
  transform?: MatchTransform,
): KeyedRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const checked = checkMatch(match, ({ message }) => new Error(message))
  return keyRequest(viewRequest({ method: 'POST', url, headers }, Buffer.from(text)), {
    testId: null,
    matcher: createMatcher(checked, { transform }),
  })
}

function areEqual(left: Asked, right: Asked, match?: unknown): boolean {
  return keyed(left, match).key.hash === keyed(right, match).key.hash
}

function prompt(system: string, more: object = {}): Asked {
  return {
    body: {
      model: 'm',
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: 'hi' },
      ],
      ...more,
    },
  }
}

function withBeta(value: string): Asked {
  return { headers: [['openai-beta', value]] }
}

function turn(id: object): Asked {
  return {
    url: 'https://api.openai.com/v1/responses',
    body: {
      input: [
        { type: 'message', ...id, role: 'assistant', content: [] },
        { type: 'function_call', call_id: 'call_abc', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_abc', output: '1' },
      ],
    },
  }
}

function textOf(length: number): Asked {
  return { body: { text: 'a'.repeat(length) } }
}

function azure(name: string): Asked {
  return { url: `https://${name}.openai.azure.com/openai/deployments/m/chat/completions` }
}

function local(port: number): Asked {
  return { url: `http://127.0.0.1:${port}/v1/chat/completions` }
}

function withoutSeed(canonical: { body: { seed?: unknown } }): unknown {
  const { seed: _, ...body } = canonical.body
  return { ...canonical, body }
}

function seeded(seed: number): string {
  return `{"seed":${seed},"n":9007199254740993,"text":"take 5"}`
}

function fail(): never {
  throw new Error('no body')
}

test('without options a key is what it was', () => {
  const request = { method: 'POST', url: CHAT, body: '{"model":"m"}' }

  expect(keyed({ body: request.body }).key).toEqual(requestKey(request))
})

test('what is ignored does not count, absent or not, and everything else does', () => {
  const match = { ignore: ['body.metadata.trace', 'body.messages[].name'] }
  const named = { body: { messages: [{ content: 'a', name: 'x' }], metadata: { trace: '1' } } }

  expect(areEqual(named, { body: { messages: [{ content: 'a' }], metadata: {} } }, match)).toBe(
    true,
  )
  expect(areEqual(named, { body: { messages: [{ content: 'b' }], metadata: {} } }, match)).toBe(
    false,
  )
  expect(areEqual(named, { body: { messages: [{ content: 'a' }], metadata: {} } })).toBe(false)
})

test('a key of options that do not touch a request is the key without them', () => {
  const match = { ignore: ['body.nothing'], hosts: { other: 'x' } }

  expect(keyed(prompt('a'), match).key.hash).toBe(keyed(prompt('a')).key.hash)
})

test('a query parameter, a header and the whole body can be ignored', () => {
  const url = `${CHAT}?cursor=a%20b&limit=2`

  expect(areEqual({ url }, { url: `${CHAT}?limit=2` }, { ignore: ['query.cursor'] })).toBe(true)
  expect(areEqual({ url }, { url: CHAT }, { ignore: ['query.cursor'] })).toBe(false)
  expect(areEqual({ url }, { url: CHAT }, { ignore: ['query'] })).toBe(true)
  expect(areEqual(withBeta('a'), withBeta('b'), { ignore: ['headers.openai-beta'] })).toBe(true)
  expect(areEqual({ body: { a: 1 } }, { body: { a: 2 } }, { ignore: ['body'] })).toBe(true)
})

test('a query that options look into and leave keeps its key', () => {
  const url = `${CHAT}?b=2&a=1&a=%C3%A9+%2B&empty=`

  expect(keyed({ url }, { ignore: ['query.other'] }).key.hash).toBe(keyed({ url }).key.hash)
})

test('what is ignored does not move the numbers of ids', () => {
  expect(areEqual(turn({ id: 'msg_1' }), turn({}), { ignore: ['body.input[].id'] })).toBe(true)
})

test('a date in the system prompt is replaced, and the rest of the prompt still counts', () => {
  const match = {
    replace: [
      {
        path: 'body.messages[].content',
        pattern: /Today is \d{4}-\d\d-\d\d/,
        with: 'Today is <date>',
      },
    ],
  }

  expect(
    areEqual(
      prompt('Be kind. Today is 2026-01-01.'),
      prompt('Be kind. Today is 2026-12-31.'),
      match,
    ),
  ).toBe(true)
  expect(
    areEqual(
      prompt('Be kind. Today is 2026-01-01.'),
      prompt('Be curt. Today is 2026-01-01.'),
      match,
    ),
  ).toBe(false)
  expect(
    areEqual(prompt('Be kind. Today is 2026-01-01.'), prompt('Be kind. Today is a Sunday.'), match),
  ).toBe(false)
  expect(printJson(keyed(prompt('Today is 2026-01-01.'), match).canonical)).toContain(
    '"Today is <date>."',
  )
})

test('every match is replaced, one after the other, in strings and in the strings of a list', () => {
  const match = {
    replace: [
      { path: 'body.stop', pattern: '(\\d)\\d*', with: '$1' },
      { path: 'body.stop', pattern: '1', with: 'one' },
    ],
  }

  expect(printJson(keyed({ body: { stop: ['12 and 13', 7, '25'] } }, match).canonical)).toContain(
    '{"stop":["one and one",7,"2"]}',
  )
  expect(printJson(keyed({ body: { stop: '12' } }, match).canonical)).toContain('{"stop":"one"}')
})

test('text over 100 000 characters is left as it is', () => {
  const match = { replace: [{ path: 'body.text', pattern: 'a', with: 'b' }] }

  expect(keyed(textOf(100_000), match).key.hash).not.toBe(keyed(textOf(100_000)).key.hash)
  expect(keyed(textOf(100_001), match).key.hash).toBe(keyed(textOf(100_001)).key.hash)
})

test('the host counts where it is included, without the port of a local stand-in', () => {
  expect(areEqual(azure('east'), azure('west'))).toBe(true)
  expect(areEqual(azure('east'), azure('west'), { include: ['host'] })).toBe(false)
  expect(areEqual(local(1234), local(5678), { include: ['host'] })).toBe(true)
})

test('a host that wiretape does not know has the provider that it is given', () => {
  const url = 'https://LLM.internal:8443/v1/chat/completions'

  expect(areEqual({ url }, {})).toBe(false)
  expect(areEqual({ url }, {}, { hosts: { 'llm.internal': 'openai' } })).toBe(true)
  expect(areEqual({ url }, {}, { hosts: { 'llm.internal:8443': 'openai' } })).toBe(true)
  expect(areEqual({ url }, {}, { hosts: { 'llm.internal:1': 'openai' } })).toBe(false)
})

test('a model that does not count is no part of the place either', () => {
  const match = {
    replace: [
      { path: 'model', pattern: '-\\d{4}-\\d\\d-\\d\\d$', with: '' },
      { path: 'body.model', pattern: '-\\d{4}-\\d\\d-\\d\\d$', with: '' },
    ],
  }
  const dated = keyed({ body: { model: 'gpt-4o-2024-08-06' } }, match)
  const plain = keyed({ body: { model: 'gpt-4o' } }, match)

  expect(dated.filing).toMatchObject({ hash: plain.filing.hash, call: { model: 'gpt-4o' } })
  expect(dated.call.model).toBe('gpt-4o-2024-08-06')
  const none = keyed({ body: { model: 'a' } }, { ignore: ['model', 'body.model'] })
  expect(none.filing.call.model).toBeNull()
})

test('a transform is given the canonical form last, and what it leaves keeps its spelling', () => {
  const match = {
    transform: 'mine',
    replace: [{ path: 'body.text', pattern: '\\d+', with: '<n>' }],
  }

  const one = keyed({ body: seeded(1) }, match, withoutSeed)
  const two = keyed({ body: seeded(2) }, match, withoutSeed)

  expect(one.key.hash).toBe(two.key.hash)
  expect(printJson(one.canonical)).toContain('"body":{"n":9007199254740993,"text":"take <n>"}')
})

test('a transform that throws is named', () => {
  expect(() => keyed({}, { transform: 'mine' }, fail)).toThrow(
    "WT_TRANSFORM_FAILED: the transform 'mine' of wiretape.config.mjs threw: no body\n→ make it take every request: it is given the canonical form of each, whatever its API",
  )
})

test('a transform that returns nothing, or no JSON, is named', () => {
  expect(() => keyed({}, { transform: 'mine' }, () => undefined)).toThrow(
    "WT_VALUE_NOT_JSON: the result of the transform 'mine' is undefined, which JSON can't hold",
  )
  expect(() => keyed({}, { transform: 'mine' }, async () => ({}))).toThrow(
    "WT_VALUE_NOT_JSON: the result of the transform 'mine' is a Promise, which JSON can't hold",
  )
})

test('requestKey takes the options of a corpus too, but no transform', () => {
  const match = { ignore: ['body.a'] }
  const request = { method: 'POST', url: CHAT, body: '{"a":1}' }

  expect(requestKey(request, { match })).toEqual(requestKey({ ...request, body: '{}' }))
  expect(() => requestKey(request, { match: { ignore: ['a'] } })).toThrow(
    "WT_OPTION_INVALID: requestKey: match.ignore[0] takes a path that begins with body, headers, host, model, path_ids, provider or query, got 'a'\n→ for a field of the body write 'body.a'",
  )
  expect(() => requestKey(request, { match: { transform: 'x' } as object })).toThrow(
    'WT_OPTION_INVALID: requestKey: match.transform is not run here\n→ let wiretape rekey --dry-run tell the key',
  )
})
