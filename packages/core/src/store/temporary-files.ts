import { createHash, randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { access, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isAbsent, systemCode } from './system-error.ts'

/** Files that are being written; never part of a corpus. */
const PREFIX = '.wiretape-'
const TEMPORARY = /^\.wiretape-(?:([0-9a-f]{12})-(\d+)-)?[0-9a-f-]+$/
const RESERVATION = /^\.wiretape-reserved-(.+)\.\d+$/

const DAY = 24 * 60 * 60 * 1000

/** A new name beside the file that it becomes; it says who writes it. */
export function temporaryPath(target: string): string {
  const name = `${PREFIX}${hostMark()}-${process.pid}-${randomBytes(8).toString('hex')}`
  return join(dirname(target), name)
}

/** The n-th reservation of a name, on file systems without hard links. */
export function reservationPath(target: string, number: number): string {
  return join(dirname(target), `${PREFIX}reserved-${basename(target)}.${number}`)
}

let mark: string | undefined

/** Where process ids mean the same: containers may share the name of their host, and count their processes anew. */
function hostMark(): string {
  mark ??= createHash('sha256').update(`${hostname()} ${processSpace()}`).digest('hex').slice(0, 12)
  return mark
}

function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    // Only Linux has such a thing.
    return ''
  }
}

/**
 * Removes what writers that died left in a corpus: those of this host at once, those of other hosts, whose processes nobody
 * can ask after, when they are a day old. Never rejects: what can't be removed costs a little space, and is never listed.
 *
 * @param fileSystemNow the time of the file system, in milliseconds
 */
export async function sweepTemporaries(folder: string, fileSystemNow: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    const isHidden = entry.name.startsWith('.')
    if (entry.isDirectory() && !isHidden && entry.name !== 'node_modules')
      await sweepTemporaries(path, fileSystemNow)
    if (!entry.isFile() || !isHidden) continue
    try {
      if (await isLeft(path, fileSystemNow)) await rm(path, { force: true })
    } catch {
      // Another process sweeps it too, or it is another user's.
    }
  }
}

async function isLeft(path: string, fileSystemNow: number): Promise<boolean> {
  const name = basename(path)
  const [, reserved] = RESERVATION.exec(name) ?? []
  // One whose file is not there keeps its number: the next one must come after it.
  if (reserved !== undefined)
    return (await exists(join(dirname(path), reserved))) || (await isOld(path, fileSystemNow))
  const temporary = TEMPORARY.exec(name)
  if (temporary === null) return false
  const [, host, pid] = temporary
  return host === hostMark() ? !isAlive(Number(pid)) : isOld(path, fileSystemNow)
}

async function isOld(path: string, fileSystemNow: number): Promise<boolean> {
  return fileSystemNow - (await stat(path)).mtimeMs > DAY
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // Another user's may not be signalled.
    return systemCode(cause) !== 'ESRCH'
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (cause) {
    if (isAbsent(cause)) return false
    throw cause
  }
}
