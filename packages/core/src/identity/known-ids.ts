import { isNormalizedId } from './normalized-id.ts'

/** A provider's own id, the name that wiretape gave it, and the recording that tells both. */
export interface KnownId {
  readonly name: string
  readonly original: string
  /** The recording's file as a person would open it; null where nothing can be written. */
  readonly place: string | null
}

/** Ids that have been seen, with the names that wiretape gave them. */
export interface KnownIds {
  /** The name of a provider's id: that of the latest answer that gave it, where several did. */
  readonly nameOf: (original: string) => string | undefined
  readonly hasAny: () => boolean
  readonly find: (name: string) => KnownId | undefined
  readonly learn: (id: KnownId) => void
}

export function createKnownIds(): KnownIds {
  const names = new Map<string, string>()
  const known = new Map<string, KnownId>()
  return {
    nameOf: (original) => names.get(original),
    hasAny: () => known.size > 0,
    find: (name) => known.get(name),
    learn: (id) => {
      names.set(id.original, id.name)
      known.set(id.name, id)
    },
  }
}

/** Shorter ids may come again and mean another thing, as `call_0` does in every answer of a small server. */
const SHORTEST_UNIQUE = 16

/** A word with a counter behind it, such as `functions.get_weather:0`, comes again however long it is. */
const COUNTED = /[.:_-]\d{1,4}$/

/** Whether an id is one thing's alone, in whatever answer it stands. */
export function isUniqueId(original: string): boolean {
  if (isNormalizedId(original)) return true
  return original.length >= SHORTEST_UNIQUE && !COUNTED.test(original)
}
