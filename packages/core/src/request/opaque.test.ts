import { expect, test } from 'vitest'
import { requestKey } from './recording-key.ts'

function keyOf(url: string, body: (token: string) => object, token: string): string {
  return requestKey({ method: 'POST', url, body: JSON.stringify(body(token)) }).hash
}

test.each<[string, string, (token: string) => object]>([
  [
    'Anthropic thinking',
    'https://api.anthropic.com/v1/messages',
    (signature) => ({
      model: 'm',
      messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature }] }],
    }),
  ],
  [
    'Anthropic redacted thinking',
    'https://api.anthropic.com/v1/messages',
    (data) => ({
      model: 'm',
      messages: [{ role: 'assistant', content: [{ type: 'redacted_thinking', data }] }],
    }),
  ],
  [
    'Converse reasoning',
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse',
    (signature) => ({
      messages: [
        {
          role: 'assistant',
          content: [{ reasoningContent: { reasoningText: { text: 'x', signature } } }],
        },
      ],
    }),
  ],
  [
    'Gemini thoughts',
    'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
    (thoughtSignature) => ({
      contents: [{ role: 'model', parts: [{ text: 'x', thoughtSignature }] }],
    }),
  ],
  [
    'Responses reasoning',
    'https://api.openai.com/v1/responses',
    (encrypted) => ({
      model: 'm',
      input: [{ type: 'reasoning', summary: [], encrypted_content: encrypted }],
    }),
  ],
])('%s: a token that only the provider can read does not count', (_, url, body) => {
  expect(keyOf(url, body, 'AAAA')).toBe(keyOf(url, body, 'BBBB'))
})
