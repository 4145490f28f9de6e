import type { JsonNode } from '../json/node.ts'
import { escapeToken } from './escape-token.ts'

/** Texts of a stream that belong together, such as the pieces of one message. */
export interface AssembledText {
  /** Where its first piece stands. */
  readonly pointer: string
  readonly pieces: readonly string[]
}

/** An item of a stream, by its place. */
export interface PlacedItem {
  readonly node: JsonNode
  readonly pointer: string
}

/** Members whose numbers say which of several things a piece belongs to. */
const NUMBERS = /^(?:.*_)?index$|^contentBlockIndex$/

/**
 * What the items of a stream say together, whatever their API: texts at the same place of each item, and of the same numbers
 * around it, are pieces of one.
 */
export function assembleTexts(items: readonly PlacedItem[]): AssembledText[] {
  const texts = new Map<string, { readonly pointer: string; readonly pieces: string[] }>()
  for (const { node, pointer } of items) collect(node, '', pointer)

  function collect(node: JsonNode, place: string, pointer: string): void {
    if (node.kind === 'string') {
      const text = texts.get(place) ?? { pointer, pieces: [] }
      text.pieces.push(node.value)
      texts.set(place, text)
    } else if (node.kind === 'array') {
      for (const [index, item] of node.items.entries())
        collect(item, `${place}/${index}`, `${pointer}/${index}`)
    } else if (node.kind === 'object') {
      const numbers = node.members.flatMap(({ key, value }) =>
        value.kind === 'number' && NUMBERS.test(key) ? [value.text] : [],
      )
      const within = numbers.length === 0 ? place : `${place}#${numbers.join(',')}`
      for (const { key, value } of node.members)
        collect(value, `${within}/${key}`, `${pointer}/${escapeToken(key)}`)
    }
  }

  return [...texts.values()].filter(({ pieces }) => pieces.length > 1)
}
