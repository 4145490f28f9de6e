import { accessSync, constants } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { createCorpusBoundary } from './corpus-boundary.ts'
import { createFileWriter } from './file-writer.ts'
import { listFilesWithin } from './list-files.ts'
import { readFileWithin } from './read-file.ts'
import { checkStorePath } from './store-path.ts'
import type { Store } from './store.ts'
import { isAbsent } from './system-error.ts'

export interface DirectoryStoreOptions {
  /** Whether new recordings may go here. Default: unless it lies in a `node_modules`, or may not be written. */
  readonly writable?: boolean | undefined
}

/** A corpus in a folder; the folder need not exist until something is written. */
export function createDirectoryStore(folder: string, options: DirectoryStoreOptions = {}): Store {
  const boundary = createCorpusBoundary(folder)
  const writer = createFileWriter(folder, boundary)
  const locate = (path: string): string => join(folder, checkStorePath(path, folder))
  return {
    name: folder,
    writable:
      options.writable ?? (!folder.split(sep).includes('node_modules') && isWritableFolder(folder)),
    locate,
    read: async (path) => readFileWithin(boundary, locate(path)),
    write: async (path, bytes, { ifAbsent = false } = {}) =>
      writer.write(locate(path), bytes, ifAbsent),
    list: (below) => listFilesWithin({ folder, boundary }, below),
    delete: async (path) => writer.delete(locate(path)),
    flush: async () => writer.flush(),
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
