import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDirectoryStore } from './directory-store.ts'
import { namesBelow, type Step } from './faulty-file-system.test-fixture.ts'

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

describe('trouble', () => {
  const steps: readonly (readonly [Step, boolean])[] = [
    ['mkdir', false],
    ['open', false],
    ['write', false],
    ['close', false],
    ['rename', false],
    ['write', true],
  ]
  const codes = ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EIO']

  test.each(
    steps.flatMap(([step, ifAbsent]) => codes.map((code) => [code, step, ifAbsent] as const)),
  )(
    '%s of %s is one error with its cause, and leaves nothing (only where absent: %s)',
    async (code, step, ifAbsent) => {
      const store = createDirectoryStore(join(folder, 'corpus'))
      faults.fail(step, code)

      const failed = store.write('m/a.json', ONE, { ifAbsent })

      const path = join(folder, 'corpus', 'm', 'a.json')
      await expect(failed).rejects.toMatchObject({
        code: 'WT_RECORDING_NOT_WRITTEN',
        message: expect.stringContaining(`WT_RECORDING_NOT_WRITTEN: ${path}: ${code}: injected`),
        hint: 'make room or check permissions, then record again: WIRETAPE_MODE=record-if-missing',
        details: { path },
        cause: { code },
      })
      faults.reset()
      expect(namesBelow(folder)).toEqual([])
    },
  )

  test('what can not be deleted is an error that names it', async () => {
    const store = createDirectoryStore(folder)
    await store.write('a.json', ONE)
    faults.fail('rm', 'EACCES')

    await expect(store.delete('a.json')).rejects.toMatchObject({
      code: 'WT_RECORDING_NOT_WRITTEN',
      details: { path: join(folder, 'a.json') },
      cause: { code: 'EACCES' },
    })
  })

  test('a file that replaces another leaves the old one whole where it fails', async () => {
    const store = createDirectoryStore(folder)
    await store.write('a.json', Buffer.from('old'))
    faults.fail('write', 'ENOSPC')

    await expect(store.write('a.json', Buffer.from('new'))).rejects.toThrow('ENOSPC')

    faults.reset()
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('old')
    expect(namesBelow(folder)).toEqual(['a.json'])
  })
})

describe('flush', () => {
  test('syncs each file, then every folder that names something new', async () => {
    const corpus = join(folder, 'new', 'corpus')
    const store = createDirectoryStore(corpus)
    await store.write('m/a.json', ONE)
    await store.write('m/b.json', ONE)
    faults.done.length = 0

    await store.flush()

    const synced = faults.done.filter(([step]) => step === 'sync').map(([, path]) => path)
    expect(synced.slice(0, 2).toSorted()).toEqual([
      join(corpus, 'm/a.json'),
      join(corpus, 'm/b.json'),
    ])
    expect(synced.slice(2).toSorted()).toEqual([
      folder,
      join(folder, 'new'),
      corpus,
      join(corpus, 'm'),
    ])
  })

  test('syncs nothing twice', async () => {
    const store = createDirectoryStore(folder)
    await store.write('a.json', ONE)
    await store.flush()
    faults.done.length = 0

    await store.flush()

    expect(faults.done).toEqual([])
  })

  test('what can not be synced is an error that names it, and is tried again by the next', async () => {
    const store = createDirectoryStore(folder)
    await store.write('a.json', ONE)
    await store.write('b.json', ONE)
    faults.fail('sync', 'EIO', 'a.json')

    await expect(store.flush()).rejects.toMatchObject({
      code: 'WT_RECORDING_NOT_WRITTEN',
      details: { path: join(folder, 'a.json') },
      cause: { code: 'EIO' },
    })

    faults.reset()
    await store.flush()
    expect(faults.done.filter(([step]) => step === 'sync')).toEqual([
      ['sync', join(folder, 'a.json')],
      ['sync', folder],
    ])
  })

  test.each(['EPERM', 'EISDIR', 'EINVAL'])(
    'folders that can not be synced here (%s) are no error',
    async (code) => {
      const store = createDirectoryStore(folder)
      await store.write('a.json', ONE)
      faults.fail('sync', code, folder)

      await expect(store.flush()).resolves.toBeUndefined()
    },
  )
})
