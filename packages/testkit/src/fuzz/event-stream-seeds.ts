/** An API whose streams are server-sent events. */
export interface EventStreamSeed {
  readonly name: string
  readonly url: string
  readonly body: object
  readonly answer: string
}

interface TypedEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** Events that say their type twice, as most APIs have them. */
function typed(events: readonly TypedEvent[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

function plain(events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

const messages = [{ role: 'user', content: 'Name the sun in Latin.' }]

const RESPONSE = {
  id: 'resp_67ccd2bed1ec8190b14f964abc054267',
  object: 'response',
  created_at: 1_741_476_542,
  status: 'in_progress',
  model: 'gpt-4o',
  output: [],
}

const MESSAGE = {
  type: 'message',
  id: 'msg_67ccd2bf17f0819081ff3bb2cf6508e6',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Sol', annotations: [] }],
}

export const EVENT_STREAMS: readonly EventStreamSeed[] = [
  {
    name: 'openai-responses',
    url: 'https://api.openai.com/v1/responses',
    body: { model: 'gpt-4o', input: messages, stream: true },
    answer: typed([
      { type: 'response.created', response: RESPONSE },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...MESSAGE, status: 'in_progress', content: [] },
      },
      {
        type: 'response.content_part.added',
        item_id: MESSAGE.id,
        output_index: 0,
        content_index: 0,
        part: { type: 'output_text', text: '', annotations: [] },
      },
      {
        type: 'response.output_text.delta',
        item_id: MESSAGE.id,
        output_index: 0,
        content_index: 0,
        delta: 'Sol',
        obfuscation: 'aXb',
      },
      {
        type: 'response.output_text.annotation.added',
        output_index: 0,
        content_index: 0,
        annotation_index: 0,
        annotation: { type: 'url_citation' },
      },
      {
        type: 'response.function_call_arguments.delta',
        item_id: 'fc_1',
        output_index: 1,
        delta: '{"a":1}',
      },
      {
        type: 'response.reasoning_summary_text.delta',
        output_index: 2,
        summary_index: 0,
        delta: 'hm',
      },
      { type: 'response.output_item.done', output_index: 0, item: MESSAGE },
      {
        type: 'response.completed',
        response: {
          ...RESPONSE,
          status: 'completed',
          output: [MESSAGE],
          usage: { total_tokens: 9 },
        },
      },
    ]),
  },
  {
    name: 'openai-completions',
    url: 'https://api.openai.com/v1/completions',
    body: { model: 'gpt-3.5-turbo-instruct', prompt: 'a', stream: true },
    answer: `${plain([
      {
        id: 'cmpl-1',
        object: 'text_completion',
        created: 1,
        choices: [{ text: 'So', index: 0, logprobs: { tokens: ['So'] } }],
      },
      { id: 'cmpl-1', object: 'text_completion', choices: [{ text: 'l', index: 0 }] },
    ])}data: [DONE]\n\n`,
  },
  {
    name: 'anthropic-messages',
    url: 'https://api.anthropic.com/v1/messages',
    body: { model: 'claude-sonnet-4-5', max_tokens: 9, messages, stream: true },
    answer: typed([
      {
        type: 'message_start',
        message: {
          id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
          type: 'message',
          role: 'assistant',
          content: [],
          usage: { input_tokens: 3 },
        },
      },
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Sol' } },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'citations_delta', citation: { cited_text: 'a' } },
      },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6', name: 'f' },
      },
      {
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: '{"a":1}' },
      },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
      { type: 'message_stop' },
    ]),
  },
  {
    name: 'cohere',
    url: 'https://api.cohere.com/v2/chat',
    body: { model: 'command-a-03-2025', messages, stream: true },
    answer: typed([
      { type: 'message-start', id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4', delta: { message: {} } },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'text' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Sol' } } } },
      {
        type: 'tool-call-start',
        index: 0,
        delta: {
          message: { tool_calls: { id: 'f_kx3f', function: { name: 'f', arguments: '' } } },
        },
      },
      {
        type: 'citation-start',
        index: 0,
        delta: { message: { citations: { start: 0, end: 1, text: 'S' } } },
      },
      { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: { tokens: {} } } },
    ]),
  },
  {
    name: 'gemini-interactions',
    url: 'https://generativelanguage.googleapis.com/v1beta/interactions',
    body: { model: 'gemini-2.5-flash', input: 'Hi', stream: true },
    answer: plain([
      { event_type: 'interaction.start', interaction: { id: 'v1_abc', status: 'in_progress' } },
      { event_type: 'content.delta', index: 0, delta: { type: 'text', text: 'Sol' } },
      { event_type: 'interaction.complete', interaction: { id: 'v1_abc', status: 'completed' } },
    ]),
  },
]
