import { expect, test } from 'vitest'
import { keyRequest } from '../request/request-key.ts'
import type { HeaderList } from '../request/headers.ts'
import { type RequestView, viewRequest } from '../request/request-view.ts'
import { fakeSecret } from '@wiretape/testkit'
import { redactRequest } from './redact-request.ts'
import { createRedactor } from './redactor.ts'

const environment = fakeSecret('env/+', 40)
const redactor = createRedactor({}, new Map([[environment, 'APP_TOKEN']]))

function viewOf(
  url: string,
  body: Uint8Array | string | null,
  headers: HeaderList = [],
): RequestView {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return viewRequest({ method: 'POST', url, headers }, bytes)
}

function urlOf(url: string): string {
  return redactRequest(viewOf(url, null), redactor).url.href
}

function bodyOf(body: string | Uint8Array, type: string): string {
  const view = viewOf('https://x.test/', body, [['content-type', type]])
  return Buffer.from(redactRequest(view, redactor).bytes ?? []).toString('latin1')
}

test.each([
  ['https://ann:pw@x.test/a', 'https://x.test/a'],
  ['https://x.test/a?api_key=1&q=2', 'https://x.test/a?api_key=%3Capi_key%3E&q=2'],
  [
    `https://x.test/a?q=${encodeURIComponent(`is ${environment}`)}`,
    'https://x.test/a?q=is%20%3CAPP_TOKEN%3E',
  ],
  [
    `https://x.test/bot${encodeURIComponent(environment)}/send`,
    'https://x.test/bot%3CAPP_TOKEN%3E/send',
  ],
  [
    'https://x.test/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A012345678901%3Ainference-profile%2Fm/converse',
    'https://x.test/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Caws-account-id%3E%3Ainference-profile%2Fm/converse',
  ],
  [
    `https://x.test/a#access_token=${fakeSecret('', 30)}`,
    'https://x.test/a#access_token=%3Caccess_token%3E',
  ],
])('the address %s', (url, expected) => {
  expect(urlOf(url)).toBe(expected)
})

test.each([
  'https://x.test/a?b=%20+c&d',
  'https://x.test/%7Euser/a%2Fb?page=2&sort_key=1',
  'https://x.test/?',
])('the address %s stays letter for letter', (url) => {
  expect(urlOf(url)).toBe(url)
})

test('a request with nothing in it is the same object', () => {
  const view = viewOf('https://x.test/a?b=c', '{"a":1.0,"b":"c"}', [
    ['content-type', 'application/json'],
  ])

  expect(redactRequest(view, redactor)).toBe(view)
})

test('headers are redacted by their names', () => {
  const view = viewOf('https://x.test/', null, [
    ['Authorization', 'Bearer abc'],
    ['x-api-key', 'abc'],
    ['anthropic-beta', 'tools-2024-05-16'],
  ])

  expect(redactRequest(view, redactor).headers).toEqual([
    ['Authorization', '<Authorization>'],
    ['x-api-key', '<x-api-key>'],
    ['anthropic-beta', 'tools-2024-05-16'],
  ])
})

test('fields of a form are redacted by their names, and the rest keeps its spelling', () => {
  expect(
    bodyOf(
      `grant_type=client_credentials&client_secret=a%20b&scope=a+b&x=${encodeURIComponent(environment)}`,
      'application/x-www-form-urlencoded',
    ),
  ).toBe(
    'grant_type=client_credentials&client_secret=%3Cclient_secret%3E&scope=a+b&x=%3CAPP_TOKEN%3E',
  )
})

function part(head: string, content: string): string {
  return `--bnd\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`
}

test('parts of a multipart form are redacted one by one, and bytes that are no text stay', () => {
  const binary = Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from('\r\n--bn')])
  const form = (secret: { field: string; token: string; name: string }): Buffer =>
    Buffer.concat([
      Buffer.from(
        `preamble\r\n${part('name="api_key"', secret.field)}${part('name="purpose"', 'fine-tune')}` +
          part(
            `name="file"; filename="${secret.name}.jsonl"`,
            `{"text":"${secret.token}"}\n{"a":1}`,
          ),
      ),
      Buffer.from('--bnd\r\nContent-Disposition: form-data; name="image"\r\n\r\n'),
      binary,
      Buffer.from('\r\n--bnd--\r\nepilogue'),
    ])

  expect(
    bodyOf(
      form({ field: 'abc', token: fakeSecret('sk-', 48), name: environment }),
      'multipart/form-data; boundary=bnd',
    ),
  ).toBe(
    form({ field: '<api_key>', token: '<openai-api-key>', name: '<APP_TOKEN>' }).toString('latin1'),
  )
})

function formWith(secret: string): string {
  return (
    `--bnd\r\nContent-Disposition: form-data; name=api_key\r\n\r\n${secret}\r\n` +
    '--bnd\r\nContent-Disposition: form-data; name="files"\r\n' +
    'Content-Type: multipart/mixed; boundary=inner\r\n\r\n' +
    `--inner\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n${secret}\r\n--inner--\r\n` +
    '\r\n--bnd--\r\n'
  )
}

test('a field without quotes is known by its name, and so is one of a form within the form', () => {
  expect(bodyOf(formWith('hunter2'), 'multipart/form-data; boundary=bnd')).toBe(
    formWith('<api_key>'),
  )
})

test('a form that is cut off is redacted to its end', () => {
  expect(
    bodyOf(
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2',
      'multipart/form-data; boundary="b"',
    ),
  ).toBe('--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n<password>')
})

test('other text is redacted as text, and bytes stay', () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x01])

  expect(bodyOf(`{"a":"${environment}"}\n{"b":1}\n`, 'application/jsonl')).toBe(
    '{"a":"<APP_TOKEN>"}\n{"b":1}\n',
  )
  expect(bodyOf(bytes, 'application/octet-stream')).toBe(bytes.toString('latin1'))
})

function chatWith(secret: string): RequestView {
  return viewOf(
    `https://api.openai.com/v1/chat/completions?trace=${secret}`,
    JSON.stringify({ model: 'm', messages: [{ role: 'user', content: `use ${secret}` }] }),
    [['content-type', 'application/json']],
  )
}

test('no key depends on what a machine knows of a secret', () => {
  const token = fakeSecret('sk-', 48)
  const keys = [new Map(), new Map([[token, 'MY_KEY']]), new Map([[token, 'OTHER_TOKEN']])].map(
    (known) =>
      keyRequest(redactRequest(chatWith(token), createRedactor({}, known)), { testId: null }).key
        .hash,
  )
  // A replay hands the program a placeholder, and the program may hand it on.
  const echoed = keyRequest(redactRequest(chatWith('<MY_KEY>'), redactor), { testId: null }).key
    .hash

  expect(new Set([...keys, echoed]).size).toBe(1)
})
