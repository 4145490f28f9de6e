import { isBuilt, listPublicWorkspaces } from './.ci/workspaces.mjs'

// Our own code only, of all entries: what a package brings along is its own business. The rest are
// adapters.
/** @type {Record<string, string>} */
const budgets = { '@wiretape/core': '125 kB', wiretape: '20 kB' }
const adapterBudget = '4 kB'

export default listPublicWorkspaces()
  .filter(({ manifest }) => isBuilt(manifest))
  .map(({ directory, manifest: { name } }) => ({
    name,
    limit: budgets[name] ?? adapterBudget,
    path: `${directory}/dist/*.js`,
  }))
