import { link, open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAbsent, systemCode } from './system-error.ts'
import { exists, reservationPath } from './temporary-files.ts'

const PAUSE = 50

/** A reservation that stands unchanged at so many looks belongs to a process that died: a living one holds it for a rename. */
const LOOKS = 100

/** Gives a finished file its name where nobody has it; false where somebody does. The file is whole from its first moment. */
export async function createExclusively(temporary: string, target: string): Promise<boolean> {
  try {
    // A hard link fails where the name is taken, which a rename does not.
    await link(temporary, target)
    return true
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return isSameFile(temporary, target)
  }
  // By which code a file system says that it has no links differs; any other trouble shows again here.
  return createWithoutLinks(temporary, target)
}

/** Over a network, a link may be made, its answer lost, and the second try find the first one's. */
async function isSameFile(left: string, right: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(left), stat(right)])
  return one.ino === other.ino && one.dev === other.dev && one.nlink > 1
}

async function createWithoutLinks(temporary: string, target: string): Promise<boolean> {
  const reservation = await reserve(target)
  if (reservation === undefined) return false
  try {
    // Whoever held the name before may have used it since.
    if (await exists(target)) return false
    await rename(temporary, target)
    return true
  } finally {
    await rm(reservation, { force: true })
  }
}

/**
 * Reserves a name; undefined where its file is there. Reservations are numbered, and one of the dead is left where it is:
 * were it taken away, a second process that takes it for dead would take away the first one's new one.
 */
async function reserve(target: string): Promise<string | undefined> {
  let number = 0
  let seen: string | undefined
  for (let looks = 0; !(await exists(target)); looks += 1) {
    const path = reservationPath(target, number)
    if (await makeEmpty(path)) return path
    const state = await stateOf(path)
    if (state !== seen) looks = 0
    seen = state
    if (looks < LOOKS) await sleep(PAUSE)
    else number += 1
  }
  return undefined
}

async function makeEmpty(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false
    throw cause
  }
}

async function stateOf(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs } = await stat(path)
    return `${path} ${ino} ${mtimeMs}`
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
}
