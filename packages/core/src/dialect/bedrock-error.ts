import { object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { SpokenError } from './dialect.ts'

/** An error as Bedrock says it: its class stands in the header `x-amzn-errortype`, the body has the message alone. */
export function bedrockErrorBody(error: SpokenError): JsonNode {
  return object([['message', string(error.message)]])
}
