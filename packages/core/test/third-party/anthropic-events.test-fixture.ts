import type { ServerSentEvent } from '@wiretape/testkit'

/** A streamed message as Anthropic sends it, ping and all. */
export function messageEvents(deltas: readonly string[]): ServerSentEvent[] {
  return messagePayloads(deltas).map((data) => ({ event: data.type, data }))
}

/** The payloads of those events, which Bedrock puts into frames of its own. */
export function messagePayloads(deltas: readonly string[]): { readonly type: string }[] {
  const message = {
    id: 'msg_014p7gG3wDgGV9EUtLvnow3U',
    type: 'message',
    role: 'assistant',
    model: 'claude-test',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 1 },
  }
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    ...deltas.map((text) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text },
    })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 4 },
    },
    { type: 'message_stop' },
  ]
  return events
}

/** The whole message. */
export function wholeMessage(text: string): object {
  return {
    id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
    type: 'message',
    role: 'assistant',
    model: 'claude-test',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 4 },
  }
}
