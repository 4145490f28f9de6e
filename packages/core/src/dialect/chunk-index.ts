/** The index that a chunk says, whatever stands there; 0 where it says none. */
export function chunkIndex(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : 0
}

/** How far back a part is looked for that a delta continues: no API has more of them open at once. */
export const MOST_OPEN = 1000

/** The last item of a list that is so, among the {@link MOST_OPEN} last: over all of them a long stream would take its square. */
export function findOpen<Item>(
  list: readonly Item[],
  isOpen: (item: Item) => boolean,
): Item | undefined {
  const last = Math.max(0, list.length - MOST_OPEN)
  for (let at = list.length - 1; at >= last; at -= 1) {
    const item = list[at] as Item
    if (isOpen(item)) return item
  }
  return undefined
}
