import { number, object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { SpokenError } from './dialect.ts'

/** An error as Google's APIs say it (`google.rpc.Status`); `@google/genai` shows the whole body (`throwErrorIfNotOK`). */
export function googleErrorBody(error: SpokenError): JsonNode {
  return object([
    [
      'error',
      object([
        ['code', number(404)],
        ['message', string(error.message)],
        ['status', string(error.code)],
      ]),
    ],
  ])
}
