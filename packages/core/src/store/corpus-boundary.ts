import { realpathSync } from 'node:fs'
import { dirname, relative, isAbsolute, sep } from 'node:path'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { isAbsent } from './system-error.ts'

/** Keeps what is read and written within one folder, which may be a symbolic link itself. */
export interface CorpusBoundary {
  /**
   * The path without symbolic links; undefined where there is no such file.
   *
   * @throws WT_CORPUS_UNREADABLE where it leads out of the folder
   */
  resolve(path: string): Promise<string | undefined>
  /**
   * Refuses a path that a new file must not have, since a folder above it leads out.
   *
   * @throws WT_CORPUS_UNREADABLE
   */
  check(path: string): Promise<void>
}

export function createCorpusBoundary(folder: string): CorpusBoundary {
  let root: string | undefined

  async function resolve(path: string): Promise<string | undefined> {
    const real = realPath(path)
    if (real === undefined) return undefined
    // A folder that another process makes is looked up again until it is there.
    root ??= realPath(folder)
    if (root === undefined) return undefined
    if (isWithin(root, real)) return real
    throw new WiretapeError('WT_CORPUS_UNREADABLE', {
      message: `${path}: a symbolic link leads out of the corpus, to ${real}`,
      hint: 'put the file itself in its place, or give the tape the other folder too: recordings: [one, other]',
      details: { path, target: real },
    })
  }

  return {
    resolve,
    check: async (path) => {
      for (let above = path; isWithin(folder, above); above = dirname(above)) {
        if ((await resolve(above)) !== undefined || above === folder) return
      }
    },
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** At once: a look-up opens one file, and a promise for each step before that would take longer than all of it. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
}
