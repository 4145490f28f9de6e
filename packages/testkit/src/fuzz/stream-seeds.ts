import { bedrockEvent, bedrockException, eventMessage } from '../bedrock/event-message.ts'
import { converseAnswer, converseEvents } from '../bedrock/converse-events.ts'
import { invokeEvents } from '../bedrock/invoke-events.ts'
import { chatChunks, chatStream } from '../fixtures/chat-chunks.ts'
import { chatCompletion } from '../fixtures/chat-completion.ts'
import { embeddings } from '../fixtures/embeddings.ts'
import { createIds } from '../fixtures/ids.ts'
import { EVENT_STREAMS } from './event-stream-seeds.ts'

/** An exchange that a provider could have: what a run mutates. */
export interface StreamSeed {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly request: string | null
  readonly contentType: string
  readonly answer: Uint8Array
}

const BEDROCK = 'https://bedrock-runtime.us-east-1.amazonaws.com/model'
const GEMINI = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash'
const AMAZON = 'application/vnd.amazon.eventstream'

function seed(
  name: string,
  url: string,
  parts: Partial<StreamSeed> & { body?: object },
): StreamSeed {
  const { body, ...rest } = parts
  return {
    name,
    url,
    method: 'POST',
    request: body === undefined ? null : JSON.stringify(body),
    contentType: 'application/json',
    answer: new Uint8Array(),
    ...rest,
  }
}

function document(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

function lines(values: readonly unknown[]): Uint8Array {
  return Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''))
}

const ids = createIds(1)
const user = [{ role: 'user', content: 'Name the sun in Latin.' }]
const chatOptions = {
  content: ['So', 'l', '. é🌞'],
  reasoning: ['hm'],
  toolCalls: [{ name: 'weather', arguments: ['{"city":', '"Rome"}'] }],
  usage: true,
  obfuscation: true,
} as const

const gemini = [
  { candidates: [{ content: { role: 'model', parts: [{ text: 'So' }] }, index: 0 }] },
  {
    candidates: [
      {
        content: { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] },
        finishReason: 'STOP',
        citationMetadata: { citationSources: [{ startIndex: 1 }] },
      },
    ],
    usageMetadata: { totalTokenCount: 9 },
    responseId: 'nN1KaOzQBuXh7M8P0rGq0A',
  },
]

/** An answer of every framing and every API that wiretape knows. */
export function streamSeeds(): readonly StreamSeed[] {
  return [
    ...EVENT_STREAMS.map(({ name, url, body, answer }) =>
      seed(name, url, {
        body,
        contentType: 'text/event-stream',
        answer: Buffer.from(answer),
      }),
    ),
    seed('openai-chat', 'https://api.openai.com/v1/chat/completions', {
      body: { model: 'gpt-4o-mini', messages: user, stream: true },
      contentType: 'text/event-stream; charset=utf-8',
      answer: Buffer.from(chatStream(chatChunks(chatOptions))),
    }),
    seed('openai-chat-whole', 'https://api.openai.com/v1/chat/completions', {
      body: { model: 'gpt-4o-mini', messages: user },
      answer: document(chatCompletion(chatOptions)),
    }),
    seed('openai-embeddings', 'https://api.openai.com/v1/embeddings', {
      body: { model: 'text-embedding-3-small', input: ['a'] },
      answer: document(embeddings({ model: 'text-embedding-3-small', input: ['a'] })),
    }),
    seed('openai-models', 'https://api.openai.com/v1/models', {
      method: 'GET',
      answer: document({ object: 'list', data: [{ id: 'gpt-4o', object: 'model', created: 1 }] }),
    }),
    seed('openai-speech', 'https://api.openai.com/v1/audio/speech', {
      body: { model: 'tts-1', input: 'a' },
      contentType: 'audio/mpeg',
      answer: Buffer.from([0xff, 0xfb, 0x90, 0, 1, 2, 3, 0xfe]),
    }),
    seed('gemini-array', `${GEMINI}:streamGenerateContent`, {
      body: { contents: [{ parts: [{ text: 'Hi' }] }] },
      answer: Buffer.from(`[${gemini.map((chunk) => JSON.stringify(chunk)).join('\n,\r\n')}]`),
    }),
    seed('gemini-sse', `${GEMINI}:streamGenerateContent?alt=sse`, {
      body: { contents: [{ parts: [{ text: 'Hi' }] }] },
      contentType: 'text/event-stream',
      answer: Buffer.from(gemini.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')),
    }),
    seed('ollama-chat', 'http://localhost:11434/api/chat', {
      body: { model: 'llama3.2', messages: user },
      contentType: 'application/x-ndjson',
      answer: lines([
        { model: 'llama3.2', created_at: 'x', message: { role: 'assistant', content: 'So' } },
        { model: 'llama3.2', message: { role: 'assistant', content: '', tool_calls: [{}] } },
        { model: 'llama3.2', done: true, done_reason: 'stop', total_duration: 12 },
      ]),
    }),
    seed('ollama-generate', 'http://localhost:11434/api/generate', {
      body: { model: 'llama3.2', prompt: 'Hi' },
      contentType: 'application/x-ndjson',
      answer: lines([{ response: 'So' }, { response: 'l', thinking: 'a' }, { done: true }]),
    }),
    seed('bedrock-converse', `${BEDROCK}/amazon.nova-lite-v1%3A0/converse-stream`, {
      body: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
      contentType: AMAZON,
      answer: Buffer.concat([
        ...converseEvents({ ids, text: ['So', 'l.'], tool: { name: 'f', input: ['{"a":', '1}'] } }),
        bedrockException('throttlingException', 'slow down'),
      ]),
    }),
    seed('bedrock-converse-whole', `${BEDROCK}/amazon.nova-lite-v1%3A0/converse`, {
      body: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
      answer: document(converseAnswer({ ids })),
    }),
    seed('bedrock-invoke', `${BEDROCK}/anthropic.claude-v2/invoke-with-response-stream`, {
      body: { anthropic_version: 'bedrock-2023-05-31', messages: user, max_tokens: 9 },
      contentType: AMAZON,
      answer: Buffer.concat(invokeEvents(ids, ['So', 'l.'])),
    }),
    ...[
      'amazon.titan-text-lite-v1',
      'amazon.nova-lite-v1:0',
      'meta.llama3',
      'cohere.command-r',
    ].map((model, index) =>
      seed(`bedrock-${model}`, `${BEDROCK}/${model}/invoke-with-response-stream`, {
        body: { inputText: 'Hi' },
        contentType: AMAZON,
        answer: Buffer.concat(INVOKE_EVENTS[index]?.map((event) => chunkOf(event)) ?? []),
      }),
    ),
    seed(
      'bedrock-agent',
      'https://bedrock-agent-runtime.us-east-1.amazonaws.com/agents/A/agentAliases/B/sessions/C/text',
      {
        body: { inputText: 'Hi' },
        contentType: AMAZON,
        answer: Buffer.concat([
          bedrockEvent('chunk', { bytes: Buffer.from('Sol').toString('base64') }),
          bedrockEvent('trace', { trace: { orchestrationTrace: {} } }),
          eventMessage({ ':event-type': 'files' }, new Uint8Array([0xff, 0])),
        ]),
      },
    ),
    seed('generic-text', 'https://example.com/hello', {
      method: 'GET',
      contentType: 'text/plain',
      answer: Buffer.from('hello\r\nworld'),
    }),
    seed('generic-untyped', 'https://example.com/stream', {
      body: { a: 1 },
      contentType: '',
      answer: lines([{ a: 1 }, { a: '\ud83d\ude00' }]),
    }),
  ]
}

const INVOKE_EVENTS: readonly (readonly object[])[] = [
  [
    { outputText: 'So', index: 0, totalOutputTextTokenCount: null },
    { outputText: 'l', index: 0, completionReason: 'FINISH', inputTextTokenCount: 3 },
  ],
  [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Sol' } } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage: { inputTokens: 1 }, metrics: {} } },
  ],
  [
    { generation: 'So', prompt_token_count: 5, generation_token_count: 1, stop_reason: null },
    { generation: 'l', generation_token_count: 2, stop_reason: 'stop' },
  ],
  [
    { event_type: 'text-generation', text: 'So', is_finished: false },
    { event_type: 'citation-generation', citations: [{ start: 0 }], is_finished: false },
    { event_type: 'stream-end', finish_reason: 'COMPLETE', is_finished: true },
  ],
]

function chunkOf(event: object): Buffer {
  return bedrockEvent('chunk', {
    bytes: Buffer.from(JSON.stringify(event)).toString('base64'),
    p: 'abc',
  })
}
