import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isAbsent, systemCode } from './system-error.ts'

/** How many files are synced at once: the journals of file systems take several in one go. */
const AT_ONCE = 8

/** What was written and would not outlast a power failure yet. */
export interface UnsyncedFiles {
  /** @param made the first of the folders that were made for the file, where any was */
  wrote(path: string, made: string | undefined): void
  removed(path: string): void
  /** Syncs the files, then the folders that name them. What fails stays to be synced. */
  flush(onError: (path: string, cause: unknown) => Error): Promise<void>
}

export function createUnsyncedFiles(): UnsyncedFiles {
  const files = new Set<string>()
  const folders = new Set<string>()

  return {
    wrote: (path, made) => {
      files.add(path)
      const folder = dirname(path)
      folders.add(folder)
      // A new folder is named by the one above it.
      if (made !== undefined)
        for (let above = folder; above !== dirname(made); above = dirname(above))
          folders.add(dirname(above))
    },
    removed: (path) => {
      files.delete(path)
      folders.add(dirname(path))
    },
    flush: async (onError) => {
      // Windows syncs only what is open for writing.
      await syncAll(files, 'r+', onError)
      await syncAll(folders, 'r', onError)
    },
  }
}

async function syncAll(
  paths: Set<string>,
  flags: string,
  onError: (path: string, cause: unknown) => Error,
): Promise<void> {
  const left = [...paths]
  async function work(): Promise<void> {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      // Before it is synced: what is written meanwhile is to be synced again.
      paths.delete(path)
      try {
        await sync(path, flags)
      } catch (cause) {
        paths.add(path)
        throw onError(path, cause)
      }
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, work))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason as Error
}

/** Makes a file's content, or a folder's entries, durable. What was replaced or removed since needs it no more. */
async function sync(path: string, flags: string): Promise<void> {
  let file
  try {
    file = await open(path, flags)
  } catch (cause) {
    if (isAbsent(cause) || isUnsyncable(cause)) return
    throw cause
  }
  try {
    await file.sync()
  } catch (cause) {
    if (!isUnsyncable(cause)) throw cause
  } finally {
    await file.close()
  }
}

/** Folders can't be synced everywhere (Windows, some network mounts). */
function isUnsyncable(cause: unknown): boolean {
  return ['EPERM', 'EISDIR', 'EINVAL'].includes(systemCode(cause) ?? '')
}
