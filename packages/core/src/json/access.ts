import type {
  JsonArray,
  JsonLiteral,
  JsonMember,
  JsonNode,
  JsonNumber,
  JsonObject,
  JsonString,
} from './node.ts'

export const NULL: JsonLiteral = { kind: 'literal', value: null }
export const TRUE: JsonLiteral = { kind: 'literal', value: true }
export const FALSE: JsonLiteral = { kind: 'literal', value: false }

export function string(value: string): JsonString {
  return { kind: 'string', value }
}

/** A number as JavaScript spells it; one that isn't finite has no spelling in JSON and must not come here. */
export function number(value: number | bigint): JsonNumber {
  return { kind: 'number', text: String(value) }
}

export function boolean(value: boolean): JsonLiteral {
  return value ? TRUE : FALSE
}

/** An object with the given members in their order; {@link Object.entries} makes them of a plain object. */
export function object(entries: Iterable<readonly [key: string, value: JsonNode]>): JsonObject {
  return { kind: 'object', members: Array.from(entries, ([key, value]) => ({ key, value })) }
}

export function array(items: readonly JsonNode[]): JsonArray {
  return { kind: 'array', items }
}

export function isObject(node: JsonNode | undefined): node is JsonObject {
  return node?.kind === 'object'
}

export function isArray(node: JsonNode | undefined): node is JsonArray {
  return node?.kind === 'array'
}

export function isString(node: JsonNode | undefined): node is JsonString {
  return node?.kind === 'string'
}

/** The value of an object's member, of the last one where the key is repeated; undefined if there's none. */
export function member(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined
  return node.members.findLast((candidate) => candidate.key === key)?.value
}

/** A member's text, if the member is there and is a string. */
export function stringMember(node: JsonNode | undefined, key: string): string | undefined {
  const value = member(node, key)
  return value?.kind === 'string' ? value.value : undefined
}

/**
 * The object with one member set: in place of the last one of that key, else at the end. Earlier members of that key go,
 * so that a replaced secret doesn't live on in a duplicate.
 */
export function withMember(node: JsonObject, key: string, value: JsonNode): JsonObject {
  const members: JsonMember[] = []
  const last = node.members.findLastIndex((candidate) => candidate.key === key)
  for (const [index, candidate] of node.members.entries()) {
    if (index === last) members.push({ key, value })
    else if (candidate.key !== key) members.push(candidate)
  }
  if (last === -1) members.push({ key, value })
  return { kind: 'object', members }
}

/** The object without any member of that key; the same node if there's none. */
export function withoutMember(node: JsonObject, key: string): JsonObject {
  const members = node.members.filter((candidate) => candidate.key !== key)
  return members.length === node.members.length ? node : { kind: 'object', members }
}

/** What an RFC 6901 pointer names in a document; undefined if nothing, or if the pointer isn't one. */
export function atPointer(node: JsonNode, pointer: string): JsonNode | undefined {
  if (pointer === '') return node
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined
  let found: JsonNode | undefined = node
  for (const token of pointer.slice(1).split('/')) {
    found = found?.kind === 'array' ? itemAt(found, token) : member(found, unescapeToken(token))
  }
  return found
}

// The order matters: `~01` stands for `~1`, not for `/`.
function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}

function itemAt(node: JsonArray, token: string): JsonNode | undefined {
  return /^(?:0|[1-9]\d*)$/.test(token) ? node.items[Number(token)] : undefined
}
