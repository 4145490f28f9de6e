import { expect, test } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import { replaceFiles } from './replace-files.ts'
import { listPaths } from './store-contract.test-fixture.ts'
import type { Store } from './store.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

async function filesOf(store: Store): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const path of await listPaths(store))
    files[path] = Buffer.from((await store.read(path)) ?? []).toString()
  return files
}

function swap(store: Store): Promise<void> {
  return replaceFiles(store, {
    first: ['wiretape.json', bytes('both')],
    files: new Map([
      ['m/a.json', bytes('b')],
      ['m/b.json', bytes('a')],
      ['m/d.json', bytes('c')],
    ]),
    removed: ['m/a.json', 'm/b.json', 'm/c.json'],
    last: ['wiretape.json', bytes('new')],
  })
}

test('files change places', async () => {
  const store = createMemoryStore({ 'm/a.json': 'a', 'm/b.json': 'b', 'm/c.json': 'c' })

  await swap(store)

  expect(await filesOf(store)).toEqual({
    'm/a.json': 'b',
    'm/b.json': 'a',
    'm/d.json': 'c',
    'wiretape.json': 'new',
  })
})

test('everything new is in place before anything old goes', async () => {
  const inner = createMemoryStore({ 'm/c.json': 'c', 'm/c-2.json': 'c2' })
  const steps: string[] = []
  const store: Store = {
    ...inner,
    write: async (path, content) => {
      steps.push(`write ${path}`)
      return inner.write(path, content)
    },
    delete: async (path) => {
      steps.push(`delete ${path}`)
      await inner.delete(path)
    },
    flush: async () => void steps.push('flush'),
  }

  await replaceFiles(store, {
    first: ['wiretape.json', bytes('both')],
    files: new Map([
      ['m/c-2.json', bytes('c')],
      ['m/c-3.json', bytes('c2')],
    ]),
    removed: ['m/c.json', 'm/c-2.json'],
    last: ['wiretape.json', bytes('new')],
  })

  expect(steps).toEqual([
    'write wiretape.json',
    'write m/c-3.json',
    'write m/c-2.json',
    'flush',
    'delete m/c.json',
    'write wiretape.json',
    'flush',
  ])
})

test('what can’t even be undone is named', async () => {
  const inner = createMemoryStore({ 'm/a.json': 'a' })
  let steps = 0
  const store: Store = {
    ...inner,
    write: async (path, content) => {
      if (++steps > 2) throw new Error('the disk is full')
      return inner.write(path, content)
    },
  }

  await expect(swap(store)).rejects.toThrow(
    `WT_RECORDING_NOT_WRITTEN: ${store.name}: the disk is full; restore ${store.locate('m/a.json')} from version control: not even that could be undone\n→ make room or check permissions, then run it again`,
  )
})
