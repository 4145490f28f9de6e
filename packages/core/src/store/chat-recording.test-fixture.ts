import { keyRequest } from '../request/request-key.ts'
import { viewRequest } from '../request/request-view.ts'
import type { JsonObject } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import type { Address } from './corpus.ts'
import { recordingPath } from './recording-path.ts'

const URL_OF_CHAT = 'https://api.openai.com/v1/chat/completions'

function bodyOf(question: string): object {
  return { model: 'gpt-test', messages: [{ role: 'user', content: question }] }
}

/** Where the answer to this question is looked for. */
export function chatAddress(question: string, occurrence = 1): Address {
  const view = viewRequest(
    { method: 'POST', url: URL_OF_CHAT, headers: [] },
    Buffer.from(JSON.stringify(bodyOf(question))),
  )
  const { filing, filingBy } = keyRequest(view, { testId: null })
  return { ...filing, filingBy, occurrence }
}

export function chatPath(question: string, occurrence = 1): string {
  return recordingPath(chatAddress(question, occurrence))
}

interface RecordingChoices {
  /** Without one, the file is OGX's. */
  readonly version?: 1 | undefined
  readonly occurrence?: number | undefined
  readonly testId?: string | undefined
}

/** The text of a recording in which this question has this answer. */
export function chatRecording(
  question: string,
  answer: string,
  { version, occurrence = 1, testId }: RecordingChoices = {},
): string {
  const { hash } = chatAddress(question)
  const data = { id: 'chatcmpl-1', choices: [{ message: { content: answer } }] }
  return JSON.stringify({
    ...(version === undefined ? {} : { version }),
    ...(testId === undefined ? {} : { test_id: testId }),
    request: {
      method: 'POST',
      url: URL_OF_CHAT,
      headers: {},
      body: bodyOf(question),
      endpoint: '/v1/chat/completions',
      model: 'gpt-test',
    },
    response: {
      body: { __type__: 'openai.types.chat.chat_completion.ChatCompletion', __data__: data },
      is_streaming: false,
    },
    ...(version === undefined
      ? {}
      : { recorded: { key: { rule: 'wiretape/1', hash, occurrence } } }),
  })
}

export function chatDocument(question: string, answer: string): JsonObject {
  return parseJson(chatRecording(question, answer, { version: 1 })) as JsonObject
}
