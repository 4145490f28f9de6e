import { isArray, isObject, isString, object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import { tryParseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { decodeUtf8 } from '../request/request-view.ts'

/**
 * `{"bytes":"<base64>"}` with the provider's JSON in place of the base64, where printing that JSON gives the very text
 * again; else as it is. {@link wrapJson} is the inverse.
 */
export function unwrapJson(payload: JsonNode): JsonNode {
  const inner = textIn(payload)
  const document = inner === undefined ? undefined : tryParseJson(inner)
  // A string under `bytes` means base64.
  if (!isObject(document) && !isArray(document)) return payload
  return printJson(document) === inner ? withBytes(payload, document) : payload
}

export function wrapJson(payload: JsonNode): JsonNode {
  const inner = bytesOf(payload)
  if (!isObject(inner) && !isArray(inner)) return payload
  return withBytes(payload, encoded(printJson(inner)))
}

/** The same for `bytes` that are plain text, shown as `{"bytes":{"utf8":"…"}}`. */
export function unwrapText(payload: JsonNode): JsonNode {
  const inner = textIn(payload)
  return inner === undefined ? payload : withBytes(payload, object([['utf8', string(inner)]]))
}

export function wrapText(payload: JsonNode): JsonNode {
  const inner = bytesOf(payload)
  if (!isObject(inner) || inner.members.length !== 1) return payload
  const [entry] = inner.members
  if (entry?.key !== 'utf8' || !isString(entry.value)) return payload
  return withBytes(payload, encoded(entry.value.value))
}

/** The provider's document in a message, shown or still in base64; undefined where there is none. */
export function documentInBytes(payload: JsonNode): JsonNode | undefined {
  const bytes = bytesOf(payload)
  if (!isString(bytes)) return bytes
  const inner = textIn(payload)
  return inner === undefined ? undefined : tryParseJson(inner)
}

/** The text in the base64 under `bytes`; undefined where that is no text, or not how base64 is usually written. */
function textIn(payload: JsonNode): string | undefined {
  const bytes = bytesOf(payload)
  if (!isString(bytes)) return undefined
  const decoded = Buffer.from(bytes.value, 'base64')
  return decoded.toString('base64') === bytes.value ? decodeUtf8(decoded) : undefined
}

/** The one member `bytes`; with two of them, nobody could tell which to put back. */
function bytesOf(payload: JsonNode): JsonNode | undefined {
  if (!isObject(payload)) return undefined
  const found = payload.members.filter(({ key }) => key === 'bytes')
  return found.length === 1 ? found[0]?.value : undefined
}

function withBytes(payload: JsonNode, bytes: JsonNode): JsonNode {
  if (!isObject(payload)) return payload
  return {
    kind: 'object',
    members: payload.members.map((entry) =>
      entry.key === 'bytes' ? { key: 'bytes', value: bytes } : entry,
    ),
  }
}

function encoded(text: string): JsonNode {
  return string(Buffer.from(text, 'utf8').toString('base64'))
}
