import { expect, test } from 'vitest'
import { checkMatch, nameOfMatch } from './match-options.ts'

function checked(match: unknown): unknown {
  return checkMatch(
    match,
    ({ name, message, hint }) => new Error(`${name}|${message}|${hint ?? ''}`),
  )
}

function nameOf(match: unknown): string {
  return nameOfMatch(checkMatch(match, ({ message }) => new Error(message)))
}

function refusal(match: unknown): string {
  try {
    checked(match)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

test('options are kept as a manifest can hold them, in one spelling', () => {
  expect(
    checked({
      ignore: ['query.after', 'body.b', 'body.b'],
      replace: [
        { path: 'body.system', pattern: /on \d+/gi, with: '<date>' },
        { path: 'body.system', pattern: 'x', flags: 'sg', with: '' },
      ],
      include: ['host', 'host'],
      hosts: { 'LLM.internal:8080': 'openai', a: 'b' },
      transform: 'mine',
    }),
  ).toEqual({
    ignore: ['body.b', 'query.after'],
    replace: [
      { path: 'body.system', pattern: 'on \\d+', flags: 'i', with: '<date>' },
      { path: 'body.system', pattern: 'x', flags: 's', with: '' },
    ],
    include: ['host'],
    hosts: { a: 'b', 'llm.internal:8080': 'openai' },
    transform: 'mine',
  })
})

test('what says nothing is not kept', () => {
  expect(
    checked({ ignore: [], replace: [], include: [], hosts: {}, transform: undefined }),
  ).toEqual({})
})

test('the order of fields, paths and hosts is free, that of replacements is not', () => {
  const [a, b] = [
    { path: 'body.a', pattern: 'x', with: 'y' },
    { path: 'body.a', pattern: 'y', with: 'z' },
  ]

  expect(nameOf({ ignore: ['body.a', 'body.b'], hosts: { x: '1', y: '2' } })).toBe(
    nameOf({ hosts: { y: '2', x: '1' }, ignore: ['body.b', 'body.a'] }),
  )
  expect(nameOf({ replace: [a, b] })).not.toBe(nameOf({ replace: [b, a] }))
})

test.each([
  [7, '|takes an object, got 7|'],
  [[], '|takes an object, got an array|'],
  [{ ignored: [] }, 'ignored|is not an option|use ignore, replace, include, hosts, transform'],
  [{ ignore: 'body.a' }, "ignore|takes a list, got 'body.a'|"],
  [{ ignore: [7] }, 'ignore[0]|takes a path, got 7|'],
  [
    { ignore: ['body.a', 'messages[].name'] },
    "ignore[1]|takes a path that begins with body, headers, host, model, path_ids, provider or query, got 'messages[].name'|for a field of the body write 'body.messages[].name'",
  ],
  [
    { ignore: ['$.user'] },
    "ignore[0]|takes a path that begins with body, headers, host, model, path_ids, provider or query, got '$.user'|for a field of the body write 'body.user'",
  ],
  [
    { ignore: ['body.messages[0].name'] },
    "ignore[0]|takes names with dots between them and [] for every item of an array, got 'body.messages[0].name'|write it like 'body.messages[].name'",
  ],
  [
    { ignore: ['body..name'] },
    "ignore[0]|takes names with dots between them and [] for every item of an array, got 'body..name'|write it like 'body.messages[].name'",
  ],
  [
    { ignore: ['body.tools[][]'] },
    "ignore[0]|can't take items out of an array, got 'body.tools[][]'|name the whole array: 'body.tools'",
  ],
  [{ replace: {} }, 'replace|takes a list, got an object|'],
  [{ replace: [[]] }, 'replace[0]|takes { path, pattern, with }, got an array|'],
  [{ replace: ['a'] }, "replace[0]|takes { path, pattern, with }, got 'a'|"],
  [
    { replace: [{ path: 'body', pattern: 'a', replacement: '' }] },
    'replace[0].replacement|is not an option|use path, pattern, flags, with',
  ],
  [
    { replace: [{ path: 'system', pattern: 'a', with: '' }] },
    "replace[0].path|takes a path that begins with body, headers, host, model, path_ids, provider or query, got 'system'|for a field of the body write 'body.system'",
  ],
  [{ replace: [{ path: 'body', pattern: 'a' }] }, 'replace[0].with|takes a string, got undefined|'],
  [
    { replace: [{ path: 'body', pattern: 7, with: '' }] },
    'replace[0].pattern|takes a regular expression or its source, got 7|',
  ],
  [
    { replace: [{ path: 'body', pattern: '(', with: '' }] },
    'replace[0].pattern|is no regular expression: Invalid regular expression: /(/: Unterminated group|',
  ],
  [
    { replace: [{ path: 'body', pattern: 'a', flags: 'y', with: '' }] },
    "replace[0].flags|takes the flags i, m, s and u, got 'y'|",
  ],
  [
    { replace: [{ path: 'body', pattern: /a/y, with: '' }] },
    "replace[0].pattern|takes the flags i, m, s and u, got 'y'|",
  ],
  [
    { replace: [{ path: 'body', pattern: 'x(a+)+', with: '' }] },
    'replace[0].pattern|could take for ever on some texts: in (a+)+ a group is repeated that can match in many ways itself|repeat one class of characters instead of a group, e.g. [\\d-]+',
  ],
  [{ include: ['port'] }, "include|takes 'host', got 'port'|"],
  [{ hosts: ['a'] }, 'hosts|takes an object of hosts and their providers, got an array|'],
  [
    { hosts: { 'https://llm.internal': 'openai' } },
    "hosts|takes hosts without scheme or path, got 'https://llm.internal'|write it like hosts: { 'llm.internal': 'openai' }",
  ],
  [{ hosts: { 'llm.internal': 7 } }, "hosts['llm.internal']|takes the name of a provider, got 7|"],
  [
    { transform: () => 1 },
    'transform|takes the name of a transform, got a function|export the function in wiretape.config.mjs: export const transforms = { name: (canonical) => canonical }',
  ],
])('%j is refused in words that say what it takes', (match, message) => {
  expect(refusal(match)).toBe(message)
})
