import { expect, test } from 'vitest'
import { requestKey } from '../request/recording-key.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { recogniseCall } from './dialects.ts'
import { request, see, typedEvents } from './exchange.test-fixture.ts'

const HOST = 'https://us-east5-aiplatform.googleapis.com'
const MODELS = '/v1/projects/p/locations/us-east5/publishers/anthropic/models'
const CLAUDE = `${HOST}${MODELS}/claude-sonnet-4@20250514`
const BODY = {
  anthropic_version: 'vertex-2023-10-16',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'Hello' }],
}

function keyOf(url: string, body: unknown = BODY): string {
  return requestKey({ method: 'POST', url, body: JSON.stringify(body) }).hash
}

test.each([
  [`${CLAUDE}:rawPredict`, BODY, '/v1/messages', 'claude-sonnet-4@20250514', false],
  [`${CLAUDE}%3ArawPredict`, BODY, '/v1/messages', 'claude-sonnet-4@20250514', false],
  [
    `${CLAUDE}:streamRawPredict`,
    { ...BODY, stream: true },
    '/v1/messages',
    'claude-sonnet-4@20250514',
    true,
  ],
  [
    `${HOST}${MODELS}/count-tokens:rawPredict`,
    { ...BODY, model: 'claude-sonnet-4@20250514' },
    '/v1/messages/count_tokens',
    'claude-sonnet-4@20250514',
    false,
  ],
])(
  'Claude on Vertex is asked in Anthropic’s words: %s',
  (...[url, body, name, model, streaming]) => {
    const call = recogniseCall(request('POST', url, body))

    expect([call.dialect.name, call.provider]).toEqual(['anthropic-messages', 'vertex'])
    expect(call).toMatchObject({ endpoint: { name }, model, streaming })
  },
)

test.each([
  `${HOST}/v1/projects/p/locations/l/publishers/mistralai/models/m:rawPredict`,
  `${HOST}/v1/projects/p/locations/l/endpoints/1:rawPredict`,
])('%s is none of it', (url) => {
  expect(recogniseCall(request('POST', url, BODY)).dialect.name).toBe('generic')
})

test('its project and its place count for nothing, its model does', () => {
  const elsewhere = 'https://aiplatform.googleapis.com/v1/projects/q/locations/global'
  const model = '/publishers/anthropic/models/claude-sonnet-4@20250514'

  expect(keyOf(`${elsewhere}${model}:rawPredict`)).toBe(keyOf(`${CLAUDE}:rawPredict`))
  expect(keyOf(`${CLAUDE.replace('sonnet', 'opus')}:rawPredict`)).not.toBe(
    keyOf(`${CLAUDE}:rawPredict`),
  )
  expect(keyOf(`${CLAUDE}:streamRawPredict`, { ...BODY, stream: true })).not.toBe(
    keyOf(`${CLAUDE}:rawPredict`),
  )
})

test('its ids are named with Vertex’s mark in them', () => {
  const asked = request('POST', `${CLAUDE}:streamRawPredict`, { ...BODY, stream: true })
  const events = [
    { type: 'message_start', message: { id: 'msg_vrtx_01AbC', content: [] } },
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 'toolu_vrtx_01XyZ', name: 'weather', input: {} },
    },
    { type: 'message_stop' },
  ]

  const seen = see(anthropicMessages, asked, typedEvents(events))

  expect(seen.normalized).toMatchObject([
    { message: { id: 'msg_vrtx_recaaaaaaaaaaaa_0' } },
    { content_block: { id: 'toolu_vrtx_recaaaaaaaaaaaa_0' } },
    {},
  ])
  expect(seen.endsAt).toBe(2)
})
