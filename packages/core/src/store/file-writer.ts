import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { WiretapeError } from '../errors/wiretape-error.ts'
import type { CorpusBoundary } from './corpus-boundary.ts'
import { createExclusively } from './create-exclusively.ts'
import { sweepTemporaries, temporaryPath } from './temporary-files.ts'
import { createUnsyncedFiles } from './unsynced-files.ts'

/** Writes the files of one folder: whole or not at all, whatever else is written to it at the same time. */
export interface FileWriter {
  /** @throws WT_RECORDING_NOT_WRITTEN */
  write(target: string, bytes: Uint8Array, ifAbsent: boolean): Promise<boolean>
  /** @throws WT_RECORDING_NOT_WRITTEN */
  delete(target: string): Promise<void>
  /**
   * Makes what was written outlast a power failure.
   *
   * @throws WT_RECORDING_NOT_WRITTEN
   */
  flush(): Promise<void>
}

/** Once a process is enough: what dies while it lives is left to the next one. */
const sweeping = new Map<string, Promise<void>>()

/** @param boundary keeps the files within the folder, whatever links lie in it */
export function createFileWriter(folder: string, boundary: CorpusBoundary): FileWriter {
  const unsynced = createUnsyncedFiles()

  async function place(target: string, bytes: Uint8Array, ifAbsent: boolean): Promise<boolean> {
    await boundary.check(dirname(target))
    const made = await mkdir(dirname(target), { recursive: true })
    const temporary = temporaryPath(target)
    let isMoved = false
    try {
      await writeTemporary(temporary, bytes)
      if (ifAbsent) {
        if (!(await createExclusively(temporary, target))) return false
      } else {
        await rename(temporary, target)
        isMoved = true
      }
      unsynced.wrote(target, made)
      return true
    } finally {
      // Where even that fails, the error above says why; what is left is never listed, and swept later.
      if (!isMoved) await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  async function writeTemporary(path: string, bytes: Uint8Array): Promise<void> {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(bytes)
      if (!sweeping.has(folder))
        sweeping.set(folder, sweepTemporaries(folder, (await file.stat()).mtimeMs))
    } finally {
      await file.close()
    }
  }

  return {
    write: async (target, bytes, ifAbsent) => {
      try {
        return await place(target, bytes, ifAbsent)
      } catch (cause) {
        throw notWritten(target, cause)
      }
    },
    delete: async (target) => {
      try {
        await boundary.check(dirname(target))
        await rm(target, { force: true })
        unsynced.removed(target)
      } catch (cause) {
        throw notWritten(target, cause)
      }
    },
    flush: async () => {
      await unsynced.flush(notWritten)
      await sweeping.get(folder)
    },
  }
}

function notWritten(path: string, cause: unknown): WiretapeError {
  const isOurs = WiretapeError.is(cause)
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `${path}: ${isOurs ? reason.slice(`${cause.code}: `.length) : reason}`,
    hint: isOurs
      ? cause.hint
      : 'make room or check permissions, then record again: WIRETAPE_MODE=record-if-missing',
    details: { path },
    cause,
  })
}
