/**
 * The part of a value that JSON sees: `toJSON` called and wrapper objects opened, as `JSON.stringify` does; undefined for
 * what it leaves out. Only the value itself; what it holds is still as it was.
 */
export function plainValue(value: unknown, key: string): unknown {
  let plain = value
  if (isHolder(plain) || typeof plain === 'bigint') {
    const { toJSON } = plain as { toJSON?: unknown }
    if (typeof toJSON === 'function') plain = toJSON.call(plain, key) as unknown
  }
  if (typeof plain === 'object' && plain !== null) return openWrapper(plain)
  return typeof plain === 'function' || typeof plain === 'symbol' ? undefined : plain
}

/** The members of an object that JSON sees. */
export function plainMembers(value: object): Map<string, unknown> {
  const members = new Map<string, unknown>()
  for (const [key, raw] of Object.entries(value)) {
    const plain = plainValue(raw, key)
    if (plain !== undefined) members.set(key, plain)
  }
  return members
}

/** The items of an array as JSON sees them: null for what it can't hold, so that the others keep their places. */
export function plainItems(value: readonly unknown[]): unknown[] {
  return Array.from(value, (item, index) => plainValue(item, String(index)) ?? null)
}

// By their tag, because instanceof fails for the wrappers of another realm.
function openWrapper(value: object): unknown {
  switch (Object.prototype.toString.call(value)) {
    case '[object Number]':
    case '[object String]':
    case '[object Boolean]':
    case '[object BigInt]':
      return value.valueOf()
    default:
      return value
  }
}

/** True for objects and functions alike, since either may have a `toJSON`. */
function isHolder(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
