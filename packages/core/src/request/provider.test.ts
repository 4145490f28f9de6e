import { expect, test } from 'vitest'
import { parseUrl, tryParseUrl } from './parse-url.ts'
import { isLoopback, providerOf } from './provider.ts'

test.each([
  ['https://api.openai.com/v1', 'openai'],
  ['https://us.api.openai.com/v1', 'openai'],
  ['https://API.OPENAI.COM/v1', 'openai'],
  ['https://my-resource.openai.azure.com/openai', 'azure'],
  ['https://my-resource.cognitiveservices.azure.com', 'azure'],
  ['https://my-resource.services.ai.azure.com', 'azure'],
  ['https://bedrock-runtime.us-west-2.amazonaws.com', 'bedrock'],
  ['https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'bedrock'],
  ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn', 'bedrock'],
  ['https://bedrock-agent-runtime.eu-central-1.amazonaws.com', 'bedrock'],
  ['https://bedrock-mantle.us-east-1.api.aws/openai/v1', 'bedrock'],
  ['https://api.anthropic.com', 'anthropic'],
  ['https://generativelanguage.googleapis.com', 'gemini'],
  ['https://aiplatform.googleapis.com', 'vertex'],
  ['https://europe-west1-aiplatform.googleapis.com', 'vertex'],
  ['https://aiplatform.eu.rep.googleapis.com', 'vertex'],
  ['https://api.cohere.com', 'cohere'],
  ['https://api.mistral.ai', 'mistral'],
  ['https://api.groq.com/openai/v1', 'groq'],
  ['https://openrouter.ai/api/v1', 'openrouter'],
])('%s is %s, region, account and resource aside', (url, provider) => {
  expect(providerOf(new URL(url), 'openai')).toBe(provider)
})

test.each([
  'https://evil-api.openai.com.example',
  'https://notapi.openai.com',
  'https://openai.com',
])('%s only looks like a known host and is itself', (url) => {
  expect(providerOf(new URL(url), 'openai')).toBe(new URL(url).hostname)
})

test('a host that nobody knows is itself without its port where a dialect is known, with it where none is', () => {
  const url = new URL('https://LLM.example.com:8443/v1')

  expect(providerOf(url, 'openai')).toBe('llm.example.com')
  expect(providerOf(url, null)).toBe('llm.example.com:8443')
})

test.each([
  'http://localhost:1',
  'http://127.0.0.1:2',
  'http://127.9.9.9',
  'http://[::1]:3',
  'http://a.localhost',
])('%s is the provider that the dialect usually speaks to', (url) => {
  expect(providerOf(new URL(url), 'anthropic')).toBe('anthropic')
  expect(providerOf(new URL(url), null)).toBe(new URL(url).host)
})

test.each(['127.0.0.1.example.com', 'localhost.example.com', '128.0.0.1', '1270.0.0.1'])(
  '%s is no loopback',
  (host) => {
    expect(isLoopback(host)).toBe(false)
  },
)

test('a placeholder in a host counts as its name', () => {
  expect(parseUrl('https://bedrock-runtime.<AWS_REGION>.amazonaws.com/model/a').hostname).toBe(
    'bedrock-runtime.aws_region.amazonaws.com',
  )
  expect(parseUrl('<OPENAI_HOST>/v1').href).toBe('https://openai_host/v1')
  expect(providerOf(parseUrl('https://bedrock-runtime.<AWS_REGION>.amazonaws.com'), null)).toBe(
    'bedrock',
  )
})

test('a < in path and query stays', () => {
  expect(parseUrl('https://a.example/x?q=<b>').searchParams.get('q')).toBe('<b>')
})

test('what is no absolute url is refused', () => {
  expect(() => parseUrl('/v1/models')).toThrow(
    'WT_OPTION_INVALID: "/v1/models" is not an absolute url\n→ give the address with its scheme and host, e.g. https://api.openai.com/v1/models',
  )
  expect(tryParseUrl('')).toBeUndefined()
})
