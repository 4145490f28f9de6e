import type { JsonMember, JsonNode, JsonObject } from '../json/node.ts'
import { compilePaths, rewritePaths } from '../json/paths.ts'
import { placeholderFor } from '../request/placeholders.ts'
import { escapeToken } from './escape-token.ts'
import type { Redactor } from './redactor.ts'
import { isSecretMember } from './text-rules.ts'

/** A document without its secrets: of the same shape, only texts differ; the same node where there is none. */
export function redactJson(node: JsonNode, pointer: string, redactor: Redactor): JsonNode {
  const walk = { redactor, pointer, path: [] as string[] }
  return visit(byPaths(node, pointer, redactor), undefined, walk)
}

interface Walk {
  readonly redactor: Redactor
  readonly pointer: string
  /** Where the walk is, below the pointer. */
  readonly path: string[]
}

/** What the user's rules name by its place. */
function byPaths(node: JsonNode, pointer: string, redactor: Redactor): JsonNode {
  const rows = redactor.rules.flatMap((rule) =>
    rule.path === undefined || redactor.isAllowed(rule.name, pointer)
      ? []
      : [{ path: rule.path, rule }],
  )
  if (rows.length === 0) return node
  return rewritePaths(node, compilePaths(rows), (found, { rule }) => {
    const value = rule.with ?? `<${rule.name}>`
    return found.kind !== 'string' || found.value === value ? found : { kind: 'string', value }
  })
}

/** The name is that of the member whose value this is, or of the list that it stands in. */
function visit(node: JsonNode, name: string | undefined, walk: Walk): JsonNode {
  if (node.kind === 'string') {
    const value = redactMember(node.value, name, walk)
    return value === node.value ? node : { kind: 'string', value }
  }
  if (node.kind === 'array') {
    let changed = false
    const items = node.items.map((item, index) => {
      walk.path.push(String(index))
      const seen = visit(item, item.kind === 'string' ? name : undefined, walk)
      walk.path.pop()
      changed ||= seen !== item
      return seen
    })
    return changed ? { kind: 'array', items } : node
  }
  return node.kind === 'object' ? visitMembers(node, walk) : node
}

function visitMembers(node: JsonObject, walk: Walk): JsonNode {
  const described = describedName(node)
  let changed = false
  const members = node.members.map((member): JsonMember => {
    walk.path.push(member.key)
    const name = described !== undefined && member.key === 'value' ? described : member.key
    const value = visit(member.value, name, walk)
    walk.path.pop()
    if (value === member.value) return member
    changed = true
    return { key: member.key, value }
  })
  return changed ? { kind: 'object', members } : node
}

/** The name in `{ "name": "Authorization", "value": "…" }`, as headers are often listed. */
function describedName({ members }: JsonObject): string | undefined {
  if (!members.some(({ key, value }) => key === 'value' && value.kind === 'string'))
    return undefined
  const named = members.find(({ key }) => key === 'name' || key === 'key')?.value
  return named?.kind === 'string' && /^[\w-]{1,64}$/.test(named.value) ? named.value : undefined
}

function redactMember(value: string, name: string | undefined, walk: Walk): string {
  const { redactor } = walk
  const place = redactor.needsPlaces ? pointerOf(walk) : ''
  return redactNamed({ name, value }, place, redactor)
}

function pointerOf({ pointer, path }: Walk): string {
  let result = pointer
  for (const token of path) result += `/${escapeToken(token)}`
  return result
}

/** A text that stands under a name. */
export function redactNamed(
  named: { readonly name: string | undefined; readonly value: string },
  pointer: string,
  redactor: Redactor,
): string {
  const { name, value } = named
  if (name === undefined) return redactor.text(value, pointer)
  if (isSecretMember(name, value)) return wholeMember(name, value, { pointer, redactor })
  const redacted = redactor.text(value, pointer)
  // What is left of it may look like a token where the whole did not.
  return redacted === value ? value : wholeMember(name, redacted, { pointer, redactor })
}

/** The placeholder where all of a member's text goes, else the text without its secrets. */
function wholeMember(
  name: string,
  value: string,
  { pointer, redactor }: { readonly pointer: string; readonly redactor: Redactor },
): string {
  const [, bare = value] = /^bearer\s+(.*)$/is.exec(value) ?? []
  const placeholder = placeholderFor(redactor.variableOf(bare) ?? name)
  const isWhole =
    isSecretMember(name, value) && !redactor.isAllowed(placeholder.slice(1, -1), pointer)
  return isWhole ? placeholder : redactor.text(value, pointer)
}
