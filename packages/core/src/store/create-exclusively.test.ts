import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDirectoryStore } from './directory-store.ts'
import { namesBelow } from './faulty-file-system.test-fixture.ts'
import { describeStore } from './store-contract.test-fixture.ts'
import { reservationPath } from './temporary-files.ts'

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

test('a link whose first answer was lost is the writer’s own', async () => {
  const store = createDirectoryStore(folder)
  const real = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
  faults.before('link', async (target) => {
    const [temporary = ''] = await real.readdir(dirname(target))
    await real.link(join(dirname(target), temporary), target)
  })

  await expect(store.write('a.json', ONE, { ifAbsent: true })).resolves.toBe(true)
  await expect(store.write('a.json', ONE, { ifAbsent: true })).resolves.toBe(false)
})

describe('a file system without hard links', () => {
  beforeEach(() => faults.fail('link', 'EPERM'))

  describeStore(async () => createDirectoryStore(join(folder, 'corpus')))

  test('of a crowd exactly one creates the file, and nothing else is left', async () => {
    const stores = Array.from({ length: 20 }, () => createDirectoryStore(folder))

    const won = await Promise.all(
      stores.map((store, index) =>
        store.write('a.json', Buffer.from(`${index}`), { ifAbsent: true }),
      ),
    )

    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe(`${won.indexOf(true)}`)
    expect(namesBelow(folder)).toEqual(['a.json'])
  })

  test('where the first one fails, the next one creates it', async () => {
    const store = createDirectoryStore(folder)
    faults.fail('rename', 'ENOSPC')
    const first = store.write('a.json', ONE, { ifAbsent: true })
    await expect(first).rejects.toThrow('ENOSPC')
    faults.reset()
    faults.fail('link', 'EPERM')

    await expect(store.write('a.json', ONE, { ifAbsent: true })).resolves.toBe(true)
  })

  test.each(['ENOTSUP', 'ENOSYS', 'EXDEV', 'EACCES', 'EISDIR', 'UNKNOWN'])(
    'may say so as %s',
    async (code) => {
      faults.fail('link', code)
      const store = createDirectoryStore(folder)

      await expect(store.write('a.json', ONE, { ifAbsent: true })).resolves.toBe(true)
      await expect(store.write('a.json', ONE, { ifAbsent: true })).resolves.toBe(false)
    },
  )
})

test('without hard links, one of a crowd takes over from a process that died', async () => {
  faults.fail('link', 'EPERM')
  const target = join(folder, 'a.json')
  await writeFile(reservationPath(target, 0), '')
  const stores = Array.from({ length: 8 }, () => createDirectoryStore(folder))

  const won = await Promise.all(
    stores.map((store, index) =>
      store.write('a.json', Buffer.from(`${index}`), { ifAbsent: true }),
    ),
  )

  expect(won.filter(Boolean)).toHaveLength(1)
  expect(await readFile(target, 'utf8')).toBe(`${won.indexOf(true)}`)
})
