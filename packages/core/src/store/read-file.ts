import { readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { MOST_FILE_BYTES } from '../recording/limits.ts'
import type { CorpusBoundary } from './corpus-boundary.ts'
import { isAbsent } from './system-error.ts'

/**
 * Reads a file of a corpus, whatever lies under its name; undefined where nothing does.
 *
 * @throws WT_CORPUS_UNREADABLE where it is no plain file, leads out of the corpus, or has more than 128 MiB
 */
export async function readFileWithin(
  boundary: CorpusBoundary,
  path: string,
): Promise<Uint8Array | undefined> {
  try {
    const real = await boundary.resolve(path)
    if (real === undefined) return undefined
    // Before it is opened, which would wait for somebody to write to a named pipe.
    const size = checkPlainFile(real, path)
    // Promises take longer than reading so little.
    return size <= READ_AT_ONCE ? readFileSync(real) : await readFile(real)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw WiretapeError.is(cause) ? cause : unreadable(path, cause)
  }
}

const READ_AT_ONCE = 256 * 1024

/** The size of a file that may be read. */
function checkPlainFile(real: string, path: string): number {
  const stats = statSync(real)
  if (!stats.isFile())
    throw refused(path, stats.isDirectory() ? 'is a folder' : 'is a pipe, a socket or a device')
  if (stats.size > MOST_FILE_BYTES)
    throw refused(path, `has ${stats.size} bytes, more than ${MOST_FILE_BYTES}`)
  return stats.size
}

function refused(path: string, cause: string): WiretapeError {
  return new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${path}: ${cause}, where a recording would be`,
    hint: 'move it out of the corpus',
    details: { path, cause },
  })
}

export function unreadable(path: string, cause: unknown): WiretapeError {
  return new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: 'check the path and its permissions',
    details: { path },
    cause,
  })
}
