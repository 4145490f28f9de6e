import { member, object } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'

/**
 * A version 0 document with each original id replaced by its normalised form in all text, as OGX's reader does it. The
 * mapping itself stays.
 */
export function restoreMapping(node: JsonObject): JsonObject {
  const mapping = member(node, 'id_normalization_mapping')
  if (mapping?.kind !== 'object' || mapping.members.length === 0) return node
  const pairs = mapping.members.flatMap(({ key, value }) =>
    value.kind === 'string' && value.value !== '' ? [[value.value, key] as const] : [],
  )
  return object(
    node.members.map(({ key, value }) => [
      key,
      key === 'id_normalization_mapping' ? value : replaceText(value, pairs),
    ]),
  )
}

function replaceText(node: JsonNode, pairs: readonly (readonly [string, string])[]): JsonNode {
  switch (node.kind) {
    case 'string':
      return { kind: 'string', value: replaceAll(node.value, pairs) }
    case 'array':
      return { kind: 'array', items: node.items.map((item) => replaceText(item, pairs)) }
    case 'object':
      return object(
        node.members.map(({ key, value }) => [replaceAll(key, pairs), replaceText(value, pairs)]),
      )
    default:
      return node
  }
}

function replaceAll(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((result, [original, name]) => result.replaceAll(original, name), text)
}
