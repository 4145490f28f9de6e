import type { JsonNode } from '../json/node.ts'
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

interface Pair {
  readonly recorded: JsonNode | undefined
  readonly asked: JsonNode | undefined
  readonly path: string
}

function compare({ recorded, asked, path }: Pair, found: Difference[], limit: number): void {
  if (found.length >= limit) return
  if (recorded?.kind === 'object' && asked?.kind === 'object') {
    const before = new Map(recorded.members.map(({ key, value }) => [key, value]))
    const after = new Map(asked.members.map(({ key, value }) => [key, value]))
    for (const key of new Set([...after.keys(), ...before.keys()])) {
      const pair = { recorded: before.get(key), asked: after.get(key), path: joinPath(path, key) }
      compare(pair, found, limit)
    }
    return
  }
  if (recorded?.kind === 'array' && asked?.kind === 'array') {
    const length = Math.max(recorded.items.length, asked.items.length)
    for (let index = 0; index < length; index++) {
      const pair = { recorded: recorded.items[index], asked: asked.items[index] }
      compare({ ...pair, path: `${path}[${index}]` }, found, limit)
    }
    return
  }
  const left = recorded === undefined ? undefined : canonicalJson(recorded)
  const right = asked === undefined ? undefined : canonicalJson(asked)
  if (left !== right) found.push({ path, recorded: left, asked: right })
}

function joinPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}
