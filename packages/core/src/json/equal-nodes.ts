import type { JsonNode } from './node.ts'

/** Whether two documents are the same, spelling of numbers and order of members included. */
export function equalNodes(left: JsonNode, right: JsonNode): boolean {
  if (left === right) return true
  if (left.kind === 'object' && right.kind === 'object')
    return (
      left.members.length === right.members.length &&
      left.members.every((member, index) => {
        const other = right.members[index]
        return (
          other !== undefined && member.key === other.key && equalNodes(member.value, other.value)
        )
      })
    )
  if (left.kind === 'array' && right.kind === 'array')
    return (
      left.items.length === right.items.length &&
      left.items.every((item, index) => equalNodes(item, right.items[index] as JsonNode))
    )
  if (left.kind === 'number') return right.kind === 'number' && left.text === right.text
  if (left.kind === 'string') return right.kind === 'string' && left.value === right.value
  return left.kind === 'literal' && right.kind === 'literal' && left.value === right.value
}
