import { array, member, NULL, object } from '../json/access.ts'
import { equalNodes } from '../json/equal-nodes.ts'
import { mapStrings } from '../json/map-strings.ts'
import type { JsonNode } from '../json/node.ts'
import { redactJson } from '../redaction/redact-json.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { type Difference, differences } from '../request/differences.ts'
import { withConstants } from '../request/placeholders.ts'

/** What differs between two canonical requests, without their secrets: what they hold is shown, whatever a tape may keep. */
export function maskedDifferences(
  { recorded, asked }: { readonly recorded: JsonNode; readonly asked: JsonNode },
  redactor: Redactor,
  limit: number,
): Difference[] {
  const names = new Map<string, string>()
  const nameOf = (name: string): string => {
    const known = names.get(name) ?? withConstants(redactor.text(name, '/request'))
    names.set(name, known)
    return known
  }
  const mask = (node: JsonNode): JsonNode => renamed(withoutSecrets(node, redactor), nameOf)
  const left = withoutSame(recorded, asked)
  const right = withoutSame(asked, recorded)
  return differences(mask(left), mask(right), limit)
}

/** What is the same need not be searched for secrets: lists and objects that are go, and leave their place. */
function withoutSame(node: JsonNode, other: JsonNode | undefined): JsonNode {
  if (node.kind === 'array' && other?.kind === 'array') {
    // Places in lists of two lengths say nothing.
    if (node.items.length !== other.items.length) return node
    return array(node.items.map((item, index) => withoutSamePart(item, other.items[index])))
  }
  if (node.kind !== 'object' || other?.kind !== 'object') return node
  return object(
    node.members.map(({ key, value }) => [key, withoutSamePart(value, member(other, key))]),
  )
}

function withoutSamePart(node: JsonNode, other: JsonNode | undefined): JsonNode {
  if (node.kind !== 'array' && node.kind !== 'object') return node
  if (other !== undefined && equalNodes(node, other)) return NULL
  return withoutSame(node, other)
}

/** By the places that a recording has them at, which a user's rules name. */
function withoutSecrets(canonical: JsonNode, redactor: Redactor): JsonNode {
  if (canonical.kind !== 'object') return masked(canonical, '/request', redactor)
  return object(
    canonical.members.map(({ key, value }) => {
      if (key === 'body' || key === 'kwargs')
        return [key, masked(value, `/request/${key}`, redactor)]
      // With its name, by which a text may be a secret.
      const alone = masked(object([[key, value]]), '/request', redactor)
      return [key, alone.kind === 'object' ? (alone.members[0]?.value ?? value) : value]
    }),
  )
}

function masked(node: JsonNode, pointer: string, redactor: Redactor): JsonNode {
  return mapStrings(redactJson(node, pointer, redactor), withConstants)
}

function renamed(node: JsonNode, nameOf: (name: string) => string): JsonNode {
  if (node.kind === 'array')
    return { kind: 'array', items: node.items.map((item) => renamed(item, nameOf)) }
  if (node.kind !== 'object') return node
  return object(node.members.map(({ key, value }) => [nameOf(key), renamed(value, nameOf)]))
}
