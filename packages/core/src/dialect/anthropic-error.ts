import { object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { SpokenError } from './dialect.ts'

/** An error as Anthropic says it; its SDK shows the whole body (`@anthropic-ai/sdk` `core/error`, `makeMessage`). */
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
  ])
}
