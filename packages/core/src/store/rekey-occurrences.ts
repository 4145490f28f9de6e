import { isNativePath } from './recording-path.ts'
import type { Rekeyed } from './rekey-plan.ts'

export interface Numbering {
  /** Whether a number is another file's. */
  readonly isTaken: (occurrence: number) => boolean
  /** Whether recordings that had this key have several now. */
  readonly isSplit: (source: string) => boolean
}

/**
 * The occurrences of recordings that have one key now. Where they alone had one key before they keep their numbers, gaps and
 * all. Where several keys become one they are numbered on by the time of their recording, those of one key in their order;
 * where one becomes several, each is numbered from 1.
 */
export function numberOccurrences(
  recordings: readonly Rekeyed[],
  { isTaken, isSplit }: Numbering,
): (readonly [Rekeyed, number])[] {
  const queues = new Map<string, Rekeyed[]>()
  for (const recording of recordings.toSorted((left, right) => left.occurrence - right.occurrence))
    queues.set(recording.source, [...(queues.get(recording.source) ?? []), recording])
  const [only, ...others] = [...queues.values()]
  const isWhole = others.length === 0 && only?.[0] !== undefined && !isSplit(only[0].source)
  if (only !== undefined && isWhole && haveOwnNumbers(only, isTaken))
    return only.map((recording) => [recording, recording.occurrence] as const)
  const numbered: (readonly [Rekeyed, number])[] = []
  let occurrence = 0
  for (;;) {
    const heads = [...queues.values()].flatMap(([head]) => (head === undefined ? [] : [head]))
    const next = heads.toSorted(compareHeads)[0]
    if (next === undefined) return numbered
    queues.get(next.source)?.shift()
    do occurrence += 1
    while (isTaken(occurrence))
    numbered.push([next, occurrence])
  }
}

/** A file that a person put elsewhere may have a number twice: the other answers. */
function haveOwnNumbers(
  recordings: readonly Rekeyed[],
  isTaken: (occurrence: number) => boolean,
): boolean {
  const numbers = recordings
    .filter(({ path }) => isNativePath(path))
    .map(({ occurrence }) => occurrence)
  return new Set(numbers).size === numbers.length && !numbers.some(isTaken)
}

/** OGX's files come last, as in a look-up. */
function compareHeads(left: Rekeyed, right: Rekeyed): number {
  const [before, after] = [orderOf(left), orderOf(right)]
  return before < after ? -1 : before > after ? 1 : 0
}

function orderOf({ isForeign, at, source }: Rekeyed): string {
  return `${isForeign ? 1 : 0} ${at} ${source}`
}
