import type { JsonNode } from './node.ts'

/**
 * Where something stands in a document: `messages[].tool_calls[].id`. `[]` is every item of an array, `*` every member of
 * an object, `**` any depth (none included).
 */
export type PathPattern = string

type Segment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'items' | 'members' | 'depth'; readonly key?: undefined }

/** A table of patterns, compiled so that one walk serves all. */
export interface PathTable<Entry> {
  readonly start: State<Entry>
}

/** How far a walk has come in all patterns at once; made when a walk first comes there, and kept for the next. */
interface State<Entry> {
  /** What the patterns that end here are for. */
  readonly ends: readonly Entry[]
  /** Where a member of this name leads; undefined where no pattern goes on. */
  readonly member: (key: string) => State<Entry> | undefined
  /** Where an item of an array leads. */
  readonly item: () => State<Entry> | undefined
}

/** Returned by a visitor to take the value out of its object; items of arrays can't be removed. */
export const REMOVED: unique symbol = Symbol('removed')

export function compilePaths<Entry extends { readonly path: PathPattern }>(
  entries: readonly Entry[],
): PathTable<Entry> {
  const known = tables.get(entries) as PathTable<Entry> | undefined
  if (known !== undefined) return known
  const rows = entries.map((entry, number) => ({ number, segments: compile(entry.path), entry }))
  const start = createStates<Entry>()(rows.map((row) => ({ row, position: 0 })))
  tables.set(entries, { start })
  return { start }
}

/** An endpoint's own lists are asked for with every request. */
const tables = new WeakMap<readonly object[], PathTable<unknown>>()

/**
 * The document with what stands at the table's paths replaced by what `visit` returns; the same node where nothing changed,
 * so that an unchanged document can be told by identity. Visits in the order of the text, parents after children.
 */
export function rewritePaths<Entry>(
  node: JsonNode,
  table: PathTable<Entry>,
  visit: (node: JsonNode, entry: Entry) => JsonNode | typeof REMOVED,
): JsonNode {
  const result = rewrite(node, table.start, visit)
  return result === REMOVED ? node : result
}

interface Cursor<Entry> {
  readonly row: {
    readonly number: number
    readonly segments: readonly Segment[]
    readonly entry: Entry
  }
  readonly position: number
}

function rewrite<Entry>(
  node: JsonNode,
  state: State<Entry>,
  visit: (node: JsonNode, entry: Entry) => JsonNode | typeof REMOVED,
): JsonNode | typeof REMOVED {
  let result = rewriteBelow(node, state, visit)
  for (const entry of state.ends) {
    const replaced = visit(result, entry)
    if (replaced === REMOVED) return REMOVED
    result = replaced
  }
  return result
}

function rewriteBelow<Entry>(
  node: JsonNode,
  state: State<Entry>,
  visit: (node: JsonNode, entry: Entry) => JsonNode | typeof REMOVED,
): JsonNode {
  if (node.kind === 'object') {
    let changed = false
    const members = []
    for (const entry of node.members) {
      const below = state.member(entry.key)
      const value = below === undefined ? entry.value : rewrite(entry.value, below, visit)
      if (value !== entry.value) changed = true
      if (value === REMOVED) continue
      members.push(value === entry.value ? entry : { key: entry.key, value })
    }
    return changed ? { kind: 'object', members } : node
  }
  const below = node.kind === 'array' ? state.item() : undefined
  if (node.kind !== 'array' || below === undefined) return node
  let changed = false
  const items = node.items.map((item) => {
    const value = rewrite(item, below, visit)
    if (value === REMOVED || value === item) return item
    changed = true
    return value
  })
  return changed ? { kind: 'array', items } : node
}

/** More states than any table of ours has; patterns of others could make them grow with what is walked through. */
const MOST_STATES = 1000

function createStates<Entry>(): (cursors: readonly Cursor<Entry>[]) => State<Entry> {
  const states = new Map<string, State<Entry>>()

  function stateOf(cursors: readonly Cursor<Entry>[]): State<Entry> {
    const open = expandDepth(cursors)
    const name = open.map(({ row, position }) => `${row.number}:${position}`).join(' ')
    const known = states.get(name)
    if (known !== undefined) return known
    const state = createState(open)
    if (states.size < MOST_STATES) states.set(name, state)
    return state
  }

  function createState(open: readonly Cursor<Entry>[]): State<Entry> {
    const named = new Set(open.flatMap(({ row, position }) => row.segments[position]?.key ?? []))
    const next = new Map<string | typeof OTHER | typeof ITEM, State<Entry> | undefined>()
    const follow = (step: string | typeof OTHER | typeof ITEM): State<Entry> | undefined => {
      if (next.has(step)) return next.get(step)
      const below = takeStep(open, step)
      const state = below.length === 0 ? undefined : stateOf(below)
      if (states.size < MOST_STATES) next.set(step, state)
      return state
    }
    return {
      ends: open
        .filter(({ row, position }) => position === row.segments.length)
        .map(({ row }) => row.entry),
      member: (key) => follow(named.has(key) ? key : OTHER),
      item: () => follow(ITEM),
    }
  }

  return stateOf
}

/** A member that no pattern names, and an item. */
const OTHER: unique symbol = Symbol('other')
const ITEM: unique symbol = Symbol('item')

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

function takeStep<Entry>(
  cursors: readonly Cursor<Entry>[],
  step: string | typeof OTHER | typeof ITEM,
): readonly Cursor<Entry>[] {
  return cursors.flatMap(({ row, position }) => {
    const segment = row.segments[position]
    if (segment === undefined) return []
    if (segment.kind === 'depth') return [{ row, position }]
    const isTaken =
      step === ITEM
        ? segment.kind === 'items'
        : segment.kind === 'members' || (segment.kind === 'key' && segment.key === step)
    return isTaken ? [{ row, position: position + 1 }] : []
  })
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
