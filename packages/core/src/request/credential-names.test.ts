import { expect, test } from 'vitest'
import {
  isCredentialName,
  isCredentialParameter,
  isSecretVariable,
  isTokenName,
} from './credential-names.ts'

test.each([
  'api_key',
  'apiKey',
  'APIKey',
  'api-key',
  'apikey',
  'X-Api-Key',
  'x-goog-api-key',
  'openai_api_key',
  'authorization',
  'Authorization',
  'Proxy-Authorization',
  'password',
  'dbPassword',
  'passwd',
  'passphrase',
  'secret',
  'client_secret',
  'clientSecret',
  'access_token',
  'accessToken',
  'refresh_token',
  'session_token',
  'X-Amz-Security-Token',
  'aws_secret_access_key',
  'SecretAccessKey',
  'AccessKeyId',
  'private_key',
  'cookie',
  'Set-Cookie',
  'id_token',
  'Ocp-Apim-Subscription-Key',
  'webhook_secret',
  'AccountKey',
])('text under %s is a credential', (name) => {
  expect(isCredentialName(name)).toBe(true)
})

test.each([
  'max_tokens',
  'token_ids',
  'tokens',
  'token',
  'key',
  'keys',
  'primary_key',
  'sort_key',
  'public_key',
  'prompt_cache_key',
  'next_page_token',
  'nextToken',
  'continuation_token',
  'password_hint',
  'secret_name',
  'secretArn',
  'api_key_id',
  'invalid_token',
  'signature',
  'thoughtSignature',
  'encrypted_content',
  'tool_call_id',
  'keyboard',
  'monkey',
  'cookies_policy',
  'authorization_url',
  'author',
  'passed',
  'has_password_set',
  '',
  'x'.repeat(200),
])('text under %s is none', (name) => {
  expect(isCredentialName(name)).toBe(false)
})

test('a name that has another meaning counts only with what looks like a token', () => {
  expect(['token', 'jwt', 'Bearer', 'credentials'].map(isTokenName)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['tokens', 'token_type', 'next_token'].map(isTokenName)).toEqual([false, false, false])
})

test('an address has names of its own', () => {
  const parameters = ['key', 'sig', 'X-Amz-Signature', 'X-Amz-Date', 'AWSAccessKeyId', 'token']

  expect(parameters.map(isCredentialParameter)).toEqual(parameters.map(() => true))
  expect(['keys', 'page', 'q', 'se', 'significance'].map(isCredentialParameter)).toEqual(
    Array.from({ length: 5 }, () => false),
  )
})

test('a variable says by one word that it is secret', () => {
  const secret = ['OPENAI_API_KEY', 'GITHUB_TOKEN', 'DB_PASSWORD', 'APP_SECRET', 'KEY_VAULT_NAME']
  const plain = ['PATH', 'TOKENIZERS_PARALLELISM', 'KEYBOARD', 'MONKEY', 'HOME', 'AUTHOR', 'PWD']

  expect(secret.map(isSecretVariable)).toEqual(secret.map(() => true))
  expect(plain.map(isSecretVariable)).toEqual(plain.map(() => false))
})
