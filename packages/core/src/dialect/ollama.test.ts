import { expect, test } from 'vitest'
import { canonicalBody } from './canonical.test-fixture.ts'
import { recognised, request, requestWith, see } from './exchange.test-fixture.ts'
import { ollama } from './ollama.ts'

const HOST = 'http://127.0.0.1:11434'
const CHAT = request('POST', `${HOST}/api/chat`, { model: 'llama3', messages: [] })

test.each([
  ['POST', '/api/chat', { model: 'm', messages: [] }, 'm', true],
  ['POST', '/api/chat', { model: 'm', messages: [], stream: false }, 'm', false],
  ['POST', '/api/generate', { model: 'm' }, 'm', true],
  ['POST', '/api/embed', { model: 'm', input: 'x' }, 'm', false],
  ['POST', '/api/embeddings', { model: 'm', prompt: 'x' }, 'm', false],
  ['POST', '/api/show', { name: 'm' }, 'm', false],
  ['POST', '/api/pull', { model: 'm' }, 'm', true],
  ['GET', '/api/tags', undefined, null, false],
  ['GET', '/api/ps', undefined, null, false],
  ['POST', '/api/blobs/sha256:29fd', undefined, null, false],
])('%s %s with %j asks %s, streaming %s', (...[method, path, body, model, streaming]) => {
  const recognition = recognised(ollama, request(method, HOST + path, body))

  expect([recognition.model, recognition.streaming]).toEqual([model, streaming])
})

const MESSAGES = [{ role: 'user', content: 'hi' }]

test('behind another host, the body or the client tells', () => {
  const url = 'https://llm.example/proxy/api/chat'
  const agent = [['user-agent', 'ollama-python/0.5.1 (arm64 darwin)']] as const

  expect(ollama.recognise(request('POST', url, { model: 'm', messages: MESSAGES }))).toBeDefined()
  expect(ollama.recognise(requestWith(agent, 'GET https://llm.example/api/tags'))).toBeDefined()
  expect(
    ollama.recognise(request('POST', 'https://llm.example/api/embed', { model: 'm', input: 'x' })),
  ).toBeDefined()
})

test.each([
  ['POST', 'http://localhost:3000/api/chat', { id: 'a', messages: MESSAGES }],
  [
    'POST',
    'http://localhost:3000/api/chat',
    { model: 'm', messages: [{ id: '1', role: 'user', parts: [] }] },
  ],
  ['GET', 'http://localhost:3000/api/tags', undefined],
  ['POST', 'http://localhost:3000/api/generate', { topic: 'x' }],
  ['POST', `${HOST}/v1/chat/completions`, { model: 'm', messages: MESSAGES }],
])('%s %s with %j is some program’s own', (method, url, body) => {
  expect(ollama.recognise(request(method, url, body))).toBeUndefined()
})

test('lines are OGX’s, times and durations as OGX has them, and the last says that it is', () => {
  const lines = [
    {
      model: 'llama3',
      created_at: '2024-05-24T20:26:46.294874Z',
      message: { content: '', tool_calls: [{ id: 'call_ab12', function: { name: 'f' } }] },
      done: false,
    },
    {
      model: 'llama3',
      created_at: '2024-05-24T20:26:47Z',
      message: { content: 'call_ab12' },
      done: true,
      total_duration: 1_897_385_625,
      load_duration: 1,
      prompt_eval_duration: 2,
      eval_duration: 3,
      eval_count: 50,
    },
  ]
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')

  const seen = see(ollama, CHAT, { text, contentType: 'application/x-ndjson' })

  expect(seen.normalized).toEqual([
    {
      model: 'llama3',
      created_at: '1970-01-01T00:00:00.000000Z',
      message: {
        content: '',
        tool_calls: [{ id: 'call_recaaaaaaaaaaaa_0', function: { name: 'f' } }],
      },
      done: false,
    },
    {
      model: 'llama3',
      created_at: '1970-01-01T00:00:00.000000Z',
      message: { content: 'call_ab12' },
      done: true,
      total_duration: 0,
      load_duration: 0,
      prompt_eval_duration: 0,
      eval_duration: 0,
      eval_count: 50,
    },
  ])
  expect(seen.types).toEqual(['ollama._types.ChatResponse', 'ollama._types.ChatResponse'])
  expect([seen.endsAt, seen.replayed]).toEqual([1, text])
  expect(seen.wire).toEqual({ framing: 'ndjson', ending: 'complete' })
})

test('an error ends a stream, and so does the success of a download', () => {
  const pull = request('POST', `${HOST}/api/pull`, { model: 'm' })
  const contentType = 'application/x-ndjson'

  const failed = see(ollama, CHAT, { text: '{"error":"out of memory"}\n', contentType })
  const pulled = see(ollama, pull, {
    text: '{"status":"pulling"}\n{"status":"success"}\n',
    contentType,
  })

  expect([failed.endsAt, failed.types]).toEqual([0, ['wiretape.ollama.error']])
  expect([pulled.endsAt, pulled.types]).toEqual([
    1,
    ['ollama._types.ProgressResponse', 'ollama._types.ProgressResponse'],
  ])
})

test('the type of running models is the one that OGX’s recordings have', () => {
  const view = request('GET', `${HOST}/api/ps`)
  const text = '{"models":[{"name":"m","expires_at":"2025-10-08T16:14:05.423042-07:00"}]}'

  const seen = see(ollama, view, { text })

  expect(seen.types).toEqual(['ollama._types.ProcessResponse'])
  expect(seen.normalized).toEqual([
    { models: [{ name: 'm', expires_at: '2100-01-01T00:00:00.000000Z' }] },
  ])
})

test('ids of calls are free', () => {
  const messages = [{ tool_calls: [{ id: 'call_1' }] }, { tool_call_id: 'call_1' }]

  expect(canonicalBody(ollama, request('POST', `${HOST}/api/chat`, { messages }))).toEqual({
    messages: [{ tool_calls: [{ id: '<id 1>' }] }, { tool_call_id: '<id 1>' }],
  })
})

test('errors are texts', () => {
  expect(ollama.errorBody({ code: 'WT_MISS', message: 'no recording' })).toEqual({
    kind: 'object',
    members: [{ key: 'error', value: { kind: 'string', value: 'no recording' } }],
  })
})
