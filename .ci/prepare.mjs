// Makes a clone ready: installs what the lock file names unless it is there already, and with
// --build builds what the demo imports. Only Node's own modules here: nothing is installed yet.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isBuilt, listWorkspaces, readJson, root } from './workspaces.mjs'

refuseOldNode()
if (!isInstalled()) {
  console.log('Installing dependencies with npm ci …')
  runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}
if (process.argv.includes('--build')) buildDemo()

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`wiretape needs Node 20.19 or later; this is ${process.versions.node}.`)
  process.exit(1)
}

/**
 * npm writes its own lock file into node_modules at the end of each install. Where it agrees with
 * ours, an install would change nothing; an interrupted one has left none.
 */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false
  const wanted = readPackages('package-lock.json')
  const installed = readPackages('node_modules/.package-lock.json')
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return entry.optional === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} Locked
 * @type {(path: string) => Record<string, Locked>}
 */
function readPackages(path) {
  return /** @type {{ packages: Record<string, Locked> }} */ (readJson(path)).packages
}

function buildDemo() {
  const filters = demoPackages().map((name) => `--filter=${name}`)
  run(process.execPath, ['.ci/turbo.mjs', 'run', 'build', ...filters], 'pipe')
}

/** The workspace packages that the examples import; turbo adds what those depend on. */
function demoPackages() {
  const folder = join(root, 'docs/examples')
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  return listWorkspaces()
    .filter(({ manifest }) => isBuilt(manifest))
    .map(({ manifest }) => manifest.name)
    .filter((name) => new RegExp(`['"]${name}['"/]`).test(sources))
}

/** @type {(args: string[]) => void} */
function runNpm(args) {
  // Set where npm started this script; it is the same npm, and no shell is needed on Windows.
  const script = process.env['npm_execpath']
  if (script === undefined) run('npm', args)
  else run(process.execPath, [script, ...args])
}

/** @type {(program: string, args: string[], stdio?: 'inherit' | 'pipe') => void} */
function run(program, args, stdio = 'inherit') {
  const shell = program === 'npm' && process.platform === 'win32'
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', shell, stdio })
  if (result.status === 0) return
  console.error(result.error?.message ?? `${result.stdout ?? ''}${result.stderr ?? ''}`)
  process.exit(result.status ?? 1)
}
