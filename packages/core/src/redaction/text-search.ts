/** A text that is searched for, and what it stands for. */
export interface Needle<Entry> {
  readonly text: string
  readonly entry: Entry
}

export type TextSearch<Entry> = (
  text: string,
  found: (start: number, needle: Needle<Entry>) => void,
) => void

const SLOTS = 1 << 15
const BLOCK = 3

/**
 * Finds any of many texts in one pass (Wu and Manber's shift table): most steps skip as many characters as the shortest
 * needle has, so that dozens of secrets cost no more than one.
 */
export function createTextSearch<Entry>(needles: readonly Needle<Entry>[]): TextSearch<Entry> {
  const window = Math.min(64, ...needles.map(({ text }) => text.length))
  if (needles.length === 0 || window < BLOCK) return () => undefined
  const shifts = new Uint8Array(SLOTS).fill(window - BLOCK + 1)
  const ends = new Map<number, Needle<Entry>[]>()
  for (const needle of needles)
    for (let at = 0; at <= window - BLOCK; at++) {
      const slot = slotOf(needle.text, at)
      const shift = window - BLOCK - at
      if (shift < (shifts[slot] as number)) shifts[slot] = shift
      if (shift === 0) ends.set(slot, [...(ends.get(slot) ?? []), needle])
    }
  return (text, found) => {
    const last = text.length - BLOCK
    let at = window - BLOCK
    while (at <= last) {
      const slot = slotOf(text, at)
      const shift = shifts[slot] as number
      if (shift > 0) {
        at += shift
        continue
      }
      const start = at - (window - BLOCK)
      for (const needle of ends.get(slot) ?? [])
        if (text.startsWith(needle.text, start)) found(start, needle)
      at += 1
    }
  }
}

function slotOf(text: string, at: number): number {
  return (
    (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 5) ^ (text.charCodeAt(at + 2) << 10)) &
    (SLOTS - 1)
  )
}
