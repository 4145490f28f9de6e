import type { ServerSentEvent } from '@wiretape/testkit'

export const RESPONSE_ID = 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b'
export const MESSAGE_ID = 'msg_68af4030baa48193b0b43b4c2a176a1a05438e46b5f69a3b'

/** A response as the Responses API gives it, without output where nothing is said otherwise. */
export function response(own: Readonly<Record<string, unknown>> = {}): object {
  return {
    id: RESPONSE_ID,
    object: 'response',
    created_at: 1_780_000_001,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'gpt-test',
    output: [],
    parallel_tool_calls: true,
    tools: [],
    usage: null,
    ...own,
  }
}

/** A finished text of the model's. */
export function message(text: string): object {
  return {
    id: MESSAGE_ID,
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', annotations: [], logprobs: [], text }],
  }
}

/** The events of a response that says these pieces of a text, numbered from 0. */
export function textEvents(...deltas: readonly string[]): ServerSentEvent[] {
  const place = { item_id: MESSAGE_ID, output_index: 0, content_index: 0 }
  const text = deltas.join('')
  const part = { type: 'output_text', annotations: [], logprobs: [], text }
  const empty = { ...message(''), status: 'in_progress', content: [] }
  const events = [
    { type: 'response.created', response: response({ status: 'in_progress' }) },
    { type: 'response.output_item.added', output_index: 0, item: empty },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...deltas.map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
    { type: 'response.output_text.done', ...place, text },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item: message(text) },
    { type: 'response.completed', response: response({ output: [message(text)] }) },
  ]
  return events.map((event, index) => ({
    event: event.type,
    data: { ...event, sequence_number: index },
  }))
}
