import { type Stats, statSync } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { WiretapeError } from '../errors/wiretape-error.ts'
import type { CorpusBoundary } from './corpus-boundary.ts'
import { unreadable } from './read-file.ts'
import { checkStorePath } from './store-path.ts'
import type { StoreEntry } from './store.ts'
import { isAbsent } from './system-error.ts'

/** Without a promise each, which would take longer than all else that a listing does; in between, others have their turn. */
const STATS_AT_ONCE = 64

/** Folders in folders. */
const MOST_LEVELS = 32
/** Of one folder; their names are in memory at once. */
const MOST_ENTRIES = 1_000_000

export interface Listing {
  readonly folder: string
  readonly boundary: CorpusBoundary
}

/**
 * The files of a corpus, in the order of their paths. Symbolic links are none: what they point at is outside the corpus for
 * all we know. What can't be listed does not hold back the rest: its error comes last.
 *
 * @throws WT_CORPUS_UNREADABLE
 */
export async function* listFilesWithin(
  { folder, boundary }: Listing,
  below: string | undefined,
): AsyncGenerator<StoreEntry> {
  const failures: WiretapeError[] = []
  const start = below === undefined ? folder : join(folder, checkStorePath(below, folder))
  try {
    if ((await boundary.resolve(start)) === undefined) return
  } catch (cause) {
    throw WiretapeError.is(cause) ? cause : unreadable(start, cause)
  }
  yield* list({ folder, failures }, below, 1)
  if (failures[0] !== undefined) throw failures[0]
}

interface Walk {
  readonly folder: string
  readonly failures: WiretapeError[]
}

async function* list(
  walk: Walk,
  below: string | undefined,
  level: number,
): AsyncGenerator<StoreEntry> {
  const path = below === undefined ? walk.folder : join(walk.folder, below)
  let names: readonly EntryName[]
  try {
    names = await namesIn(path, level)
  } catch (cause) {
    if (!isAbsent(cause))
      walk.failures.push(WiretapeError.is(cause) ? cause : unreadable(path, cause))
    return
  }
  for (let start = 0; start < names.length; start += STATS_AT_ONCE) {
    const part = names.slice(start, start + STATS_AT_ONCE)
    if (start > 0) await stat(path)
    for (const { name, isFolder, isFile } of part) {
      const child = below === undefined ? name : `${below}/${name}`
      if (isFolder) yield* list(walk, child, level + 1)
      const file = isFile ? statIfThere(join(path, name)) : undefined
      if (file !== undefined) yield { path: child, size: file.size, tag: `${file.mtimeMs}` }
    }
  }
}

interface EntryName {
  readonly name: string
  readonly isFolder: boolean
  readonly isFile: boolean
}

async function namesIn(path: string, level: number): Promise<readonly EntryName[]> {
  if (level > MOST_LEVELS) throw beyond(path, `lies more than ${MOST_LEVELS} folders deep`)
  const names: EntryName[] = []
  for await (const entry of await opendir(path)) {
    const { name } = entry
    if (name.startsWith('.') || name === 'node_modules') continue
    names.push({ name, isFolder: entry.isDirectory(), isFile: entry.isFile() })
    if (names.length > MOST_ENTRIES) throw beyond(path, `has more than ${MOST_ENTRIES} entries`)
  }
  // By whole paths, as the contract says: `gpt-4-mini/…` comes before `gpt-4/…`.
  const key = ({ name, isFolder }: EntryName): string => name + (isFolder ? '/' : '')
  return names.toSorted((left, right) => (key(left) < key(right) ? -1 : 1))
}

/** Undefined for a file that somebody has removed meanwhile. */
function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw unreadable(path, cause)
  }
}

function beyond(path: string, cause: string): WiretapeError {
  return new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${path}: ${cause}`,
    hint: 'name a folder that holds recordings only',
    details: { path, cause },
  })
}
