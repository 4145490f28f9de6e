import { equalNodes } from '../json/equal-nodes.ts'
import type { JsonArray, JsonNode, JsonObject } from '../json/node.ts'
import { canonicalJson } from './canonical-json.ts'

/** One place where two canonical requests differ. */
export interface Difference {
  /** E.g. `body.messages[0].content`. */
  readonly path: string
  /** The value as JSON; undefined where it is absent. */
  readonly recorded: string | undefined
  readonly asked: string | undefined
}

/** The first differences in the order of the request asked, at most `limit`, deepest paths. */
export function differences(recorded: JsonNode, asked: JsonNode, limit: number): Difference[] {
  const found: Difference[] = []
  compare({ recorded, asked, path: '' }, found, limit)
  return found
}

interface Pair<Node extends JsonNode | undefined> {
  readonly recorded: Node
  readonly asked: Node
  readonly path: string
}

function compare(pair: Pair<JsonNode | undefined>, found: Difference[], limit: number): void {
  if (found.length >= limit) return
  const { recorded, asked, path } = pair
  if (recorded?.kind === 'object' && asked?.kind === 'object') {
    compareObjects({ recorded, asked, path }, found, limit)
    return
  }
  if (recorded?.kind === 'array' && asked?.kind === 'array') {
    compareArrays({ recorded, asked, path }, found, limit)
    return
  }
  if (!isSame(recorded, asked))
    found.push({ path, recorded: textOf(recorded), asked: textOf(asked) })
}

function compareObjects(
  { recorded, asked, path }: Pair<JsonObject>,
  found: Difference[],
  limit: number,
): void {
  const before = new Map(recorded.members.map(({ key, value }) => [key, value]))
  const after = new Map(asked.members.map(({ key, value }) => [key, value]))
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const pair = { recorded: before.get(key), asked: after.get(key), path: joinPath(path, key) }
    compare(pair, found, limit)
  }
}

/** Item by item. Where one array is longer, what both end with is left out: an item put in between is one difference. */
function compareArrays(
  { recorded, asked, path }: Pair<JsonArray>,
  found: Difference[],
  limit: number,
): void {
  const tail = recorded.items.length === asked.items.length ? 0 : commonTail(recorded, asked)
  const before = recorded.items.slice(0, recorded.items.length - tail)
  const after = asked.items.slice(0, asked.items.length - tail)
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const pair = { recorded: before[index], asked: after[index] }
    // Of a long conversation nearly all messages are the same.
    if (
      pair.recorded !== undefined &&
      pair.asked !== undefined &&
      equalNodes(pair.recorded, pair.asked)
    )
      continue
    compare({ ...pair, path: `${path}[${index}]` }, found, limit)
  }
}

/** How many items at the end of both are the same, beside those at the beginning. */
function commonTail({ items: before }: JsonArray, { items: after }: JsonArray): number {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isSame(before[head], after[head])) head += 1
  let tail = 0
  while (tail < shorter - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail += 1
  return tail
}

function isSame(left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  // Nearly all that is the same has the same spelling too, and needs no canonical form.
  return equalNodes(left, right) || canonicalJson(left) === canonicalJson(right)
}

function textOf(node: JsonNode | undefined): string | undefined {
  return node === undefined ? undefined : canonicalJson(node)
}

function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}
