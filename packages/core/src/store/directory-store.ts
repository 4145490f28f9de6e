import { randomUUID } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { link, mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { checkStorePath } from './store-path.ts'
import type { Store, StoreEntry } from './store.ts'

/** Files that are being written; never part of a corpus. */
const TEMPORARY = '.wiretape-'

export interface DirectoryStoreOptions {
  /** Whether new recordings may go here. Default: unless it lies in a `node_modules`, or may not be written. */
  readonly writable?: boolean | undefined
}

/** A corpus in a folder; the folder need not exist until something is written. */
export function createDirectoryStore(folder: string, options: DirectoryStoreOptions = {}): Store {
  const unsynced = new Set<string>()
  const locate = (path: string): string => join(folder, checkStorePath(path, folder))
  return {
    name: folder,
    writable:
      options.writable ?? (!folder.split(sep).includes('node_modules') && isWritableFolder(folder)),
    locate,
    read: async (path) => {
      try {
        return await readFile(locate(path))
      } catch (cause) {
        if (isAbsent(cause)) return undefined
        throw unreadable(locate(path), cause)
      }
    },
    write: async (path, bytes, { ifAbsent = false } = {}) => {
      const target = locate(path)
      const temporary = join(dirname(target), `${TEMPORARY}${randomUUID()}`)
      try {
        await makeFolder(dirname(target), target)
        const file = await open(temporary, 'wx')
        try {
          await file.writeFile(bytes)
        } finally {
          await file.close()
        }
        // A hard link fails where the name is taken, which a rename does not.
        if (ifAbsent) await link(temporary, target)
        else await rename(temporary, target)
        unsynced.add(target)
        return true
      } catch (cause) {
        if (ifAbsent && codeOf(cause) === 'EEXIST') return false
        throw WiretapeError.is(cause) ? cause : notWritten(target, cause)
      } finally {
        // Where even that fails, the error above says why; what is left behind is never listed.
        await rm(temporary, { force: true }).catch(() => undefined)
      }
    },
    list: (below) => listFiles(folder, below),
    delete: async (path) => rm(locate(path), { force: true }),
    flush: async () => {
      const written = [...unsynced]
      unsynced.clear()
      for (const path of written) await sync(path)
      for (const parent of new Set(written.map(dirname))) await sync(parent)
    },
  }
}

async function makeFolder(folder: string, target: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    throw notWritten(target, cause)
  }
}

/** Whether files can be written to this folder, or to the nearest one above it that exists. */
export function isWritableFolder(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    try {
      accessSync(path, constants.W_OK)
      return true
    } catch (cause) {
      if (!isAbsent(cause) || dirname(path) === path) return false
    }
  }
}

async function* listFiles(folder: string, below: string | undefined): AsyncGenerator<StoreEntry> {
  const path = below === undefined ? folder : join(folder, checkStorePath(below, folder))
  let names: { name: string; isFolder: boolean; isFile: boolean }[]
  try {
    names = []
    for await (const entry of await opendir(path))
      names.push({ name: entry.name, isFolder: entry.isDirectory(), isFile: entry.isFile() })
  } catch (cause) {
    if (isAbsent(cause)) return
    throw unreadable(path, cause)
  }
  // By whole paths, as the contract says: `gpt-4-mini/…` comes before `gpt-4/…`.
  const key = (entry: (typeof names)[number]): string => entry.name + (entry.isFolder ? '/' : '')
  names.sort((left, right) => (key(left) < key(right) ? -1 : 1))
  for (const { name, isFolder, isFile } of names) {
    if (name.startsWith('.') || name === 'node_modules') continue
    const child = below === undefined ? name : `${below}/${name}`
    if (isFolder) yield* listFiles(folder, child)
    // Symbolic links are neither: what they point at is outside the corpus for all we know.
    if (!isFile) continue
    const { size, mtimeMs } = await stat(join(folder, child))
    yield { path: child, size, tag: `${mtimeMs}` }
  }
}

/** Makes a file's content, or a folder's entries, durable. A file that was replaced or removed since needs none. */
async function sync(path: string): Promise<void> {
  let file
  try {
    file = await open(path, 'r')
  } catch (cause) {
    if (isAbsent(cause)) return
    throw notWritten(path, cause)
  }
  try {
    await file.sync()
  } catch (cause) {
    // Folders can't be synced everywhere (Windows, some network mounts).
    if (!['EPERM', 'EISDIR', 'EINVAL'].includes(codeOf(cause) ?? '')) throw notWritten(path, cause)
  } finally {
    await file.close()
  }
}

function isAbsent(cause: unknown): boolean {
  return codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR'
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
}

function unreadable(path: string, cause: unknown): WiretapeError {
  return new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'check the path and its permissions',
    details: { path },
    cause,
  })
}

function notWritten(path: string, cause: unknown): WiretapeError {
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'make room or check permissions, then record again: WIRETAPE_MODE=record-if-missing',
    details: { path },
    cause,
  })
}
