import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDirectoryStore } from './directory-store.ts'
import { namesBelow } from './faulty-file-system.test-fixture.ts'
import { temporaryPath } from './temporary-files.ts'

const faults = await vi.hoisted(async () => {
  const { createFaults } = await import('./faulty-file-system.test-fixture.ts')
  return createFaults()
})

vi.mock('node:fs/promises', async (importReal) => faults.wrap(await importReal()))

let folder: string

beforeEach(async () => {
  faults.reset()
  folder = await mkdtemp(join(tmpdir(), 'wiretape-writer-'))
})

afterEach(async () => {
  faults.reset()
  await rm(folder, { recursive: true, force: true })
})

const ONE = Buffer.from('1')

const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
const gone = spawnSync(process.execPath, ['--version']).pid

/** A file that a process was writing. */
async function leave(name: string, modified = new Date()): Promise<string> {
  const path = join(folder, 'm', name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, 'torn')
  await utimes(path, modified, modified)
  return name
}

async function writeAndFlush(): Promise<string[]> {
  const store = createDirectoryStore(folder)
  await store.write('other/a.json', ONE)
  await store.flush()
  return namesBelow(join(folder, 'm')).toSorted()
}

const ownName = (): string => temporaryPath('x').replace(/^.*(?=\.wiretape)/, '')

test('a temporary of a process of this host that is gone is swept', async () => {
  await leave(ownName().replace(`-${process.pid}-`, `-${gone}-`))

  expect(await writeAndFlush()).toEqual([])
})

test('one of a living process stays, however old it is', async () => {
  const living = await leave(ownName().replace(`-${process.pid}-`, `-${process.ppid}-`), yesterday)
  const own = await leave(ownName(), yesterday)

  expect(await writeAndFlush()).toEqual([living, own].toSorted())
})

test('one of another host goes when it is a day old', async () => {
  const recent = await leave(`.wiretape-0123456789ab-${gone}-0123456789abcdef`)
  await leave(`.wiretape-0123456789ab-${process.pid}-0123456789abcdef`, yesterday)
  await leave('.wiretape-6a1f37c0-2c8e-4a53-9a1c-0d8f6f3f2f11', yesterday)

  expect(await writeAndFlush()).toEqual([recent])
})

test('a reservation goes when its file is there, or when it is a day old', async () => {
  await leave('there.json')
  await leave('.wiretape-reserved-there.json.0')
  const held = await leave('.wiretape-reserved-b.json.0')
  await leave('.wiretape-reserved-c.json.3', yesterday)

  expect(await writeAndFlush()).toEqual([held, 'there.json'])
})

test('all else stays', async () => {
  const names = ['.gitkeep', '.wiretape-notes', 'wiretape-1.json', '.wiretape-xyz.json']
  for (const name of names) await leave(name, yesterday)

  expect(await writeAndFlush()).toEqual(names.toSorted())
})

test('nothing is swept before something is written', async () => {
  const left = await leave(ownName().replace(`-${process.pid}-`, `-${gone}-`))
  const store = createDirectoryStore(folder)

  await store.read('m/a.json')
  await store.flush()

  expect(namesBelow(join(folder, 'm'))).toEqual([left])
})

test('what can not be swept is no error', async () => {
  const left = await leave(ownName().replace(`-${process.pid}-`, `-${gone}-`))
  faults.fail('rm', 'EACCES', left)

  expect(await writeAndFlush()).toEqual([left])
})
