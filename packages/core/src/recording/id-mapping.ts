import { member, object } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { MOST_FILE_BYTES } from './limits.ts'

/** Characters that are looked through, each once for every id; a text counts for 32 at least. */
const MOST_WORK = 200_000_000
const LEAST_WORK = 32

/**
 * A version 0 document with each original id replaced by its normalised form in all text, as OGX's reader does it. The
 * mapping itself stays. Undefined where that would take too long, or make a text of more than 128 MiB.
 */
export function restoreMapping(node: JsonObject): JsonObject | undefined {
  const mapping = member(node, 'id_normalization_mapping')
  if (mapping?.kind !== 'object' || mapping.members.length === 0) return node
  const pairs = mapping.members.flatMap(({ key, value }) =>
    value.kind === 'string' && value.value !== '' ? [[value.value, key] as const] : [],
  )
  const replacement: Replacement = { pairs, work: MOST_WORK, growth: MOST_FILE_BYTES }
  const restored = object(
    node.members.map(({ key, value }) => [
      key,
      key === 'id_normalization_mapping' ? value : replaceText(value, replacement),
    ]),
  )
  return replacement.work < 0 || replacement.growth < 0 ? undefined : restored
}

interface Replacement {
  readonly pairs: readonly (readonly [original: string, name: string])[]
  /** What is left of each; once one is below zero, nothing is replaced any more. */
  work: number
  growth: number
}

function replaceText(node: JsonNode, replacement: Replacement): JsonNode {
  switch (node.kind) {
    case 'string':
      return { kind: 'string', value: replaceAll(node.value, replacement) }
    case 'array':
      return { kind: 'array', items: node.items.map((item) => replaceText(item, replacement)) }
    case 'object':
      return object(
        node.members.map(({ key, value }) => [
          replaceAll(key, replacement),
          replaceText(value, replacement),
        ]),
      )
    default:
      return node
  }
}

function replaceAll(text: string, replacement: Replacement): string {
  let result = text
  for (const [original, name] of replacement.pairs) {
    replacement.work -= result.length + LEAST_WORK
    if (replacement.work < 0 || replacement.growth < 0) return text
    if (!result.includes(original)) continue
    // Before the text is made: it could be longer than any string.
    replacement.growth -= countOf(original, result) * Math.max(0, name.length - original.length)
    if (replacement.growth < 0) return text
    result = result.replaceAll(original, () => name)
  }
  return result
}

function countOf(part: string, text: string): number {
  let count = 0
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1
  return count
}
