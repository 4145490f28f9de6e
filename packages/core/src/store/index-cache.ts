import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname, isAbsolute, join } from 'node:path'
import { sha256 } from '../request/canonical-json.ts'
import type { Matcher } from '../request/matcher.ts'
import { version } from '../../package.json'
import { cacheFolder } from './cache-folder.ts'
import type { IndexedFile } from './foreign-index.ts'
import type { Store, StoreEntry } from './store.ts'

/** Changes whenever an index made by an earlier wiretape would no longer be right. */
const INDEX_VERSION = `${version}/4`

/** Keys of files by their size and modification, kept from one process to the next. */
export interface IndexCache {
  get(entry: StoreEntry): IndexedFile | undefined
  set(entry: StoreEntry, file: IndexedFile): void
  save(): Promise<void>
}

const NO_CACHE: IndexCache = {
  get: () => undefined,
  set: () => undefined,
  save: async () => undefined,
}

interface Row {
  readonly size: number
  readonly tag: string
  readonly file: IndexedFile
}

/** The cache of one store, for these options of its keys. */
export async function createIndexCache(
  store: Store,
  matchers: readonly Matcher[],
): Promise<IndexCache> {
  // Only folders outlast the process under their name.
  if (!isAbsolute(store.locate('x'))) return NO_CACHE
  // Nobody can tell whether a function is the one that it was.
  if (matchers.some(({ match }) => match.transform !== undefined)) return NO_CACHE
  const subject = [store.locate('x'), ...matchers.map(({ name }) => name)].join('\n')
  const path = join(cacheFolder(), 'index', `${sha256(subject).slice(0, 32)}.json`)
  const rows = await load(path)
  const used = new Map<string, Row>()
  let changed = false
  return {
    get: ({ path: file, size, tag }) => {
      const row = rows.get(file)
      if (row === undefined || row.size !== size || row.tag !== tag) return undefined
      used.set(file, row)
      return row.file
    },
    set: ({ path: name, size, tag }, file) => {
      changed = true
      used.set(name, { size, tag, file })
    },
    save: async () => {
      if (!changed && used.size === rows.size) return
      try {
        await mkdir(dirname(path), { recursive: true })
        const temporary = `${path}.${randomUUID()}`
        await writeFile(temporary, JSON.stringify({ version: INDEX_VERSION, rows: [...used] }))
        await rename(temporary, path)
      } catch {
        // Only speed is lost: without a cache the next process reads the files again.
      }
    },
  }
}

async function load(path: string): Promise<ReadonlyMap<string, Row>> {
  try {
    const content = JSON.parse(await readFile(path, 'utf8')) as {
      version: string
      rows: [string, Row][]
    }
    if (content.version === INDEX_VERSION) return new Map(content.rows)
  } catch {
    // Absent or torn: made anew.
  }
  return new Map()
}
