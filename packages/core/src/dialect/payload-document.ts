import type { Payload } from '../framing/framing.ts'
import { member } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { Item } from './dialect.ts'

/** The document that a payload is; undefined for text and bytes. */
export function documentOf(payload: Payload): JsonNode | undefined {
  return typeof payload === 'string' || payload instanceof Uint8Array ? undefined : payload
}

/** Whether a payload has an `error` that says something: many APIs have `"error": null` in a good answer. */
export function hasError(payload: Payload): boolean {
  const error = member(documentOf(payload), 'error')
  return error !== undefined && !(error.kind === 'literal' && error.value === null)
}

/** Whether a whole answer is an error, by its status or, where that isn't known, by what it says. */
export function isErrorAnswer({ payload, status, streamed }: Item): boolean {
  if (status !== null && !streamed) return status >= 400
  return hasError(payload) && member(documentOf(payload), 'id') === undefined
}
