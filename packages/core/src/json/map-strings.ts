import type { JsonNode } from './node.ts'

/** The document with every string value replaced; keys stay. The same node where nothing changed. */
export function mapStrings(node: JsonNode, replace: (text: string) => string): JsonNode {
  switch (node.kind) {
    case 'string': {
      const value = replace(node.value)
      return value === node.value ? node : { kind: 'string', value }
    }
    case 'array': {
      const items = node.items.map((item) => mapStrings(item, replace))
      return items.every((item, index) => item === node.items[index])
        ? node
        : { kind: 'array', items }
    }
    case 'object': {
      let changed = false
      const members = node.members.map((member) => {
        const value = mapStrings(member.value, replace)
        if (value === member.value) return member
        changed = true
        return { key: member.key, value }
      })
      return changed ? { kind: 'object', members } : node
    }
    default:
      return node
  }
}
