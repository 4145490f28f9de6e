import { member } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import { assembleTexts } from './assembled-text.ts'
import { escapeToken } from './escape-token.ts'

/**
 * A text of a file, by its place.
 *
 * @experimental
 */
export interface PlacedText {
  /** A JSON pointer; empty where the file is no JSON. */
  readonly pointer: string
  /** The name of the member that holds it, which tells what it is; null where it has none. */
  readonly name: string | null
  readonly text: string
}

/**
 * Every text of a document, names and values, and what the pieces of a recorded stream say together.
 *
 * @param maskName what a pointer shows of a member's name, which may be a secret itself
 */
export function placedTexts(document: JsonNode, maskName: (name: string) => string): PlacedText[] {
  const texts: PlacedText[] = []

  function walk(node: JsonNode, pointer: string, name: string | null): void {
    switch (node.kind) {
      case 'string':
        texts.push({ pointer, name, text: node.value })
        break
      case 'array':
        for (const [index, item] of node.items.entries()) walk(item, `${pointer}/${index}`, name)
        break
      case 'object':
        for (const { key, value } of node.members) {
          // The place of a name is what holds it: its own would tell it.
          texts.push({ pointer, name: null, text: key })
          walk(value, `${pointer}/${escapeToken(maskName(key))}`, key)
        }
        break
      default:
    }
  }

  walk(document, '', null)
  return [...texts, ...spokenTexts(document)]
}

function spokenTexts(document: JsonNode): PlacedText[] {
  const body = member(member(document, 'response'), 'body')
  if (body?.kind !== 'array') return []
  const items = body.items.map((node, index) => ({ node, pointer: `/response/body/${index}` }))
  return assembleTexts(items).map(({ pointer, pieces }) => ({
    pointer,
    name: null,
    text: pieces.join(''),
  }))
}
