import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { framingOf, guessFraming } from '../framing/framings.ts'
import { toValue } from '../json/value.ts'
import { assemble } from '../recording/assemble.ts'
import { takeApart } from '../recording/spelling.ts'
import { typeItem } from '../recording/write-answer.ts'
import { headerValue } from '../request/headers.ts'
import { keyRequest } from '../request/request-key.ts'
import { viewRequest } from '../request/request-view.ts'
import type { WireRequest, WireResponse } from '../request/wire.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import { createTape } from './tape.ts'

interface Case {
  readonly whole: WireRequest
  readonly stream: WireRequest
  readonly answer: object
}

function post(url: string, body: object): WireRequest {
  return { method: 'POST', url, headers: [], body: JSON.stringify(body) }
}

const bedrock = 'https://bedrock-runtime.us-east-1.amazonaws.com/model/some.model-v1%3A0'
const gemini = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash'
const messages = [{ role: 'user', content: 'Hi' }]

const cases: Record<string, Case> = {
  'Anthropic messages': {
    whole: post('https://api.anthropic.com/v1/messages', { model: 'm', max_tokens: 9, messages }),
    stream: post('https://api.anthropic.com/v1/messages', {
      model: 'm',
      max_tokens: 9,
      messages,
      stream: true,
    }),
    answer: {
      id: 'msg_01ABCDEFGHIJKLMNOPQRSTUV',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [
        { type: 'text', text: 'Hello' },
        { type: 'tool_use', id: 'toolu_01ABCDEFGHIJKLMNOPQRSTUV', name: 'f', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 5 },
    },
  },
  'OpenAI responses': {
    whole: post('https://api.openai.com/v1/responses', { model: 'm', input: 'Hi' }),
    stream: post('https://api.openai.com/v1/responses', { model: 'm', input: 'Hi', stream: true }),
    answer: {
      id: 'resp_0123456789abcdef0123456789abcdef',
      object: 'response',
      created_at: 1_780_000_000,
      status: 'completed',
      model: 'm',
      output: [
        {
          id: 'msg_0123456789abcdef0123456789abcdef',
          type: 'message',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
        },
      ],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    },
  },
  'Bedrock converse': {
    whole: post(`${bedrock}/converse`, { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }),
    stream: post(`${bedrock}/converse-stream`, {
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    }),
    answer: {
      output: {
        message: {
          role: 'assistant',
          content: [
            { text: 'Hello' },
            {
              toolUse: { toolUseId: 'tooluse_ABCDEFGHIJKLMNOPQRSTUV', name: 'f', input: { a: 1 } },
            },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
      metrics: { latencyMs: 500 },
    },
  },
  'Bedrock invoke': {
    whole: post(`${bedrock}/invoke`, { anthropic_version: 'bedrock-2023-05-31', messages }),
    stream: post(`${bedrock}/invoke-with-response-stream`, {
      anthropic_version: 'bedrock-2023-05-31',
      messages,
    }),
    answer: {
      id: 'msg_bdrk_01ABCDEFGHIJKLMNOPQRST',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 5 },
    },
  },
  Gemini: {
    whole: post(`${gemini}:generateContent`, { contents: [{ parts: [{ text: 'Hi' }] }] }),
    stream: post(`${gemini}:streamGenerateContent?alt=sse`, {
      contents: [{ parts: [{ text: 'Hi' }] }],
    }),
    answer: {
      candidates: [
        { content: { parts: [{ text: 'Hello' }], role: 'model' }, finishReason: 'STOP', index: 0 },
      ],
      usageMetadata: { promptTokenCount: 1, totalTokenCount: 2 },
      modelVersion: 'gemini-2.5-flash',
    },
  },
  Ollama: {
    whole: post('http://127.0.0.1:11434/api/chat', { model: 'm', messages, stream: false }),
    stream: post('http://127.0.0.1:11434/api/chat', { model: 'm', messages }),
    answer: {
      model: 'm',
      created_at: '2026-12-01T00:00:00.000000Z',
      message: { role: 'assistant', content: 'Hello' },
      done: true,
      done_reason: 'stop',
      total_duration: 5,
    },
  },
}

beforeEach(() => {
  vi.stubEnv('CI', '')
})

afterEach(() => {
  vi.unstubAllEnvs()
})

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function pass(
  store: Store,
  request: WireRequest,
  answer?: { readonly type: string; readonly bytes: Uint8Array },
): Promise<{ response: WireResponse; bytes: Buffer }> {
  const tape = createTape({
    mode: answer === undefined ? 'replay' : 'record',
    recordings: store,
    crossStream: true,
  })
  const response = await tape.handle(request, async () => ({
    status: 200,
    headers: [['content-type', answer?.type ?? '']],
    body: once(answer?.bytes ?? new Uint8Array()),
  }))
  const reads: Uint8Array[] = []
  for await (const read of response.body) reads.push(read)
  await tape.close()
  return { response, bytes: Buffer.concat(reads) }
}

/** The items of a stream as a recording has them. */
function itemsOf(request: WireRequest, type: string | undefined, bytes: Buffer): object[] {
  const view = viewRequest(request, Buffer.from(request.body as string))
  const { call } = keyRequest(view, { testId: null })
  const framing = framingOf(guessFraming(type, bytes))
  const splitter = framing.createSplitter()
  return [...splitter.push(bytes), ...splitter.end()].flatMap((frame) => {
    const part = takeApart(frame, framing, call.endpoint)
    if (part === undefined || part.payload === call.endpoint.endMark) return []
    const { type: name, data } = typeItem(part, call, { streamed: true, status: 200 })
    return [{ __type__: name, __data__: toValue(data) }]
  })
}

test.each(Object.entries(cases))(
  '%s: a whole answer serves a stream, and that stream the whole answer',
  async (_, { whole, stream, answer }) => {
    const store = createMemoryStore()
    const sent = { type: 'application/json', bytes: Buffer.from(JSON.stringify(answer)) }
    const recorded = JSON.parse((await pass(store, whole, sent)).bytes.toString()) as unknown

    const streamed = await pass(store, stream)
    const type = headerValue(streamed.response.headers, 'content-type')
    const items = itemsOf(stream, type, streamed.bytes)
    const other = createMemoryStore()
    await pass(other, stream, { type: type ?? '', bytes: streamed.bytes })
    const back = await pass(other, whole)

    expect(type).not.toBe('application/json')
    expect(assemble(items)).toEqual(recorded)
    expect(headerValue(back.response.headers, 'content-type')).toBe('application/json')
    expect(withoutIds(JSON.parse(back.bytes.toString()))).toEqual(withoutIds(recorded))
  },
)

/** Names are derived from keys, and the two recordings have different ones. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/rec-?[0-9a-f]{12}(?:_\d+)?/g, 'rec'))
}
