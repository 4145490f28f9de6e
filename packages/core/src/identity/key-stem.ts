/** The part of every derived name that says which answer it belongs to: 12 hex digits of the key, `-n` from the second on. */
export function keyStem(hash: string, occurrence: number): string {
  return hash.slice(0, 12) + (occurrence > 1 ? `-${occurrence}` : '')
}
