import { boolean, NULL, number, string } from './access.ts'
import { invalidJsonValue } from './invalid-json.ts'
import { DEFAULT_MAX_DEPTH } from './limits.ts'
import { plainItems, plainMembers, plainValue } from './plain-value.ts'
import type { JsonArray, JsonMember, JsonNode, JsonObject } from './node.ts'

/** What `JSON.parse` gives for the node's text: the last duplicate wins and `__proto__` is a member like any other. */
export function toValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return toObject(node)
    case 'array':
      return node.items.map(toValue)
    case 'number':
      return Number(node.text)
    default:
      return node.value
  }
}

/**
 * The node for what `JSON.stringify` would keep of a value: `toJSON` is called, undefined members are left out, numbers
 * that aren't finite are null. Besides, a bigint is a number, and undefined alone is null, as it is in an array.
 *
 * @throws WT_JSON_INVALID when the value holds itself or nests deeper than 512 levels.
 */
export function fromValue(value: unknown): JsonNode {
  return nodeOf(plainValue(value, ''), [])
}

/**
 * Whether a node's JavaScript value deeply equals a value, as far as JSON sees it: the order of keys doesn't count, the
 * last duplicate does, and `1.0` equals 1.
 */
export function equalsValue(node: JsonNode, value: unknown): boolean {
  return matches(node, plainValue(value, ''))
}

/**
 * The node for an edited value: wherever the value still equals the node, the node's spelling of numbers, its order of
 * keys and its duplicates are kept, the rest is as {@link fromValue} gives it. New members come last. Where an edit
 * changes a repeated key, its earlier duplicates go. If nothing changed it's the same node.
 *
 * @throws WT_JSON_INVALID when the value holds itself or nests deeper than 512 levels.
 */
export function mergeValue(node: JsonNode, value: unknown): JsonNode {
  return merge(node, plainValue(value, ''), [])
}

function toObject(node: JsonObject): object {
  const value: Record<string, unknown> = {}
  for (const member of node.members) {
    if (member.key === '__proto__') {
      const property = { enumerable: true, configurable: true, writable: true }
      Object.defineProperty(value, member.key, { ...property, value: toValue(member.value) })
    } else {
      value[member.key] = toValue(member.value)
    }
  }
  return value
}

function nodeOf(plain: unknown, ancestors: object[]): JsonNode {
  switch (typeof plain) {
    case 'string':
      return string(plain)
    case 'number':
      return Number.isFinite(plain) ? number(plain) : NULL
    case 'bigint':
      return number(plain)
    case 'boolean':
      return boolean(plain)
    case 'object':
      if (plain === null) return NULL
      return within(ancestors, plain, () =>
        Array.isArray(plain) ? arrayOf(plain, ancestors) : objectOf(plain, ancestors),
      )
    default:
      return NULL
  }
}

function within(ancestors: object[], plain: object, make: () => JsonNode): JsonNode {
  if (ancestors.includes(plain)) throw invalidJsonValue('it holds itself')
  if (ancestors.length >= DEFAULT_MAX_DEPTH) {
    throw invalidJsonValue(`nested deeper than ${DEFAULT_MAX_DEPTH} levels`)
  }
  ancestors.push(plain)
  const node = make()
  ancestors.pop()
  return node
}

function arrayOf(value: readonly unknown[], ancestors: object[]): JsonArray {
  return { kind: 'array', items: plainItems(value).map((item) => nodeOf(item, ancestors)) }
}

function objectOf(value: object, ancestors: object[]): JsonObject {
  const entries = Array.from(plainMembers(value))
  const members = entries.map(([key, plain]) => ({ key, value: nodeOf(plain, ancestors) }))
  return { kind: 'object', members }
}

function isPlainObject(plain: unknown): plain is object {
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain)
}

function matches(node: JsonNode, plain: unknown): boolean {
  switch (node.kind) {
    case 'object':
      return isPlainObject(plain) && matchesMembers(node, plainMembers(plain))
    case 'array':
      return Array.isArray(plain) && matchesItems(node, plainItems(plain))
    case 'number':
      if (typeof plain === 'bigint') return /^-?\d+$/.test(node.text) && BigInt(node.text) === plain
      return Number(node.text) === plain
    default:
      return node.value === plain
  }
}

function matchesMembers(node: JsonObject, wanted: ReadonlyMap<string, unknown>): boolean {
  const last = lastMembers(node)
  if (last.size !== wanted.size) return false
  for (const [key, { value }] of last) {
    if (!wanted.has(key) || !matches(value, wanted.get(key))) return false
  }
  return true
}

function matchesItems(node: JsonArray, wanted: readonly unknown[]): boolean {
  if (node.items.length !== wanted.length) return false
  return node.items.every((item, index) => matches(item, wanted[index]))
}

function lastMembers(node: JsonObject): Map<string, JsonMember> {
  return new Map(node.members.map((member) => [member.key, member]))
}

function merge(node: JsonNode, plain: unknown, ancestors: object[]): JsonNode {
  if (node.kind === 'object' && isPlainObject(plain)) {
    return within(ancestors, plain, () => mergeMembers(node, plainMembers(plain), ancestors))
  }
  if (node.kind === 'array' && Array.isArray(plain)) {
    return within(ancestors, plain, () => mergeItems(node, plainItems(plain), ancestors))
  }
  return matches(node, plain) ? node : nodeOf(plain, ancestors)
}

function mergeMembers(
  node: JsonObject,
  wanted: ReadonlyMap<string, unknown>,
  ancestors: object[],
): JsonObject {
  const last = lastMembers(node)
  const merged = new Map<string, JsonNode>()
  for (const [key, plain] of wanted) {
    const source = last.get(key)
    const value = source ? merge(source.value, plain, ancestors) : nodeOf(plain, ancestors)
    merged.set(key, value)
  }
  const members: JsonMember[] = []
  for (const member of node.members) {
    const value = merged.get(member.key)
    const source = last.get(member.key)
    if (value === undefined) continue
    if (value === source?.value) members.push(member)
    else if (member === source) members.push({ key: member.key, value })
  }
  const isUnchanged =
    members.length === node.members.length &&
    merged.size === last.size &&
    members.every((member, index) => member === node.members[index])
  if (isUnchanged) return node
  for (const [key, value] of merged) {
    if (!last.has(key)) members.push({ key, value })
  }
  return { kind: 'object', members }
}

function mergeItems(node: JsonArray, wanted: readonly unknown[], ancestors: object[]): JsonArray {
  const { items } = node
  const shared = Math.min(items.length, wanted.length)
  let tail = 0
  if (items.length !== wanted.length) {
    // Items were put in or taken out: what follows them is to meet its own source, not its neighbour's.
    let head = 0
    while (head < shared && matches(items[head] as JsonNode, wanted[head])) head += 1
    while (tail < shared - head && matches(items.at(-1 - tail) as JsonNode, wanted.at(-1 - tail))) {
      tail += 1
    }
  }
  const merged = wanted.map((plain, index) => {
    const isInTail = index >= wanted.length - tail
    const source = isInTail ? items[index - wanted.length + items.length] : items[index]
    return source === undefined ? nodeOf(plain, ancestors) : merge(source, plain, ancestors)
  })
  const isUnchanged =
    merged.length === items.length && merged.every((item, index) => item === items[index])
  return isUnchanged ? node : { kind: 'array', items: merged }
}
