import type { Ids } from '../fixtures/ids.ts'
import { bedrockEvent } from './event-message.ts'

/** The messages of an InvokeModelWithResponseStream answer of Anthropic's: its own events, each in base64. @public */
export function invokeEvents(ids: Ids, text: readonly string[] = ['Sol.']): Buffer[] {
  const events = [
    {
      type: 'message_start',
      message: {
        id: ids.mint('msg_bdrk_01', 22),
        type: 'message',
        role: 'assistant',
        content: [],
        usage: { input_tokens: 12, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...text.map((part) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: part },
    })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
    {
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 12,
        outputTokenCount: 7,
        invocationLatency: 512,
        firstByteLatency: 204,
      },
    },
  ]
  return events.map((event) =>
    bedrockEvent('chunk', {
      bytes: Buffer.from(JSON.stringify(event)).toString('base64'),
      p: ids.padding(),
    }),
  )
}
