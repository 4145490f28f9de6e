import { describe, expect, test } from 'vitest'
import { fakeSecret, fakePrivateKey, UPPERCASE_AND_DIGITS, fakeWebToken } from '@wiretape/testkit'
import { createRedactor, createRedactorSource } from './redactor.ts'

const redactor = createRedactor({}, new Map())
const hex = '0123456789abcdef'

function redacted(text: string): string {
  return redactor.text(text, '')
}

describe('tokens by their shape', () => {
  test.each([
    ['<openai-api-key>', fakeSecret('sk-', 48)],
    ['<openai-api-key>', fakeSecret('sk-proj-', 120)],
    ['<openai-api-key>', fakeSecret('sk-svcacct-', 60)],
    ['<openai-api-key>', fakeSecret('sk-', 32, hex)],
    ['<anthropic-api-key>', fakeSecret('sk-ant-api03-', 95)],
    ['<openrouter-api-key>', fakeSecret('sk-or-v1-', 64, hex)],
    ['<stripe-api-key>', fakeSecret('sk_live_', 24)],
    ['<aws-access-key-id>', fakeSecret('AKIA', 16, UPPERCASE_AND_DIGITS)],
    ['<aws-access-key-id>', fakeSecret('ASIA', 16, UPPERCASE_AND_DIGITS)],
    ['<google-api-key>', fakeSecret('AIza', 35)],
    ['<google-oauth-token>', fakeSecret('ya29.a0', 100)],
    ['<github-token>', fakeSecret('ghp_', 36)],
    ['<github-token>', fakeSecret('ghs_', 36)],
    ['<github-token>', `${fakeSecret('github_pat_', 22)}_${fakeSecret('', 59)}`],
    ['<gitlab-token>', fakeSecret('glpat-', 20)],
    ['<slack-token>', `${fakeSecret('xoxb-', 12, '0123456789')}-${fakeSecret('', 24)}`],
    ['<huggingface-token>', fakeSecret('hf_', 34)],
    ['<groq-api-key>', fakeSecret('gsk_', 52)],
    ['<xai-api-key>', fakeSecret('xai-', 80)],
    ['<replicate-token>', fakeSecret('r8_', 37)],
    ['<tavily-api-key>', fakeSecret('tvly-', 32)],
    ['<nvidia-api-key>', fakeSecret('nvapi-', 64)],
    ['<perplexity-api-key>', fakeSecret('pplx-', 48)],
    ['<langsmith-api-key>', `${fakeSecret('lsv2_pt_', 32, hex)}_${fakeSecret('', 10, hex)}`],
    ['<pinecone-api-key>', fakeSecret('pcsk_', 60)],
    ['<npm-token>', fakeSecret('npm_', 36)],
    ['<pypi-token>', fakeSecret('pypi-', 80)],
    ['<sendgrid-api-key>', `${fakeSecret('SG.', 22)}.${fakeSecret('', 43)}`],
    ['<openai-ephemeral-key>', fakeSecret('ek_', 32)],
    ['<bedrock-api-key>', fakeSecret('ABSK', 128)],
    ['<bedrock-api-key>', fakeSecret('bedrock-api-key-', 128)],
    ['<jwt>', fakeWebToken],
    ['<private-key>', fakePrivateKey],
    ['<private-key>', fakePrivateKey.replaceAll('\n', '\\n')],
    ['<private-key>', fakePrivateKey.slice(0, 100)],
  ])('%s', (placeholder, token) => {
    expect(redacted(token)).toBe(placeholder)
    expect(redacted(`the key is ${token}`)).toBe(`the key is ${placeholder}`)
    expect(redacted(`("${token}")`)).toBe(`("${placeholder}")`)
    expect(redacted(`{\\"a\\":\\"line\\n${token}\\"}`)).toContain(placeholder)
    expect(redactor.secretsIn(`a ${token} b`, '')[0]?.rule).toBe(placeholder.slice(1, -1))
    expect(redactor.secretsIn(redacted(token), '')).toEqual([])
  })

  test('an escape before a token is no part of it', () => {
    const token = fakeSecret('sk-', 48)

    expect(redacted(`{"a":"line\\n${token}"}`)).toBe('{"a":"line\\n<openai-api-key>"}')
    expect(redacted(`a\\u0026${token}`)).toBe('a\\u0026<openai-api-key>')
    expect(redacted(`a%3D${token}`)).toBe('a%3D<openai-api-key>')
  })

  test.each([
    'sk-learn-classification-report-for-beginners',
    'task-0123456789abcdefghij0123',
    'sk-short',
    'risk-assessment-2024',
    'AKIA',
    'AKIAABC',
    `AKIA${'A'.repeat(30)}`,
    `x${fakeSecret('AKIA', 16, UPPERCASE_AND_DIGITS)}`,
    fakeSecret('AIza', 20),
    fakeSecret('AIza', 60),
    'ghp_short',
    'hf_transformers_are_all_you_need_here',
    `hf_${'x'.repeat(34)}`,
    'xoxb-not-a-token-at-all',
    'github_pat_short',
    'npm_config_registry_and_others_of_its_kind',
    'ek_' + 'a'.repeat(30),
    // JSON in base64, as cursors are, and a header alone.
    Buffer.from('{"page":2,"after":"2024-07-18T10:00:00Z"}').toString('base64'),
    fakeWebToken.split('.')[0] ?? '',
    'eyJhbGciOi.eyJzdWIiOi',
    '-----BEGIN CERTIFICATE-----\nMIIabcdefghijklmnopqrstuvwxyz0123456789\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----\nMIIabcdefghijklmnopqrstuvwxyz0123456789\n-----END PUBLIC KEY-----',
    'A file begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----.',
    'AWS4-HMAC-SHA256',
  ])('%s is none', (text) => {
    expect(redacted(text)).toBe(text)
    expect(redactor.secretsIn(text, '')).toEqual([])
  })

  test.each([
    'rec-0c85ee22d4ca',
    'call_rec0c85ee22d4ca_0',
    'chatcmpl-B9xKqWf7h2mN4pR8sT1vY6zA3cE5',
    'resp_68af4030baa48193b0b43b4c2a176a1a0e6967589f080e78',
    'msg_01XFDUDYJgAACzvnptvVoYEL',
    'toolu_01A09q90qw90lq917835lq9',
    'call_O8wJ2kQ7bN5xV3mR1tY9zC4a',
    'tooluse_F8kX2mQ9RzSbW7yT5vN1aA',
    'file-BK7bzQj3FfZFXr7DbL6xJwfo',
    'thread_abc123DEF456ghi789JKL012',
    'req_011CSHoEeqs5C35K2UUqR7Fy',
    '2025-06-26T23:07:31.123456Z',
    'd3b07384d113edec49eaa6238ad5ff00d3b07384d113edec49eaa6238ad5ff00',
    'gpt-4o-mini-2024-07-18',
    'anthropic.claude-3-5-sonnet-20241022-v2:0',
    'ErUBCkYIBRgCIkDGmvXj4bKQ8mT2nR6wYpL9hFs3dAzXe5vUoJ1qWcBk7NtSgHyMiOrPaElQfZxVuDbG',
    `gAAAAAB${fakeSecret('', 400, `${UPPERCASE_AND_DIGITS}abcdefghijklmnopqrstuvwxyz-_`)}`,
  ])('the id %s is none', (text) => {
    expect(redacted(text)).toBe(text)
    expect(redacted(`{"id":"${text}"}`)).toBe(`{"id":"${text}"}`)
    expect(redactor.secretsIn(text, '')).toEqual([])
  })
})

describe('addresses', () => {
  const signature = fakeSecret('', 64, hex)

  test.each([
    ['postgres://ann:hunter2@db.example.com/x', 'postgres://<userinfo>@db.example.com/x'],
    ['see https://a:b%20c@h.test, and', 'see https://<userinfo>@h.test, and'],
    [`https://${fakeSecret('', 32)}@github.com/a/b`, 'https://<userinfo>@github.com/a/b'],
    [
      `https://s3.test/a?X-Amz-Date=20250101T000000Z&X-Amz-Signature=${signature}&x=1`,
      'https://s3.test/a?X-Amz-Date=<X-Amz-Date>&X-Amz-Signature=<X-Amz-Signature>&x=1',
    ],
    [
      `https://b.test/i.png?se=2025-06-26T23%3A07%3A31Z&sig=${fakeSecret('', 40)}%3D`,
      'https://b.test/i.png?se=2025-06-26T23%3A07%3A31Z&sig=<sig>',
    ],
    [`GET /v1/models?key=${fakeSecret('', 39)} failed`, 'GET /v1/models?key=<key> failed'],
    ['/cb?access_token=abc&state=1', '/cb?access_token=<access_token>&state=1'],
    [`<a href="/x?a=1&amp;sig=${fakeSecret('', 40)}">`, '<a href="/x?a=1&amp;sig=<sig>">'],
    [`"/x?a=1\\u0026api_key=abc"`, '"/x?a=1\\u0026api_key=<api_key>"'],
  ])('%s', (text, expected) => {
    expect(redacted(text)).toBe(expected)
  })

  test.each([
    'https://example.com/@ann/posts',
    'https://example.com:8080/a@b',
    'ssh://git@github.com/a/b.git',
    'https://ann@example.com/',
    'postgres://user:password@localhost/app',
    'postgres://postgres:postgres@localhost:5432/app',
    'mongodb://<user>:<password>@cluster.example.com',
    'https://${USER}:${PASSWORD}@host.test',
    '?key=value&page=2',
    '?sort_key=name&keys=a',
    '?token=abc',
    'a && key=1; sig=2',
    '?api_key=YOUR_API_KEY',
    '?api_key=<api_key>&sig=%3Csig%3E',
  ])('%s stays', (text) => {
    expect(redacted(text)).toBe(text)
  })
})

describe('names within text', () => {
  const value = fakeSecret('', 32)

  test.each([
    [`OPENAI_API_KEY=${value}`, 'OPENAI_API_KEY=<OPENAI_API_KEY>'],
    [`export DB_PASSWORD="${value}"`, 'export DB_PASSWORD="<DB_PASSWORD>"'],
    [`client_secret: '${value}'`, "client_secret: '<client_secret>'"],
    [`{'api_key': '${value}'}`, "{'api_key': '<api_key>'}"],
    [`{"a":"b\\nAPI_KEY=${value}"}`, '{"a":"b\\nAPI_KEY=<API_KEY>"}'],
    ['{"password":"hunter2","a":1}', '{"password":"<password>","a":1}'],
    ['{"password" : "with \\"quotes\\" in it"}', '{"password" : "<password>"}'],
    ['{\\"password\\":\\"hunter2\\"}', '{\\"password\\":\\"<password>\\"}'],
    [
      '{\\"password\\":\\"a \\\\\\"b\\\\\\" c\\",\\"d\\":1}',
      '{\\"password\\":\\"<password>\\",\\"d\\":1}',
    ],
    ['{"password":"cut off', '{"password":"<password>'],
    [`{"token":"${value}"}`, '{"token":"<token>"}'],
    [`Authorization: Bearer ${value}`, 'Authorization: Bearer <bearer-token>'],
    [`curl -H 'x: y' with Bearer ${value}`, "curl -H 'x: y' with Bearer <bearer-token>"],
    [`Basic ${Buffer.from('ann:hunter2').toString('base64')}`, 'Basic <basic-credentials>'],
    [
      `x-amz-security-token:${value}\nhost:h`,
      'x-amz-security-token:<x-amz-security-token>\nhost:h',
    ],
    [
      `AWS4-HMAC-SHA256 Credential=${fakeSecret('AKIA', 16, UPPERCASE_AND_DIGITS)}/20250101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=${fakeSecret('', 64, hex)}`,
      'AWS4-HMAC-SHA256 Credential=<aws-access-key-id>/20250101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=<aws-signature>',
    ],
    [
      'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'AWS_SECRET_ACCESS_KEY=<AWS_SECRET_ACCESS_KEY>',
    ],
    [
      `AccountKey=${fakeSecret('', 86)}==;EndpointSuffix=x`,
      'AccountKey=<AccountKey>;EndpointSuffix=x',
    ],
  ])('%s', (text, expected) => {
    expect(redacted(text)).toBe(expected)
    expect(redacted(expected)).toBe(expected)
  })

  test.each([
    'password: ask your administrator',
    'const password = getPassword(user)',
    'api_key = os.environ["OPENAI_API_KEY"]',
    'OPENAI_API_KEY=$OPENAI_API_KEY',
    'OPENAI_API_KEY=your-api-key-goes-here-please',
    '{"password":"string"}',
    '{"api_key":"<api_key>"}',
    '{"token":" Sol","logprob":-0.1}',
    '{"max_tokens":"1024"}',
    '{"type":"password"}',
    '{"required":["password","api_key"]}',
    '{"password":{"type":"string"}}',
    'The bearer of good news came along.',
    'Bearer the-quick-brown-fox-jumps',
    'Basic understanding of mathematics',
    'signature: Ann Example',
    `thoughtSignature: ${value}`,
  ])('%s stays', (text) => {
    expect(redacted(text)).toBe(text)
  })
})

test.each([
  [
    'arn:aws:bedrock:us-east-1:012345678901:guardrail/x',
    'arn:aws:bedrock:us-east-1:<aws-account-id>:guardrail/x',
  ],
  ['arn%3Aaws%3Asts%3A%3A012345678901%3Arole', 'arn%3Aaws%3Asts%3A%3A<aws-account-id>%3Arole'],
  ['arn:aws-us-gov:iam::012345678901:user/ann', 'arn:aws-us-gov:iam::<aws-account-id>:user/ann'],
  ['arn:aws:bedrock:us-east-1::foundation-model/m', undefined],
  ['learn:aws:x:y:1234', undefined],
  ['order 012345678901', undefined],
])('the account in %s', (text, expected) => {
  expect(redacted(text)).toBe(expected ?? text)
})

describe('what base64 holds', () => {
  test('is redacted within it, and still decodes', () => {
    const text = `config:\n  key: ${fakeSecret('sk-', 48)}\n`
    const file = `data:text/plain;base64,${Buffer.from(text).toString('base64')}`

    const kept = redacted(file)

    expect(Buffer.from(kept.slice(file.indexOf(',') + 1), 'base64').toString()).toBe(
      'config:\n  key: <redacted>\n',
    )
    expect(redacted(kept)).toBe(kept)
  })

  test('of bytes that are no text can only be refused', () => {
    const bytes = Buffer.concat([
      Buffer.alloc(300, 0x80),
      Buffer.from(` ${fakeSecret('sk-', 48)} `),
    ])
    const text = bytes.toString('base64')

    expect(redacted(text)).toBe(text)
    expect(redactor.secretsIn(text, '')[0]?.rule).toBe('openai-api-key')
  })
})

test('people are kept out where it is asked for', () => {
  const people = createRedactor({ emails: true, phones: true }, new Map())
  const text =
    'Ann <ann.example+x@mail.example.co.uk>, +49 (0)30 1234-5678, (555) 123-4567, 555-123-4567'

  expect(people.text(text, '')).toBe(
    'Ann <<email-address>>, <phone-number>, <phone-number>, <phone-number>',
  )
  expect(people.secretsIn(text, '')[0]?.rule).toBe('email-address')
  expect(redacted(text)).toBe(text)
})

test.each([
  'npm install left-pad@1.3.0',
  '@ann said so',
  'user@localhost',
  'price: 1234567890',
  '2024-07-18 10:00:00',
  '127.0.0.1',
  '3.14159265358979',
  '+1',
  '1-2-3',
  'd3b07384-d113-4dec-89ea-a6238ad5ff00',
])('%s is nobody', (text) => {
  expect(createRedactor({ emails: true, phones: true }, new Map()).text(text, '')).toBe(text)
})

test('rules of the user come beside', () => {
  const own = createRedactor(
    {
      rules: [
        { name: 'customer', pattern: /\bC-\d{4}\b/ },
        { name: 'city', pattern: /berlin/i, with: 'Springfield' },
        { name: 'letter', test: (text, pointer) => text === 'Dear' && pointer === '/a' },
      ],
    },
    new Map(),
  )

  expect(own.text('C-1234 and C-5678 of BERLIN', '')).toBe(
    '<customer> and <customer> of Springfield',
  )
  expect(own.text('Dear', '/a')).toBe('<letter>')
  expect(own.text('Dear', '/b')).toBe('Dear')
  expect(own.secretsIn('C-1234', '')[0]?.rule).toBe('customer')
})

test('what is waived stays where it is waived, and below', () => {
  const token = fakeSecret('sk-', 48)
  const waiving = createRedactor(
    { allow: [{ rule: 'openai-api-key', pointer: '/request/body/messages' }] },
    new Map(),
  )

  expect(waiving.text(token, '/request/body/messages/0/content')).toBe(token)
  expect(waiving.secretsIn(token, '/request/body/messages')).toEqual([])
  expect(waiving.text(token, '/request/body/messages2')).toBe('<openai-api-key>')
  expect(waiving.text(fakeWebToken, '/request/body/messages')).toBe('<jwt>')
})

test('a variable is known from when it is set, and stays known', () => {
  const environment: Record<string, string | undefined> = {}
  const source = createRedactorSource(true, environment)
  const before = source.current()
  environment['LATE_TOKEN'] = fakeSecret('', 24)
  const value = environment['LATE_TOKEN']

  const after = source.current()
  delete environment['LATE_TOKEN']

  expect(before?.text(value, '')).toBe(value)
  expect(after?.text(value, '')).toBe('<LATE_TOKEN>')
  expect(source.current()?.text(value, '')).toBe('<LATE_TOKEN>')
})

test('without redaction only messages are masked', () => {
  const source = createRedactorSource(false, {})

  expect(source.current()).toBeNull()
  expect(source.forMessages().text(fakeWebToken, '')).toBe('<jwt>')
})

const pieces = [
  ':',
  '=',
  '"',
  '\\',
  '@',
  'a',
  ' ',
  '1',
  '-----BEGIN PRIVATE KEY-----',
  '://',
  'a@',
  'a=',
  '%3C',
  '"password":"',
  '\\"password\\":\\"',
  'password=',
  '&key=',
  '&a=b',
  'arn:aws:',
  'sk-',
  'eyJ',
  'eyJhbGciOiJIUzI1NiJ9.',
  'Bearer ',
  'Basic a',
  '+1 ',
  '<a',
  '-----',
  'Signature=',
]

test.each(pieces)('a text of nothing but %s takes no longer than any other', (piece) => {
  const busy = createRedactor(
    { emails: true, phones: true },
    new Map([[fakeSecret('', 24), 'A_KEY']]),
  )
  const text = piece.repeat(Math.ceil(400_000 / piece.length))
  const startedAt = performance.now()

  busy.text(text, '')
  busy.secretsIn(text, '')

  // What is quadratic takes minutes.
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})
