/** Ids that have been seen, with the names that wiretape gave them. */
export interface KnownIds {
  /** The name of a provider's id. */
  readonly nameOf: (original: string) => string | undefined
  /** The provider's id behind a name. */
  readonly originalOf: (name: string) => string | undefined
  readonly learn: (name: string, original: string) => void
}

export function createKnownIds(): KnownIds {
  const names = new Map<string, string>()
  const originals = new Map<string, string>()
  return {
    nameOf: (original) => names.get(original),
    originalOf: (name) => originals.get(name),
    learn: (name, original) => {
      names.set(original, name)
      originals.set(name, original)
    },
  }
}
