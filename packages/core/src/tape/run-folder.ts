import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isError } from '../errors/is-error.ts'
import { sha256 } from '../request/canonical-json.ts'
import { cacheFolder } from '../store/cache-folder.ts'

const DAY = 24 * 60 * 60 * 1000

/** So that sweeping never holds up a request for long; what is left waits for the next run. */
const SWEPT_AT_ONCE = 20

/** Where the processes of a run meet: outside the corpus, since nothing there is worth keeping. */
export function runFolder(run: string): string {
  return join(cacheFolder(), 'runs', sha256(run))
}

/** Creates a file of a run; undefined where there is one. The first of a run makes its folder, and sweeps old ones. */
export async function createRunFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx')
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return undefined
    if (codeOf(cause) !== 'ENOENT') throw cause
  }
  const made = await mkdir(dirname(path), { recursive: true })
  if (made !== undefined) await sweepRuns(dirname(path))
  try {
    return await open(path, 'wx')
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return undefined
    throw cause
  }
}

/** The text of a file of a run; undefined where there is none. */
export async function readRunFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw cause
  }
}

export async function hasRunFile(path: string): Promise<boolean> {
  return (await modifiedAt(path)) !== undefined
}

/** When a file was last written, by the file system's clock; undefined where there is none. */
export async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw cause
  }
}

/** What the file system's clock says, which need not be this machine's. */
export async function fileSystemNow(folder: string): Promise<number> {
  const file = await open(join(folder, 'clock'), 'w')
  try {
    await file.write('.')
    return (await file.stat()).mtimeMs
  } finally {
    await file.close()
  }
}

/** Removes folders of runs that nothing was added to for a day. */
async function sweepRuns(own: string): Promise<void> {
  const runs = dirname(own)
  const today = (await stat(own)).mtimeMs
  let swept = 0
  for (const name of await readdir(runs)) {
    if (swept === SWEPT_AT_ONCE) return
    if (!/^[0-9a-f]{64}$/.test(name)) continue
    const folder = join(runs, name)
    try {
      if (today - ((await modifiedAt(folder)) ?? today) < DAY) continue
      await rm(folder, { recursive: true, force: true })
      swept += 1
    } catch {
      // Another process sweeps it too, or it is another user's. It costs a little space, and the request must not fail.
    }
  }
}

function codeOf(cause: unknown): string | undefined {
  return isError(cause) && 'code' in cause ? String(cause.code) : undefined
}
