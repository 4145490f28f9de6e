import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * What the scripts here read of a package.json.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string[]} [workspaces]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string | Record<string, unknown>>} [exports]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [engines]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/** @typedef {{ directory: string, manifest: Manifest }} Workspace */

/** @type {(path: string) => unknown} */
export function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

/** @type {(directory: string) => Manifest} */
export function readManifest(directory) {
  return /** @type {Manifest} */ (readJson(join(directory, 'package.json')))
}

/**
 * The workspaces that the root package.json names; every gate goes by this list, so that a new
 * package is covered from its first commit.
 *
 * @type {() => Workspace[]}
 */
export function listWorkspaces() {
  return (readManifest('.').workspaces ?? [])
    .flatMap((pattern) => (pattern.endsWith('/*') ? listFolders(pattern.slice(0, -2)) : [pattern]))
    .filter((directory) => existsSync(join(root, directory, 'package.json')))
    .map((directory) => ({ directory, manifest: readManifest(directory) }))
}

/** @type {() => Workspace[]} */
export function listPublicWorkspaces() {
  return listWorkspaces().filter(({ manifest }) => manifest.private !== true)
}

/**
 * Whether a package has code to build; a corpus has none.
 *
 * @type {(manifest: Manifest) => boolean}
 */
export function isBuilt(manifest) {
  return manifest.scripts?.['build'] !== undefined
}

/**
 * Whether CommonJS has a build of its own.
 *
 * @type {(manifest: Manifest) => boolean}
 */
export function isRequirable(manifest) {
  return codeEntries(manifest).some(({ conditions }) => 'require' in conditions)
}

/**
 * An entry of an exports map that holds code. `specifier` is what users write
 * (`@wiretape/core/fetch`), `name` what its built files are called (`fetch`).
 *
 * @typedef {{ specifier: string, name: string, conditions: Record<string, unknown> }} CodeEntry
 * @type {(manifest: Manifest) => CodeEntry[]}
 */
export function codeEntries({ name: packageName, exports = {} }) {
  return Object.entries(exports).flatMap(([subpath, conditions]) => {
    if (typeof conditions === 'string') return []
    const name = subpath === '.' ? 'index' : subpath.slice(2)
    return [{ specifier: packageName + subpath.slice(1), name, conditions }]
  })
}

/**
 * The entries that name a file as it is, such as a JSON Schema.
 *
 * @type {(manifest: Manifest) => string[]}
 */
export function dataEntries({ name, exports = {} }) {
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'string')
    .map(([subpath]) => name + subpath.slice(1))
}

/** @type {(parent: string) => string[]} */
function listFolders(parent) {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`)
    .toSorted()
}
