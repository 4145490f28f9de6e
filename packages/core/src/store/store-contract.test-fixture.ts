import { expect, test } from 'vitest'
import type { Store, StoreEntry } from './store.ts'

/** Paths that would leave a corpus, or name nothing in it. */
const LEAVING: readonly string[] = [
  '../x.json',
  'a/../../x.json',
  'a/..',
  '..',
  '.',
  './x.json',
  '/etc/passwd',
  'a//b.json',
  'a/',
  '',
  'a\\..\\x.json',
  'a\0.json',
]

export async function listPaths(store: Store, folder?: string): Promise<string[]> {
  return (await listEntries(store, folder)).map(({ path }) => path)
}

export async function listEntries(store: Store, folder?: string): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = []
  for await (const entry of store.list(folder)) entries.push(entry)
  return entries
}

async function readText(store: Store, path: string): Promise<string | undefined> {
  const bytes = await store.read(path)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString()
}

/** What every store must do. `create` gives an empty, writable one. */
export function describeStore(create: () => Promise<Store>): void {
  test('what was written is read, byte for byte', async () => {
    const store = await create()
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)

    await expect(store.write('a/b/c.bin', bytes)).resolves.toBe(true)

    expect(new Uint8Array((await store.read('a/b/c.bin')) ?? [])).toEqual(bytes)
  })

  test('an empty file is a file', async () => {
    const store = await create()

    await store.write('empty.json', new Uint8Array())

    await expect(store.read('empty.json')).resolves.toHaveLength(0)
  })

  test('what is not there reads as undefined, also below a file', async () => {
    const store = await create()
    await store.write('a.json', Buffer.from('1'))

    await expect(store.read('b.json')).resolves.toBeUndefined()
    await expect(store.read('a.json/b.json')).resolves.toBeUndefined()
    await expect(store.read('no/such/folder.json')).resolves.toBeUndefined()
  })

  test('writing again replaces', async () => {
    const store = await create()

    await store.write('a.json', Buffer.from('a longer text'))
    await expect(store.write('a.json', Buffer.from('2'))).resolves.toBe(true)

    await expect(readText(store, 'a.json')).resolves.toBe('2')
  })

  test('with ifAbsent an existing file stays, and the answer is false', async () => {
    const store = await create()

    await expect(store.write('a.json', Buffer.from('1'), { ifAbsent: true })).resolves.toBe(true)
    await expect(store.write('a.json', Buffer.from('2'), { ifAbsent: true })).resolves.toBe(false)

    await expect(readText(store, 'a.json')).resolves.toBe('1')
  })

  test('of many writers with ifAbsent exactly one wins, and the file is its own', async () => {
    const store = await create()
    const texts = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(1000 + index))

    const won = await Promise.all(
      texts.map((text) => store.write('deep/er/a.json', Buffer.from(text), { ifAbsent: true })),
    )

    expect(won.filter(Boolean)).toHaveLength(1)
    await expect(readText(store, 'deep/er/a.json')).resolves.toBe(texts[won.indexOf(true)])
    await expect(listPaths(store)).resolves.toEqual(['deep/er/a.json'])
  })

  test('of many writers the file is whole, and one of theirs', async () => {
    const store = await create()
    const texts = Array.from({ length: 10 }, (_, index) => `${index}`.repeat(100_000 + index))

    await Promise.all(texts.map((text) => store.write('a.json', Buffer.from(text))))

    expect(texts).toContain(await readText(store, 'a.json'))
    await expect(listPaths(store)).resolves.toEqual(['a.json'])
  })

  test('files are listed by their whole paths, with their sizes', async () => {
    const store = await create()
    const paths = ['m/gpt-4/a.json', 'm/gpt-4-mini/a.json', 'm/gpt-4.json', 'b.json', 'm/Z.json']
    for (const path of paths) await store.write(path, Buffer.from(path))

    const entries = await listEntries(store)

    // By code unit: `-` comes before `.`, and `.` before `/`.
    expect(entries.map(({ path }) => path)).toEqual([
      'b.json',
      'm/Z.json',
      'm/gpt-4-mini/a.json',
      'm/gpt-4.json',
      'm/gpt-4/a.json',
    ])
    expect(entries.map(({ size }) => size)).toEqual([6, 8, 19, 12, 14])
  })

  test('a folder lists what is below it, and nothing whose name only begins alike', async () => {
    const store = await create()
    for (const path of ['m/gpt/a.json', 'm/gpt/x/b.json', 'm/gpt-4/c.json', 'm/gpt.json'])
      await store.write(path, Buffer.from('1'))

    await expect(listPaths(store, 'm/gpt')).resolves.toEqual(['m/gpt/a.json', 'm/gpt/x/b.json'])
    await expect(listPaths(store, 'm/gpt.json')).resolves.toEqual([])
    await expect(listPaths(store, 'nowhere')).resolves.toEqual([])
  })

  test('a tag changes with the content', async () => {
    const store = await create()
    await store.write('a.json', Buffer.from('1'))
    const [before] = await listEntries(store)
    await new Promise((resolve) => setTimeout(resolve, 15))

    await store.write('a.json', Buffer.from('2'))
    const [after] = await listEntries(store)

    expect(after?.tag).not.toBe(before?.tag)
  })

  test('a file that was deleted is gone, and deleting again is no error', async () => {
    const store = await create()
    await store.write('a/b.json', Buffer.from('1'))

    await store.delete('a/b.json')
    await store.delete('a/b.json')

    await expect(store.read('a/b.json')).resolves.toBeUndefined()
    await expect(listPaths(store)).resolves.toEqual([])
  })

  test.each(LEAVING)('the path %j is refused', async (path) => {
    const store = await create()
    const refused = {
      code: 'WT_CORPUS_UNREADABLE',
      message: `WT_CORPUS_UNREADABLE: ${store.name}: the path ${JSON.stringify(path)} leaves the corpus\n→ name files below the corpus, with / between folders`,
    }

    await expect(store.write(path, Buffer.from('1'))).rejects.toMatchObject(refused)
    await expect(store.read(path)).rejects.toMatchObject(refused)
    await expect(store.delete(path)).rejects.toMatchObject(refused)
    await expect(listPaths(store)).resolves.toEqual([])
  })

  test('names with percent signs, blanks and dots inside are names', async () => {
    const store = await create()
    const path = '%2E.%2Fx/a b..c/..d.json'

    await store.write(path, Buffer.from('1'))

    await expect(readText(store, path)).resolves.toBe('1')
  })

  test('a path is located below the store’s name', async () => {
    const store = await create()

    expect(store.locate('a/b.json').startsWith(store.name)).toBe(true)
    expect(store.locate('a/b.json')).toMatch(/a[/\\]b\.json$/)
  })

  test('flushing twice, or with nothing written, is no error', async () => {
    const store = await create()
    await store.flush()
    await store.write('a.json', Buffer.from('1'))

    await store.flush()
    await store.flush()

    await expect(readText(store, 'a.json')).resolves.toBe('1')
  })
}
