import type { FileHandle } from 'node:fs/promises'
import { after, now, wallClock } from './clock.ts'
import { createRunFile, fileSystemNow, modifiedAt, readRunFile } from './run-folder.ts'

/** How often a claim is touched. */
const BEAT = 1000

/** A claim that nobody has touched for so long belongs to a process that died or hangs. */
const DEAD_AFTER = 5000

/** How long a follower looks on before it believes that: after a machine slept, every claim looks dead at first. */
const GRACE = 2 * BEAT

const OVER = 'over\n'

/** A claim's file in the hands of its maker, who alone writes it. */
export interface OwnClaimFile {
  /** Touches it every second from now on, while the answer moves. */
  keepTouching(how: Touching): void
  /** Touches it no more, and waits for the last touch. */
  stopTouching(): Promise<void>
  /** Says that the claim is over. */
  end(): Promise<void>
}

interface Touching {
  readonly isMoving: () => boolean
  readonly onError: (error: unknown) => void
}

/** Makes a claim's file; undefined where there is one. */
export async function createClaimFile(path: string): Promise<OwnClaimFile | undefined> {
  const handle = await createRunFile(path)
  if (handle === undefined) return undefined
  let stop: (() => Promise<void>) | undefined
  let length = 0
  try {
    length = await touch(handle)
  } catch (error) {
    await handle.close()
    throw error
  }
  return {
    keepTouching: (how) => {
      stop = keepTouching(handle, how)
    },
    stopTouching: async () => stop?.(),
    end: async () => {
      try {
        await handle.write(OVER, length)
      } finally {
        await handle.close()
      }
    },
  }
}

/** Touches a claim until the result is called. */
function keepTouching(handle: FileHandle, { isMoving, onError }: Touching): () => Promise<void> {
  let touching: Promise<unknown> = Promise.resolve()
  let cancel = after(BEAT, beat)
  function beat(): void {
    cancel = after(BEAT, beat)
    if (isMoving()) touching = touching.then(() => touch(handle)).catch(onError)
  }
  return async () => {
    cancel()
    await touching
  }
}

/**
 * Writes who and when, always at the same length, and gives that. A write, since `utimes` would set the time of this
 * machine's clock; through the handle, so that it can't touch another's claim.
 */
async function touch(handle: FileHandle): Promise<number> {
  return (await handle.write(whoAndWhen(), 0)).bytesWritten
}

export function whoAndWhen(): string {
  return `${JSON.stringify({ pid: process.pid, at: wallClock().toISOString() })}\n`
}

export interface SeenClaim {
  readonly isOver: boolean
  readonly text: string
  readonly modifiedAt: number
}

export async function readClaimFile(path: string): Promise<SeenClaim | undefined> {
  const modified = await modifiedAt(path)
  const text = await readRunFile(path)
  if (modified === undefined || text === undefined) return undefined
  return { isOver: text.endsWith(OVER), text, modifiedAt: modified }
}

/** Tells by the file system's clock, and not before looking on for a while, whether a claim is no longer touched. */
export function createDeathWatch(folder: string): (claim: SeenClaim) => Promise<boolean> {
  let seen: string | undefined
  let since = 0
  return async ({ text, modifiedAt: touchedAt }) => {
    // The text too: not every file system tells the time of a write before the file is closed.
    const state = `${touchedAt} ${text}`
    if (state !== seen) {
      seen = state
      since = now()
    }
    if (now() - since < GRACE) return false
    return (await fileSystemNow(folder)) - touchedAt >= DEAD_AFTER
  }
}
