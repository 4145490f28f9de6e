import type { JsonNode } from './node.ts'

/**
 * Where something stands in a document: `messages[].tool_calls[].id`. `[]` is every item of an array, `*` every member of
 * an object, `**` any depth (none included).
 */
export type PathPattern = string

type Segment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'items' | 'members' | 'depth' }

/** A table of patterns, compiled so that one walk serves all. */
export interface PathTable<Entry> {
  readonly rows: readonly { readonly segments: readonly Segment[]; readonly entry: Entry }[]
}

/** Returned by a visitor to take the value out of its object; items of arrays can't be removed. */
export const REMOVED: unique symbol = Symbol('removed')

export function compilePaths<Entry extends { readonly path: PathPattern }>(
  entries: readonly Entry[],
): PathTable<Entry> {
  return { rows: entries.map((entry) => ({ segments: compile(entry.path), entry })) }
}

/**
 * The document with what stands at the table's paths replaced by what `visit` returns; the same node where nothing changed,
 * so that an unchanged document can be told by identity. Visits in the order of the text, parents after children.
 */
export function rewritePaths<Entry>(
  node: JsonNode,
  table: PathTable<Entry>,
  visit: (node: JsonNode, entry: Entry) => JsonNode | typeof REMOVED,
): JsonNode {
  const result = rewrite(
    node,
    table.rows.map((row) => ({ row, position: 0 })),
    visit,
  )
  return result === REMOVED ? node : result
}

interface Cursor<Entry> {
  readonly row: { readonly segments: readonly Segment[]; readonly entry: Entry }
  readonly position: number
}

function rewrite<Entry>(
  node: JsonNode,
  cursors: readonly Cursor<Entry>[],
  visit: (node: JsonNode, entry: Entry) => JsonNode | typeof REMOVED,
): JsonNode | typeof REMOVED {
  const open = expandDepth(cursors)
  let result: JsonNode = node
  if (node.kind === 'object') {
    let changed = false
    const members = []
    for (const entry of node.members) {
      const below = step(open, entry.key)
      const value = below.length === 0 ? entry.value : rewrite(entry.value, below, visit)
      if (value !== entry.value) changed = true
      if (value === REMOVED) continue
      members.push(value === entry.value ? entry : { key: entry.key, value })
    }
    if (changed) result = { kind: 'object', members }
  } else if (node.kind === 'array') {
    const below = step(open, undefined)
    if (below.length > 0) {
      let changed = false
      const items = node.items.map((item) => {
        const value = rewrite(item, below, visit)
        if (value === REMOVED || value === item) return item
        changed = true
        return value
      })
      if (changed) result = { kind: 'array', items }
    }
  }
  for (const { row, position } of open) {
    if (position !== row.segments.length) continue
    const replaced = visit(result, row.entry)
    if (replaced === REMOVED) return REMOVED
    result = replaced
  }
  return result
}

/**
 * A `**` may stand for no step at all: both readings go on. Each place in a pattern once, or several `**` would make them
 * grow without end.
 */
function expandDepth<Entry>(cursors: readonly Cursor<Entry>[]): readonly Cursor<Entry>[] {
  if (!cursors.some(({ row, position }) => row.segments[position]?.kind === 'depth')) return cursors
  const open = new Map<Cursor<Entry>['row'], Set<number>>()
  for (const { row, position } of cursors) {
    const positions = open.get(row) ?? new Set()
    open.set(row, positions)
    let at = position
    positions.add(at)
    while (row.segments[at]?.kind === 'depth') positions.add((at += 1))
  }
  return [...open].flatMap(([row, positions]) =>
    [...positions].map((position) => ({ row, position })),
  )
}

function step<Entry>(
  cursors: readonly Cursor<Entry>[],
  key: string | undefined,
): readonly Cursor<Entry>[] {
  const below: Cursor<Entry>[] = []
  for (const { row, position } of cursors) {
    const segment = row.segments[position]
    if (segment === undefined) continue
    if (segment.kind === 'depth') below.push({ row, position })
    else if (key === undefined ? segment.kind === 'items' : matchesKey(segment, key))
      below.push({ row, position: position + 1 })
  }
  return below
}

function matchesKey(segment: Segment, key: string): boolean {
  return segment.kind === 'members' || (segment.kind === 'key' && segment.key === key)
}

function compile(pattern: PathPattern): Segment[] {
  const segments: Segment[] = []
  for (const part of pattern.split('.')) {
    const [, name = '', items = ''] = /^(.*?)((?:\[\])*)$/.exec(part) ?? []
    if (name === '**') segments.push({ kind: 'depth' })
    else if (name === '*') segments.push({ kind: 'members' })
    else if (name !== '') segments.push({ kind: 'key', key: name })
    for (let count = 0; count < items.length; count += 2) segments.push({ kind: 'items' })
  }
  return segments
}
