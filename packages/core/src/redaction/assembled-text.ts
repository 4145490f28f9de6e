import type { JsonNode } from '../json/node.ts'

/** Texts of a stream that belong together, such as the pieces of one message, joined. */
export interface AssembledText {
  /** Where its first piece stands. */
  readonly pointer: string
  readonly text: string
}

/** Members whose numbers say which of several things a piece belongs to. */
const NUMBERS = /^(?:.*_)?(?:index|contentBlockIndex)$/

/**
 * What the items of a stream say together, whatever their API: texts at the same place of each item, and of the same numbers
 * around it, are pieces of one.
 */
export function assembleTexts(items: readonly JsonNode[], pointer: string): AssembledText[] {
  const texts = new Map<string, { pointer: string; pieces: string[] }>()
  for (const [index, item] of items.entries()) collect(item, '', `${pointer}/${index}`)

  function collect(node: JsonNode, place: string, at: string): void {
    if (node.kind === 'string') {
      const text = texts.get(place) ?? { pointer: at, pieces: [] }
      text.pieces.push(node.value)
      texts.set(place, text)
    } else if (node.kind === 'array') {
      for (const [index, item] of node.items.entries())
        collect(item, `${place}/${index}`, `${at}/${index}`)
    } else if (node.kind === 'object') {
      const numbers = node.members
        .filter(({ key, value }) => value.kind === 'number' && NUMBERS.test(key))
        .map(({ value }) => (value.kind === 'number' ? value.text : ''))
      const within = numbers.length === 0 ? place : `${place}#${numbers.join(',')}`
      for (const { key, value } of node.members)
        collect(value, `${within}/${key}`, `${at}/${escapeToken(key)}`)
    }
  }

  return Array.from(texts.values(), ({ pointer: first, pieces }) => ({
    pointer: first,
    text: pieces.join(''),
    pieces,
  })).filter(({ pieces }) => pieces.length > 1)
}

export function escapeToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
