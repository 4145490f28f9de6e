import { expect, test } from 'vitest'
import { environmentSecrets, secretForms } from './environment-secrets.ts'
import { fakeSecret } from '@wiretape/testkit'
import { createRedactor } from './redactor.ts'

test.each([
  ['OPENAI_API_KEY', fakeSecret('sk-proj-', 40)],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ['AZURE_KEY', 'e3ff2839c048b25c084debe9b2699500'],
  ['DB_PASSWORD', 'P@ssw0rd!P@ssw0rd!'],
  ['INTERNAL_TOKEN', 'canary-secret-value-0001'],
  ['SECRETS_OF_MINE', '3f2b8c1e-9a1b-4c5d-8e7f-001122334455'],
])('%s is a secret', (name, value) => {
  expect([...environmentSecrets({ [name]: value })]).toEqual([[value, name]])
})

test.each([
  ['PATH_TO_KEY', '/home/ann/.ssh/id_ed25519_2024'],
  ['KEY_FILE', './keys/service-account-1.json'],
  ['TOKEN_URL', 'https://auth.example.com/oauth2/token'],
  ['DB_PASSWORD', 'postgres'],
  ['USE_TOKEN', 'true'],
  ['API_KEY', 'short1234'],
  ['API_KEY', ''],
  ['API_KEY', undefined],
  ['PASSWORD', 'correcthorsebatterystaple'],
  ['SECRET_ARN', 'arn:aws:secretsmanager:us-east-1:012345678901:secret:db-1'],
  ['SECRET_NOTE', 'this is a sentence of 2026'],
  ['KEY_VAULT_NAME', 'my-company-vault-01'],
  ['TOKEN_MODEL', 'claude-3-5-sonnet-20241022'],
  ['DEFAULT_KEY', 'gpt-4o-mini-2024-07-18'],
  ['HOSTNAME', fakeSecret('', 32)],
])('%s=%s is none', (name, value) => {
  expect([...environmentSecrets({ [name]: value })]).toEqual([])
})

test('of two variables with one value the first by name is named', () => {
  const value = fakeSecret('', 24)

  expect([...environmentSecrets({ B_TOKEN: value, A_KEY: value })]).toEqual([[value, 'A_KEY']])
})

test('a value is found in every spelling, and what is around it still decodes', () => {
  const value = 'tok/en+with=9"quote\\s!(~*)'
  const redactor = createRedactor({}, new Map([[value, 'APP_TOKEN']]))
  const spelled = [
    value,
    encodeURIComponent(value),
    encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    encodeURIComponent(encodeURIComponent(value)),
    new URLSearchParams({ value }).toString().slice('value='.length),
    JSON.stringify(value),
    JSON.stringify(JSON.stringify(value)),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
    ...['', 'a', 'ab', 'abc'].flatMap((before) => [
      Buffer.from(before + value + before).toString('base64'),
      Buffer.from(before + value + before).toString('base64url'),
      Buffer.concat([Buffer.from([0, 255, 1]), Buffer.from(before + value)]).toString('base64'),
    ]),
  ]

  for (const text of spelled) {
    const redacted = redactor.text(`x ${text} y`, '')

    expect(redacted).not.toContain(text)
    for (const { text: form } of secretForms(value, 'APP_TOKEN'))
      expect(redacted).not.toContain(form)
    expect(redacted.startsWith('x ')).toBe(true)
    expect(redacted.endsWith(' y')).toBe(true)
    expect(redactor.text(redacted, '')).toBe(redacted)
  }
  expect(redactor.text(`a ${value} b`, '')).toBe('a <APP_TOKEN> b')
  const encoded = redactor.text(Buffer.from(`user:${value}`).toString('base64'), '')
  expect(Buffer.from(encoded, 'base64').toString()).toBe('user:<redacted>')
})

test('dozens of secrets are found side by side', () => {
  const secrets = new Map(
    Array.from({ length: 60 }, (_, index) => [
      fakeSecret(`s${index}x`, 16 + index),
      `KEY_${index}`,
    ]),
  )
  const redactor = createRedactor({}, secrets)

  const text = [...secrets.keys()].map((value) => `<${value}>,${value}`).join('|')

  expect(redactor.text(text, '')).toBe(
    [...secrets.values()].map((name) => `<<${name}>>,<${name}>`).join('|'),
  )
})
