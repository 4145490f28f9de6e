import { spawnSync } from 'node:child_process'
import { root } from './workspaces.mjs'

/**
 * The commit from which on changed packages need a changeset: where this branch left main or, in a
 * clone that has no main or shares no history with it, the commit that is checked out.
 *
 * @type {() => string | undefined}
 */
export function changesetBase() {
  return ['origin/main', 'main', 'HEAD'].find((name) => git('merge-base', name, 'HEAD'))
}

/** @type {(...args: string[]) => boolean} */
function git(...args) {
  return spawnSync('git', args, { cwd: root, stdio: 'ignore' }).status === 0
}
