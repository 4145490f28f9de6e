import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isBuilt, listPublicWorkspaces, root } from './.ci/workspaces.mjs'

// Our own code only: what a package brings along is its own business. The rest are adapters.
/** @type {Record<string, string>} */
const budgets = { '@wiretape/core': '105 kB', wiretape: '20 kB' }
const adapterBudget = '4 kB'

export default listPublicWorkspaces()
  .filter(({ manifest }) => isBuilt(manifest))
  .map(({ directory, manifest: { name } }) => ({
    name,
    limit: budgets[name] ?? adapterBudget,
    path: [...reach(`${directory}/dist/index.js`)],
  }))

/**
 * A built file and the chunks that it imports, whether at once or later.
 *
 * @type {(file: string, seen?: Set<string>) => Set<string>}
 */
function reach(file, seen = new Set()) {
  if (seen.has(file)) return seen
  seen.add(file)
  const source = readFileSync(join(root, file), 'utf8')
  for (const [, specifier = ''] of source.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) {
    reach(join(dirname(file), specifier), seen)
  }
  return seen
}
