import { chatRecording } from '../../src/store/chat-recording.test-fixture.ts'

/** A file that somebody put into a corpus, and what asking for it comes to. */
export interface HostileRecording {
  readonly what: string
  readonly content: string | Uint8Array
  /** The answer's text, or a part of it; or the code and what its message says after the file's path. */
  readonly comes: { readonly text: string } | { readonly code: string; readonly says: string }
}

export const QUESTION = 'hostile'

export type Draft = Record<string, unknown> & {
  request: Record<string, unknown>
  response: Record<string, unknown>
}

/** An ordinary recording with something done to it. */
export function changed(change: (draft: Draft) => void): string {
  const draft = JSON.parse(chatRecording(QUESTION, 'as recorded', { version: 1 })) as Draft
  change(draft)
  return JSON.stringify(draft)
}

/** The same, with a text put in for a mark: JSON that JavaScript would not print. */
export function spliced(change: (draft: Draft) => void, text: string): string {
  return changed(change).replace('"@"', () => text)
}

const CHUNKS = 'openai.types.chat.chat_completion_chunk.ChatCompletionChunk'

/** Makes it a stream of so many chunks. */
export function stream(draft: Draft, count: number, wire: object): void {
  const item = { __type__: CHUNKS, __data__: { choices: [] } }
  draft.response = {
    status: 200,
    body: Array.from({ length: count }, () => item),
    is_streaming: true,
    wire: { framing: 'sse', ending: 'complete', ...wire },
  }
}

/** An ordinary recording with another response. */
export function answering(response: Record<string, unknown>): string {
  return changed((draft) => Object.assign(draft.response, response))
}

export const INVALID = 'WT_RECORDING_INVALID'
/** Of the answer as it was recorded. */
export const WHOLE = '"as recorded"'
export const WIRE = { framing: 'json', ending: 'complete' }
