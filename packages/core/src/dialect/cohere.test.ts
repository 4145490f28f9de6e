import { expect, test } from 'vitest'
import { canonicalBody } from './canonical.test-fixture.ts'
import { cohere } from './cohere.ts'
import { recognised, request, see, typedEvents } from './exchange.test-fixture.ts'

const HOST = 'https://api.cohere.com'
const CHAT = request('POST', `${HOST}/v2/chat`, { model: 'command-a', messages: [], stream: true })

test.each([
  ['/v2/chat', { model: 'm', messages: [] }, '/v2/chat'],
  ['/v1/chat', { model: 'm', message: 'hi' }, '/v1/chat'],
  ['/v2/embed', { model: 'm', texts: [] }, '/v2/embed'],
  ['/v1/embed', { model: 'm', images: [] }, '/v1/embed'],
  ['/v2/rerank', { model: 'm', documents: [] }, '/v2/rerank'],
  ['/v1/rerank', { model: 'm', documents: [] }, '/v1/rerank'],
  ['/v1/tokenize', { model: 'm', text: 'x' }, '/v1/tokenize'],
])('%s is known', (path, body, name) => {
  const { endpoint, model, streaming } = recognised(cohere, request('POST', HOST + path, body))

  expect([endpoint.name, model, streaming]).toEqual([name, 'm', false])
})

test('rerankers of others speak it, chats of others don’t', () => {
  const rerank = { model: 'm', query: 'q', documents: [] }

  expect(cohere.recognise(request('POST', 'http://vllm:8000/rerank', rerank))).toBeDefined()
  expect(
    cohere.recognise(request('POST', 'https://api.writer.com/v1/chat', { messages: [] })),
  ).toBeUndefined()
  expect(cohere.recognise(request('GET', 'https://api.openai.com/v1/models'))).toBeUndefined()
  expect(
    cohere.recognise(request('POST', `${HOST}/compatibility/v1/chat/completions`, {})),
  ).toBeUndefined()
})

test('events imply their names, ids are named, and the message’s end ends them', () => {
  const events = [
    { type: 'message-start', id: 'e6d757a9-f0f3', delta: { message: { role: 'assistant' } } },
    { type: 'tool-plan-delta', delta: { message: { tool_plan: 'weather_vvavrb8p34fk' } } },
    {
      type: 'tool-call-start',
      index: 0,
      delta: { message: { tool_calls: { id: 'weather_vvavrb8p34fk' } } },
    },
    { type: 'message-end', delta: { finish_reason: 'TOOL_CALL' } },
  ]
  const text = `${typedEvents(events)}data: [DONE]\n\n`

  const seen = see(cohere, CHAT, text)

  expect(seen.normalized.slice(0, -1)).toMatchObject([
    { id: 'rec-aaaaaaaaaaaa' },
    { delta: { message: { tool_plan: expect.any(String) as string } } },
    { delta: { message: { tool_calls: { id: 'recaaaaaaaaaaaa_0' } } } },
    { type: 'message-end' },
  ])
  expect([seen.endsAt, seen.replayed]).toEqual([3, text])
  expect(seen.wire).toEqual({ framing: 'sse', ending: 'complete' })
})

test('the older API streams lines', () => {
  const view = request('POST', `${HOST}/v1/chat`, { message: 'hi', stream: true })
  const lines = [
    { is_finished: false, event_type: 'stream-start', generation_id: '613783cf-5a8b' },
    { is_finished: false, event_type: 'text-generation', text: 'Ar' },
    {
      is_finished: true,
      event_type: 'stream-end',
      response: { response_id: 'dcdb9a85-a8dc', generation_id: '613783cf-5a8b', text: 'Ar' },
    },
  ]
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')

  const seen = see(cohere, view, { text, contentType: 'application/stream+json' })

  expect(seen.normalized).toMatchObject([
    { generation_id: 'recaaaaaaaaaaaa_0' },
    { text: 'Ar' },
    { response: { response_id: 'rec-aaaaaaaaaaaa', generation_id: 'recaaaaaaaaaaaa_0' } },
  ])
  expect([seen.endsAt, seen.replayed]).toEqual([2, text])
  expect(seen.wire).toEqual({ framing: 'ndjson', ending: 'complete' })
})

test('a whole chat is named, but not the program’s documents', () => {
  const sources = [{ type: 'document', id: 'https://example.com/facts' }]
  const message = {
    tool_calls: [{ id: 'get_weather_mvsbdckzn39c' }],
    citations: [{ text: 'Ruby', sources }],
  }

  const seen = see(cohere, request('POST', `${HOST}/v2/chat`, { messages: [] }), {
    text: JSON.stringify({ id: 'c995b490-c717', message }),
  })

  expect(seen.normalized).toEqual([
    {
      id: 'rec-aaaaaaaaaaaa',
      message: {
        tool_calls: [{ id: 'recaaaaaaaaaaaa_0' }],
        citations: [{ text: 'Ruby', sources }],
      },
    },
  ])
  expect(seen.types).toEqual(['wiretape.cohere.chat'])
})

test('an error is one', () => {
  const text = '{"id":"7321d3c5","message":"model was removed"}'

  expect(see(cohere, CHAT, { text, status: 404 }).types).toEqual(['wiretape.cohere.error'])
})

test('ids of calls are free', () => {
  const view = request('POST', `${HOST}/v2/chat`, {
    messages: [{ tool_calls: [{ id: 'f_wf0rc70sqj7v' }] }, { tool_call_id: 'f_wf0rc70sqj7v' }],
  })

  expect(canonicalBody(cohere, view)).toEqual({
    messages: [{ tool_calls: [{ id: '<id 1>' }] }, { tool_call_id: '<id 1>' }],
  })
})
