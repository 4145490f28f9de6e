import { object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { SpokenError } from './dialect.ts'

/**
 * An error as Anthropic says it, and its message once more on top: its SDK shows that, or the whole body as JSON
 * (`@anthropic-ai/sdk` `core/error`, `makeMessage`).
 */
export function anthropicErrorBody(error: SpokenError): JsonNode {
  return object([
    ['type', string('error')],
    [
      'error',
      object([
        ['type', string('wiretape_error')],
        ['message', string(error.message)],
        ['code', string(error.code)],
      ]),
    ],
    ['message', string(error.message)],
  ])
}
