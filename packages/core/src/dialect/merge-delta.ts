import { MOST_OPEN } from './chunk-index.ts'

/** Strings that name something: a delta repeats them rather than continues them. */
const NAMING: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'name',
  'object',
  'model',
  'format',
  'channel',
  'status',
  'finish_reason',
])

/** Fields of a chunk that only hide its length: OpenAI's, and those of Bedrock and Mistral. */
export const PADDING: readonly string[] = ['obfuscation', 'p']

export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  )
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** The records of a list that may not be one; what else stands in it has nothing to merge. */
export function recordsOf(value: unknown): Record<string, unknown>[] {
  return isArray(value) ? value.filter(isRecord) : []
}

/** What was collected by index, in the order of the indexes. */
export function inIndexOrder<T>(parts: ReadonlyMap<number, T>): T[] {
  return [...parts].toSorted(([left], [right]) => left - right).map(([, part]) => part)
}

export function without(
  record: Record<string, unknown>,
  keys: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))
}

/** Sets an own field whatever its name: assigning `__proto__` would change the prototype instead. */
export function setField(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    const field = { value, writable: true, enumerable: true, configurable: true }
    Object.defineProperty(target, key, field)
  } else target[key] = value
}

/** A copy that can grow: a caller's chunks are never changed. */
export function copyOf(value: unknown): unknown {
  if (isArray(value)) return value.map(copyOf)
  return isRecord(value) ? copyRecord(value) : value
}

export function copyRecord(record: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(record)) setField(copy, key, copyOf(value))
  return copy
}

/**
 * A later statement about the same thing: it says more, but never unsays. Records are merged; anything else is replaced,
 * but by nothing that is empty (`usage: null` after a usage, Azure's empty first id).
 */
export function restate(known: unknown, value: unknown): unknown {
  if (known === undefined || known === null) return value === undefined ? known : copyOf(value)
  if (value === undefined || value === null || value === '') return known
  if (isArray(value) && value.length === 0) return known
  if (!isRecord(known) || !isRecord(value)) return copyOf(value)
  for (const [key, field] of Object.entries(value)) restateField(known, key, field)
  return known
}

export function restateField(target: Record<string, unknown>, key: string, value: unknown): void {
  setField(target, key, restate(ownField(target, key), value))
}

/**
 * Adds a delta to what has been put together: strings and lists are continued, list parts with an `index` merged by it,
 * records merged, anything else replaced. What only names something is replaced too. `null` and absent say nothing.
 */
export function mergeDelta(whole: Record<string, unknown>, delta: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(delta)) {
    setField(whole, key, continued(key, ownField(whole, key), value))
  }
}

function continued(key: string, known: unknown, value: unknown): unknown {
  if (known === undefined || known === null) return value === undefined ? known : copyOf(value)
  if (value === undefined || value === null) return known
  if (typeof known === 'string' && typeof value === 'string') {
    return NAMING.has(key) ? value || known : known + value
  }
  if (Array.isArray(known) && isArray(value)) return continueList(known, value)
  if (!isRecord(known) || !isRecord(value)) return copyOf(value)
  mergeDelta(known, value)
  return known
}

/**
 * Parts of one delta never merge with each other: their API has said that they are several. The list grows where it is: a
 * copy for each chunk would take the square of their number.
 */
function continueList(known: unknown[], value: readonly unknown[]): unknown[] {
  const added: unknown[] = []
  for (const part of value) {
    const open =
      isRecord(part) && typeof part['index'] === 'number'
        ? known
            .slice(-MOST_OPEN)
            .find((candidate) => isRecord(candidate) && isContinuedBy(candidate, part))
        : undefined
    if (isRecord(open) && isRecord(part)) mergeDelta(open, part)
    else added.push(copyOf(part))
  }
  for (const part of added) known.push(part)
  return known
}

/** OpenRouter counts each kind of `reasoning_details` by itself, so that one index names several. */
function isContinuedBy(open: Record<string, unknown>, part: Record<string, unknown>): boolean {
  if (open['index'] !== part['index']) return false
  return open['type'] === undefined || part['type'] === undefined || open['type'] === part['type']
}

/** Without what the prototype has: a field called `constructor` is not known before it is set. */
export function ownField(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
