// Packs every public package, installs the tarballs into empty projects outside this workspace and
// uses them as a stranger would: by import and by require, with types under both module systems.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  codeEntries,
  dataEntries,
  isBuilt,
  isRequirable,
  listPublicWorkspaces,
  readManifest,
  root,
} from './workspaces.mjs'

/** @typedef {import('./workspaces.mjs').Manifest} Manifest */

const manifests = new Map(listPublicWorkspaces().map(({ manifest }) => [manifest.name, manifest]))
const pinned = readManifest('.').devDependencies ?? {}
const everyPeer = [...manifests.values()].flatMap((manifest) => peersOf(manifest))

/** What no adapter may bring along unless it is its own peer, beside the peers of the others. */
const sdk =
  /^(openai|undici|ollama|cohere-ai|@aws-sdk\/client-.*|@(anthropic-ai|google|mistralai|ai-sdk)\/.*)$/

const strangersTsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    module: 'node16',
    types: ['node'],
    skipLibCheck: false,
  },
  files: ['esm.mts', 'cjs.cts'],
}

const askScript = `
  const response = await fetch(process.env.PROVIDER + '/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'smoke', messages: [{ role: 'user', content: 'Hello' }] }),
  })
  process.stdout.write(response.status + ' ' + (await response.text()))
`

/** Runs it by these flags against a provider that answers once, and again when that is gone. */
const registerScript = `
  import assert from 'node:assert/strict'
  import { execFile } from 'node:child_process'
  import { once } from 'node:events'
  import { createServer } from 'node:http'
  import { promisify } from 'node:util'

  const [flag, specifier] = process.argv.slice(2)
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ object: 'chat.completion', choices: [{ finish_reason: 'stop' }] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const PROVIDER = 'http://127.0.0.1:' + server.address().port
  const ask = (mode) => promisify(execFile)(process.execPath, [flag, specifier, 'ask.mjs'], {
    env: {
      ...process.env,
      CI: '',
      WIRETAPE_MODE: mode,
      WIRETAPE_RECORDINGS: 'recordings' + flag,
      PROVIDER,
    },
  })
  const recorded = await ask('record')
  server.close()
  server.closeAllConnections()
  const replayed = await ask('replay')
  assert.match(recorded.stdout, /^200 .*chat\\.completion/)
  assert.deepEqual(replayed, recorded)
`

const folder = mkdtempSync(join(tmpdir(), 'wiretape-smoke-'))
try {
  const tarballs = packAll()
  for (const manifest of manifests.values()) useAlone(manifest, tarballs)
  useTogether(tarballs)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** @returns {Map<string, string>} The path of each package's tarball. */
function packAll() {
  const workspaces = [...manifests.keys()].map((name) => `--workspace=${name}`)
  const flags = ['--json', '--ignore-scripts', `--pack-destination=${folder}`]
  const output = run('npm', ['pack', ...flags, ...workspaces])
  /** @type {{ name: string, filename: string, files: { path: string }[] }[]} */
  const packed = Object.values(JSON.parse(output))
  for (const { name, files } of packed) {
    const tests = files.map(({ path }) => path).filter((path) => /\.test(-d)?\./.test(path))
    if (tests.length > 0) throw new Error(`${name} ships its tests: ${tests.join(', ')}`)
  }
  return new Map(packed.map(({ name, filename }) => [name, join(folder, filename)]))
}

/**
 * A package with its peers and nothing else: it loads, and no other SDK came with it.
 *
 * @type {(manifest: Manifest, tarballs: Map<string, string>) => void}
 */
function useAlone(manifest, tarballs) {
  const project = createProject(manifest.name, [manifest.name, ...bringsAlong(manifest)], tarballs)
  install(project)

  const unwanted = listInstalled(project)
    .filter((name) => sdk.test(name) || everyPeer.includes(name))
    .filter((name) => !peersOf(manifest).includes(name))
  if (unwanted.length > 0) throw new Error(`${manifest.name} brings along ${unwanted.join(', ')}`)

  writeFileSync(join(project, 'load.mjs'), loadScript(manifest))
  run(process.execPath, ['load.mjs'], project)
  for (const command of Object.keys(manifest.bin ?? {})) {
    run(process.execPath, [join('node_modules', '.bin', command), '--help'], project)
  }
  const entries = codeEntries(manifest).map(({ specifier }) => specifier)
  for (const specifier of entries.filter((entry) => entry.endsWith('/register')))
    registerAlone(specifier, project)
  console.log(`${manifest.name}: ${[...entries, ...dataEntries(manifest)].join(', ')}`)
}

/**
 * A program that knows nothing of an entry is recorded through it and replayed, by import and by require.
 *
 * @type {(specifier: string, project: string) => void}
 */
function registerAlone(specifier, project) {
  writeFileSync(join(project, 'ask.mjs'), askScript)
  writeFileSync(join(project, 'register.mjs'), registerScript)
  run(process.execPath, ['register.mjs', '--import', specifier], project)
  run(process.execPath, ['register.mjs', '--require', specifier], project)
}

/**
 * All of them in one project, seen by TypeScript without a DOM and without skipping declarations.
 *
 * @type {(tarballs: Map<string, string>) => void}
 */
function useTogether(tarballs) {
  const project = createProject('together', [...manifests.keys()], tarballs)
  install(project, `@types/node@${pinned['@types/node']}`)

  const built = [...manifests.values()].filter(isBuilt)
  const dual = built.filter(isRequirable)
  writeFileSync(join(project, 'esm.mts'), typeScript(built))
  writeFileSync(join(project, 'cjs.cts'), typeScript(dual))
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(strangersTsconfig))
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], project)
  console.log(`types: ${built.length} packages in ESM, ${dual.length} in CommonJS`)
}

/**
 * An empty project that asks for some tarballs, and for their peers at the versions pinned here.
 *
 * @type {(label: string, names: string[], tarballs: Map<string, string>) => string}
 */
function createProject(label, names, tarballs) {
  const project = join(folder, label.replaceAll(/\W+/g, '-'))
  const own = names.map((name) => [name, `file:${tarballs.get(name)}`])
  const peers = names
    .flatMap((name) => Object.entries(manifests.get(name)?.peerDependencies ?? {}))
    .map(([name, range]) => [name, pinned[name] ?? range])
  const dependencies = Object.fromEntries([...own, ...peers])
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies }))
  return project
}

/** @type {(project: string, ...more: string[]) => void} */
function install(project, ...more) {
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  run('npm', ['install', ...flags, ...more], project)
}

/**
 * Every package in a project's node_modules, however deep.
 *
 * @type {(project: string) => string[]}
 */
function listInstalled(project) {
  const name = /(?:^|\/node_modules\/)((?:@[^/]+\/)?[^/@]+)\/package\.json$/
  return readdirSync(join(project, 'node_modules'), { recursive: true, encoding: 'utf8' })
    .map((path) => name.exec(path.replaceAll('\\', '/'))?.[1])
    .filter((found) => found !== undefined)
}

/**
 * The packages of this workspace that a package depends on, and those that they depend on.
 *
 * @type {(manifest: Manifest) => string[]}
 */
function bringsAlong({ dependencies = {} }) {
  const direct = Object.keys(dependencies).flatMap((name) => manifests.get(name) ?? [])
  return [...new Set(direct.flatMap((manifest) => [manifest.name, ...bringsAlong(manifest)]))]
}

/** @type {(manifest: Manifest) => string[]} */
function peersOf({ peerDependencies = {} }) {
  return Object.keys(peerDependencies)
}

/** @type {(manifest: Manifest) => string} */
function loadScript(manifest) {
  const specifiers = codeEntries(manifest).map(({ specifier }) => specifier)
  return `
    import assert from 'node:assert/strict'
    import { existsSync } from 'node:fs'
    import { createRequire } from 'node:module'

    const require = createRequire(import.meta.url)
    const added = ['default', '__esModule', 'module.exports']
    const names = (loaded) => Object.keys(loaded).filter((name) => !added.includes(name)).sort()

    for (const specifier of ${JSON.stringify(specifiers)}) {
      const loaded = await import(specifier)
      if (${isRequirable(manifest)}) assert.deepEqual(names(require(specifier)), names(loaded))
    }
    for (const specifier of ${JSON.stringify(dataEntries(manifest))}) {
      assert.ok(existsSync(require.resolve(specifier)), specifier)
    }
  `
}

/** @type {(packages: Manifest[]) => string} */
function typeScript(packages) {
  return packages
    .flatMap((manifest) => codeEntries(manifest))
    .map(({ specifier }, index) => {
      const load = `import * as entry${index} from '${specifier}'`
      return `${load}\nexport const names${index}: string[] = Object.keys(entry${index})\n`
    })
    .join('')
}

/** @type {(program: string, args: string[], cwd?: string) => string} */
function run(program, args, cwd = root) {
  const shell = program === 'npm' && process.platform === 'win32'
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', shell })
  if (result.status === 0) return result.stdout
  const reason = result.error?.message ?? `${result.stdout}${result.stderr}`
  throw new Error(`${cwd}$ ${program} ${args.join(' ')}\n${reason}`)
}
