import { createKnownIds, type KnownIds } from '../identity/known-ids.ts'
import { createDeletions, type Deletions } from './deletions.ts'
import type { Isolation } from './options.ts'

/** What occurrences are counted within; usually one test. */
export interface Scope {
  readonly testId: string | null
  readonly isolation: Isolation
  /** Ids of the answers that this scope was given. */
  readonly ids: KnownIds
  /** Ids that its program has from elsewhere, such as from its settings. */
  readonly own: Set<string>
  /** What was deleted in it. */
  readonly deletions: Deletions
  /** The number of this request among the equal ones of the scope, from 1; counted when a request starts. */
  count(hash: string): number
  /** Takes a number back where nothing was kept under it, so that recordings have no gap. */
  giveBack(hash: string, occurrence: number): void
}

export function createScope(testId: string | null, isolation: Isolation): Scope {
  const counts = new Map<string, number>()
  const free = new Map<string, number[]>()
  return {
    testId,
    isolation,
    ids: createKnownIds(),
    own: new Set(),
    deletions: createDeletions(),
    count: (hash) => {
      const returned = free.get(hash)?.shift()
      if (returned !== undefined) return returned
      const occurrence = (counts.get(hash) ?? 0) + 1
      counts.set(hash, occurrence)
      return occurrence
    },
    giveBack: (hash, occurrence) => {
      const numbers = [...(free.get(hash) ?? []), occurrence]
      free.set(
        hash,
        numbers.toSorted((left, right) => left - right),
      )
    },
  }
}
