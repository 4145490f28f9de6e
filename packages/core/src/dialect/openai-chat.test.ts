import { expect, test } from 'vitest'
import { markedEvents, recognised, request, see } from './exchange.test-fixture.ts'
import { openaiChat } from './openai-chat.ts'

const URL_OF = 'https://api.openai.com/v1/chat/completions'
const STREAMING = request('POST', URL_OF, { model: 'gpt-5', messages: [], stream: true })

function chunk(choice: unknown): object {
  return {
    id: 'chatcmpl-B9x',
    object: 'chat.completion.chunk',
    created: 1_780_000_000,
    choices: choice === undefined ? [] : [choice],
    obfuscation: 'x0',
  }
}

const CHUNKS = [
  chunk({ index: 0, delta: { tool_calls: [{ index: 0, id: 'call_Ab', function: {} }] } }),
  chunk({ index: 0, delta: { content: 'see call_Ab' }, finish_reason: '' }),
  chunk({ index: 0, delta: {}, finish_reason: 'tool_calls' }),
  chunk(undefined),
]

test('names the answer and its tool calls, and takes the padding out', () => {
  const seen = see(openaiChat, STREAMING, markedEvents(CHUNKS))

  expect(seen.normalized.slice(0, 2)).toEqual([
    {
      id: 'rec-aaaaaaaaaaaa',
      object: 'chat.completion.chunk',
      created: 0,
      choices: [
        {
          index: 0,
          delta: { tool_calls: [{ index: 0, id: 'call_recaaaaaaaaaaaa_0', function: {} }] },
        },
      ],
    },
    {
      id: 'rec-aaaaaaaaaaaa',
      object: 'chat.completion.chunk',
      created: 0,
      choices: [{ index: 0, delta: { content: 'see call_Ab' }, finish_reason: '' }],
    },
  ])
})

/** The end of a stream that took so long. */
function end(times: object, speed: number): object {
  return {
    choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, ...times, tokens_per_second: speed },
    usage_breakdown: { models: [{ model: 'm', usage: { ...times } }] },
    x_groq: { usage: times },
    time_info: times,
    timings: { prompt_n: 3, prompt_ms: speed, predicted_per_second: speed },
    latency_checkpoint: { engine_ttft_ms: speed },
  }
}

test('how long an answer took is put to 0, and what else is told beside it stays', () => {
  const took = { queue_time: 0.193, prompt_time: 0.01, completion_time: 0.009, total_time: 0.02 }
  const none = { queue_time: 0, prompt_time: 0, completion_time: 0, total_time: 0 }

  const seen = see(openaiChat, STREAMING, markedEvents([end(took, 33)]))

  expect(seen.normalized[0]).toEqual(end(none, 0))
})

test('a stream ends with the first reason that says something', () => {
  const text = markedEvents(CHUNKS)

  const seen = see(openaiChat, STREAMING, text)

  expect(seen.endsAt).toBe(2)
  expect(seen.replayed).toBe(text)
  expect(seen.wire).toEqual({ framing: 'sse', ending: 'complete' })
})

test('an error in the stream ends it', () => {
  const seen = see(openaiChat, STREAMING, 'data: {"error":{"message":"tool_use_failed"}}\n\n')

  expect(seen.types).toEqual(['wiretape.openai-chat.error'])
  expect(seen.endsAt).toBe(0)
})

test('a list of stored completions names each of them', () => {
  const view = request('GET', `${URL_OF}?limit=2`)
  const body = JSON.stringify({
    object: 'list',
    data: [
      { id: 'chatcmpl-1', created: 5, choices: [{ message: { tool_calls: [{ id: 'call_1' }] } }] },
    ],
    first_id: 'chatcmpl-1',
    last_id: 'chatcmpl-1',
  })

  const seen = see(openaiChat, view, { text: body })

  expect(seen.normalized).toEqual([
    {
      object: 'list',
      data: [
        {
          id: 'chatcmpl-recaaaaaaaaaaaa_0',
          created: 0,
          choices: [{ message: { tool_calls: [{ id: 'call_recaaaaaaaaaaaa_0' }] } }],
        },
      ],
      first_id: 'chatcmpl-recaaaaaaaaaaaa_0',
      last_id: 'chatcmpl-recaaaaaaaaaaaa_0',
    },
  ])
})

test.each([
  ['GET', undefined],
  ['POST', true],
  ['DELETE', true],
])('%s of a stored completion is stateful: %s', (method, stateful) => {
  const view = request(method, `${URL_OF}/chatcmpl-1`)

  expect(recognised(openaiChat, view).endpoint.stateful).toBe(stateful)
})
