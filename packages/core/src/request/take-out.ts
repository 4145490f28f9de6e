import type { JsonNode } from '../json/node.ts'
import {
  compilePaths,
  type PathPattern,
  type PathTable,
  REMOVED,
  rewritePaths,
} from '../json/paths.ts'

/** What is to be taken out, and the objects around it. */
export type TakenOut = PathTable<{ readonly path: PathPattern; readonly isAround: boolean }>

/**
 * Paths that are to be taken out. An object around them that holds nothing else goes too, since it only says that there was
 * something: `metadata` with `metadata.user_id`.
 *
 * @param below objects are only taken out below this one
 */
export function compileTakenOut(paths: readonly PathPattern[], below = ''): TakenOut {
  const around = new Set(paths.flatMap((path) => pathsAround(path, below)))
  return compilePaths([
    ...paths.map((path) => ({ path, isAround: false })),
    ...Array.from(around, (path) => ({ path, isAround: true })),
  ])
}

export function takeOut(document: JsonNode, table: TakenOut): JsonNode {
  return rewritePaths(document, table, (node, { isAround }) =>
    isAround && !isEmpty(node) ? node : REMOVED,
  )
}

function isEmpty(node: JsonNode): boolean {
  return node.kind === 'object' && node.members.length === 0
}

/** `a` and `a.b` of `a.b.c`; items stay, and what is at any depth is around nothing in particular. */
function pathsAround(path: PathPattern, below: string): PathPattern[] {
  const names = path.split('.')
  return names
    .map((_, index) => names.slice(0, index).join('.'))
    .filter((around) => around.length > below.length && around.startsWith(below))
    .filter((around) => !around.endsWith('[]') && !around.split('.').includes('**'))
}
