import type { ServerSentEvent } from '@wiretape/testkit'

/** A stream of OpenAI's Responses API, as its server sends it. */
export function responseEvents(deltas: readonly string[]): ServerSentEvent[] {
  const response = {
    id: 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b',
    object: 'response',
    created_at: 1_756_315_696,
    status: 'in_progress',
    model: 'gpt-test',
    output: [] as unknown[],
    usage: null as unknown,
  }
  const item = { id: 'msg_68af4030baa48193b0b43b4c2a176a1a05438e46b5f69a3b', type: 'message' }
  const place = { item_id: item.id, output_index: 0, content_index: 0 }
  const text = deltas.join('')
  const part = { type: 'output_text', annotations: [], text }
  const done = { ...item, status: 'completed', role: 'assistant', content: [part] }
  const usage = {
    input_tokens: 9,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 3,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 12,
  }
  const events = [
    { type: 'response.created', response },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...item, status: 'in_progress', role: 'assistant', content: [] },
    },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...deltas.map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
    { type: 'response.output_text.done', ...place, text },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item: done },
    {
      type: 'response.completed',
      response: { ...response, status: 'completed', output: [done], usage },
    },
  ]
  return events.map((event, index) => ({
    event: event.type,
    data: { sequence_number: index, ...event },
  }))
}
