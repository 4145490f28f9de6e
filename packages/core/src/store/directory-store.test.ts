import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDirectoryStore, isWritableFolder } from './directory-store.ts'
import { describeStore, listEntries, listPaths } from './store-contract.test-fixture.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-store-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('a directory store', () => {
  describeStore(async () => createDirectoryStore(join(folder, 'corpus')))
})

test('a missing folder is an empty corpus, and is made when something is written', async () => {
  const store = createDirectoryStore(join(folder, 'not', 'yet'))

  await expect(listPaths(store)).resolves.toEqual([])
  await store.flush()
  await expect(readdir(folder)).resolves.toEqual([])
  await store.write('a.json', Buffer.from('1'))
  await expect(readFile(join(folder, 'not', 'yet', 'a.json'), 'utf8')).resolves.toBe('1')
})

test('no temporary file is left, whichever way a write ends', async () => {
  const store = createDirectoryStore(folder)
  await mkdir(join(folder, 'taken.json'))

  await store.write('a.json', Buffer.from('1'))
  await store.write('a.json', Buffer.from('2'), { ifAbsent: true })
  await store.write('taken.json', Buffer.from('3')).catch(() => undefined)

  await expect(readdir(folder, { recursive: true })).resolves.toEqual(['a.json', 'taken.json'])
})

test('what cannot be written says where, why and what to do', async () => {
  const store = createDirectoryStore(folder)
  await writeFile(join(folder, 'file'), '')

  await expect(store.write('file/a.json', Buffer.from('1'))).rejects.toMatchObject({
    code: 'WT_RECORDING_NOT_WRITTEN',
    message: `WT_RECORDING_NOT_WRITTEN: ${join(folder, 'file', 'a.json')}: EEXIST: file already exists, mkdir '${join(folder, 'file')}'\n→ make room or check permissions, then record again: WIRETAPE_MODE=record-if-missing`,
    details: { path: join(folder, 'file', 'a.json') },
    cause: { code: 'EEXIST' },
  })
})

test('what is there and can not be read is an error that names it', async () => {
  const store = createDirectoryStore(folder)
  await mkdir(join(folder, 'a.json'))

  await expect(store.read('a.json')).rejects.toMatchObject({
    code: 'WT_CORPUS_UNREADABLE',
    message: `WT_CORPUS_UNREADABLE: ${join(folder, 'a.json')}: is a folder, where a recording would be\n→ move it out of the corpus`,
    details: { path: join(folder, 'a.json'), cause: 'is a folder' },
  })
})

test('a folder that can not be listed is an error, not an empty corpus', async () => {
  // A name that is too long, since permissions say nothing to root.
  const path = join(folder, 'x'.repeat(300))

  await expect(listPaths(createDirectoryStore(path))).rejects.toMatchObject({
    code: 'WT_CORPUS_UNREADABLE',
    details: { path },
    cause: { code: 'ENAMETOOLONG' },
  })
})

test('temporaries of writers that died, hidden files and node_modules are no part of a corpus', async () => {
  const store = createDirectoryStore(folder)
  await mkdir(join(folder, 'a', 'node_modules'), { recursive: true })
  await mkdir(join(folder, '.git'))
  await writeFile(join(folder, 'a', '.wiretape-7f1c'), 'torn')
  await writeFile(join(folder, 'a', 'node_modules', 'b.json'), '1')
  await writeFile(join(folder, '.git', 'c.json'), '1')
  await writeFile(join(folder, 'a', 'd.json'), '1')

  await expect(listPaths(store)).resolves.toEqual(['a/d.json'])
})

test('symbolic links are not listed, whatever they point at', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'wiretape-outside-'))
  await writeFile(join(outside, 'secret.json'), '1')
  await writeFile(join(folder, 'a.json'), '1')
  await symlink(outside, join(folder, 'folder'))
  await symlink(join(outside, 'secret.json'), join(folder, 'file.json'))
  await symlink(folder, join(folder, 'itself'))

  await expect(listPaths(createDirectoryStore(folder))).resolves.toEqual(['a.json'])
  await rm(outside, { recursive: true })
})

test('replacing a link replaces the link, and leaves what it pointed at', async () => {
  const outside = join(folder, 'outside.json')
  await writeFile(outside, 'precious')
  await mkdir(join(folder, 'corpus'))
  await symlink(outside, join(folder, 'corpus', 'a.json'))

  await createDirectoryStore(join(folder, 'corpus')).write('a.json', Buffer.from('new'))

  await expect(readFile(outside, 'utf8')).resolves.toBe('precious')
  await expect(readFile(join(folder, 'corpus', 'a.json'), 'utf8')).resolves.toBe('new')
})

test('a tag is a file’s time of modification', async () => {
  const store = createDirectoryStore(folder)
  await writeFile(join(folder, 'a.json'), '1')
  await utimes(join(folder, 'a.json'), 1_700_000_000, 1_700_000_000)

  await expect(listEntries(store)).resolves.toEqual([
    { path: 'a.json', size: 1, tag: '1700000000000' },
  ])
})

test('a corpus in node_modules takes no new recordings, unless it is told to', () => {
  const place = join(folder, 'node_modules', '@acme', 'recordings')

  expect(createDirectoryStore(place).writable).toBe(false)
  expect(createDirectoryStore(place, { writable: true }).writable).toBe(true)
  expect(createDirectoryStore(folder).writable).toBe(true)
  expect(createDirectoryStore(join(folder, 'my_node_modules')).writable).toBe(true)
  expect(createDirectoryStore(folder, { writable: false }).writable).toBe(false)
})

test('a file that was deleted or replaced after it was written can be flushed', async () => {
  const store = createDirectoryStore(folder)
  await store.write('a/gone.json', Buffer.from('1'))
  await store.write('kept.json', Buffer.from('1'))
  await rm(join(folder, 'a'), { recursive: true })

  await expect(store.flush()).resolves.toBeUndefined()
})

test('a folder that is not there yet is as writable as the nearest above it', async () => {
  await writeFile(join(folder, 'file'), '')

  expect(isWritableFolder(join(folder, 'not', 'yet'))).toBe(true)
})
