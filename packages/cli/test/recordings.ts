import { formatRecording } from '@wiretape/core'
import { fileURLToPath } from 'node:url'

/** The version 0 recording that came with the project. */
export const seed: string = fileURLToPath(
  new URL(
    '../../../recordings/seed/085098d43435ac3b10595184dcd7ef191f16f392ee697f679f3bf1d238ca2f25.json',
    import.meta.url,
  ),
)

export const CHAT = 'https://api.openai.com/v1/chat/completions'

export interface Answered {
  readonly url: string
  /** The provider's objects, or the one document. */
  readonly body: unknown
  readonly status?: number | null
  readonly headers?: Record<string, string>
  readonly wire: Record<string, unknown>
}

/** The text of a version 1 recording. */
export function recordingOf({ url, body, status = 200, headers = {}, wire }: Answered): string {
  const isStreaming = Array.isArray(body)
  return formatRecording({
    version: 1,
    test_id: null,
    request: { method: 'POST', url, headers: {}, body: { model: 'm' }, endpoint: '/x', model: 'm' },
    response: { status, headers, body, is_streaming: isStreaming, wire },
    id_normalization_mapping: {},
    recorded: { at: '2026-12-01T10:00:00.000Z' },
  })
}

/** An item as recordings have it. */
export function item(data: unknown, type = 'wiretape.generic.item'): object {
  return { __type__: type, __data__: data }
}

/** A chunk of a chat completion. */
export function chatChunk(delta: object, finish: string | null = null): object {
  return item(
    {
      id: 'rec-0123456789ab',
      object: 'chat.completion.chunk',
      created: 0,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: finish }],
    },
    'openai.types.chat.chat_completion_chunk.ChatCompletionChunk',
  )
}
