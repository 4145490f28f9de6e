import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { locateRecordings, nearestPackage } from './locate-recordings.ts'
import { createMemoryStore } from './memory-store.ts'

let root: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'wiretape-locate-')))
  await mkdir(join(root, 'tests', 'deep'), { recursive: true })
  await writeFile(join(root, 'package.json'), '{}')
  for (const name of ['@acme/recordings', 'plain']) {
    const folder = join(root, 'node_modules', name)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0' }))
  }
  vi.spyOn(process, 'cwd').mockReturnValue(join(root, 'tests', 'deep'))
})

afterEach(async () => {
  vi.restoreAllMocks()
  await rm(root, { recursive: true })
})

test.each([
  ['./recordings', 'recordings'],
  ['recordings', 'recordings'],
  ['a/b', 'a/b'],
  ['.', ''],
  ['./', ''],
  ['../beside', '../beside'],
  ['@acme/recordings', 'node_modules/@acme/recordings'],
  ['@acme/recordings/billing', 'node_modules/@acme/recordings/billing'],
  ['@acme/recordings/billing/eu', 'node_modules/@acme/recordings/billing/eu'],
  ['plain', 'node_modules/plain'],
  ['plain/sub', 'node_modules/plain/sub'],
  ['./plain', 'plain'],
  ['...', '...'],
])('%s is found from the nearest package.json, not from the working folder', (option, path) => {
  expect(locateRecordings(option).name).toBe(join(root, path))
})

test('an absolute path is itself', () => {
  expect(locateRecordings('/somewhere/else').name).toBe('/somewhere/else')
})

test('a package takes no new recordings, a folder does', () => {
  expect(locateRecordings('@acme/recordings').writable).toBe(false)
  expect(locateRecordings('./recordings').writable).toBe(true)
})

test('a store is itself', () => {
  const store = createMemoryStore()

  expect(locateRecordings(store)).toBe(store)
})

test.each([
  ['@acme/missing', '@acme/missing'],
  ['@acme/missing/sub', '@acme/missing'],
  ['@acme', '@acme'],
])('the package of %s is not installed, and the error says how to install it', (option, name) => {
  expect(() => locateRecordings(option)).toThrow(
    `WT_OPTION_INVALID: recordings: the package ${JSON.stringify(option)} is not installed (looked from ${root})\n→ npm install --save-dev ${name}`,
  )
})

test('the nearest package.json may be that of a package inside a workspace', async () => {
  await writeFile(join(root, 'tests', 'package.json'), '{}')

  expect(locateRecordings('./recordings').name).toBe(join(root, 'tests', 'recordings'))
  expect(locateRecordings('@acme/recordings').name).toBe(
    join(root, 'node_modules', '@acme', 'recordings'),
  )
})

test('without any package.json a folder is its own base', () => {
  expect(nearestPackage('/')).toBe('/')
})
