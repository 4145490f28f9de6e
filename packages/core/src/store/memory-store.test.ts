import { describe, expect, test } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import { describeStore, listPaths } from './store-contract.test-fixture.ts'

describe('a memory store', () => {
  describeStore(async () => createMemoryStore())
})

test('it begins with the files that it was given, texts in UTF-8', async () => {
  const store = createMemoryStore({ 'b.json': '"é"', 'a.bin': Uint8Array.of(1, 2) })

  await expect(listPaths(store)).resolves.toEqual(['a.bin', 'b.json'])
  await expect(store.read('b.json')).resolves.toEqual(Buffer.from([0x22, 0xc3, 0xa9, 0x22]))
  await expect(store.read('a.bin')).resolves.toEqual(Uint8Array.of(1, 2))
})

test('each has a name of its own, and is writable', () => {
  const [one, other] = [createMemoryStore(), createMemoryStore()]

  expect(one.name).toMatch(/^memory-\d+$/)
  expect(one.name).not.toBe(other.name)
  expect(one.writable).toBe(true)
})

test('a first file that would leave the corpus is refused', () => {
  expect(() => createMemoryStore({ '../a.json': '1' })).toThrow(
    'the path "../a.json" leaves the corpus',
  )
})
