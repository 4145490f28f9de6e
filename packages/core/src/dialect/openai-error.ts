import { NULL, object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { SpokenError } from './dialect.ts'

/**
 * An error as OpenAI says it: the SDK shows `error.message` (openai `core/error.ts`, `makeMessage`). The message on top is
 * for its relatives, such as Groq's, which would show the whole body as JSON.
 */
export function openaiErrorBody(error: SpokenError): JsonNode {
  return object([
    [
      'error',
      object([
        ['message', string(error.message)],
        ['type', string('wiretape_error')],
        ['param', NULL],
        ['code', string(error.code)],
      ]),
    ],
    ['message', string(error.message)],
  ])
}
