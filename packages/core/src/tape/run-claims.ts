import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  createClaimFile,
  createDeathWatch,
  type OwnClaimFile,
  readClaimFile,
  whoAndWhen,
} from './claim-file.ts'
import { sleep } from './clock.ts'
import { processState } from './process-state.ts'
import { createRunFile, hasRunFile, readRunFile } from './run-folder.ts'

const FIRST_PAUSE = 25
const LONGEST_PAUSE = 200

/** The duty to fetch something, among the processes of a run. */
export interface RunClaim {
  /** Whether a recording is in place all the same: this process was thought dead, and another one fetched. */
  isOvertaken(): Promise<boolean>
  /** Ends the duty: whether a complete recording is in place now. Never rejects. Gives the mark that says so. */
  release(kept: boolean): Promise<string | undefined>
}

export type RunClaimed =
  | { readonly kind: 'claim'; readonly claim: RunClaim }
  | { readonly kind: 'recorded'; readonly mark: string }

export interface RunClaimOptions {
  readonly signal?: AbortSignal | undefined
  /** False where the answer waits for its reader: then the other processes don't wait for it. */
  readonly isMoving: () => boolean
}

/** One process is the run. */
const ALONE: RunClaim = { isOvertaken: async () => false, release: async () => undefined }

/**
 * Claims something among the processes of a run, or waits until another has recorded it.
 *
 * Claims of one slot are numbered files, `<file>.0`, `<file>.1` …, each made exclusively and from then on written by its
 * maker only; none is ever replaced or removed. So whoever finds that a claim is over, or its maker dead, makes the next
 * one, and exactly one process can. `<file>.done` says that a complete recording is in place; it is made exclusively too,
 * so the first commit wins, whoever was thought dead.
 *
 * @param file undefined where one process is the run
 */
export async function claimInRun(
  file: string | undefined,
  options: RunClaimOptions,
): Promise<RunClaimed> {
  if (file === undefined || !isSharing()) return { kind: 'claim', claim: ALONE }
  try {
    return await claimFile(file, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    stopSharing(error)
    return { kind: 'claim', claim: ALONE }
  }
}

/** Takes back a mark whose recording is gone; one that was made since stays. */
export async function forgetMark(file: string | undefined, mark: string): Promise<void> {
  if (file === undefined || !isSharing()) return
  try {
    if ((await readRunFile(markPath(file))) === mark) await rm(markPath(file), { force: true })
  } catch (error) {
    stopSharing(error)
  }
}

async function claimFile(file: string, { signal, isMoving }: RunClaimOptions): Promise<RunClaimed> {
  const { generations } = processState()
  const isDead = createDeathWatch(dirname(file))
  let number = generations.get(file) ?? 0
  while (await hasRunFile(claimPath(file, number + 1))) number += 1
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    signal?.throwIfAborted()
    const mark = await readRunFile(markPath(file))
    if (mark !== undefined) return { kind: 'recorded', mark }
    const claim = await readClaimFile(claimPath(file, number))
    if (claim === undefined || claim.isOver || (await isDead(claim))) {
      if (claim !== undefined) number += 1
      const own = await createClaimFile(claimPath(file, number))
      if (own !== undefined) {
        if (number > 0) generations.set(file, number)
        return holdClaim(file, own, isMoving)
      }
    }
    await sleep(pause, signal === undefined ? [] : [signal])
  }
}

async function holdClaim(
  file: string,
  own: OwnClaimFile,
  isMoving: () => boolean,
): Promise<RunClaimed> {
  // The one before may have committed between the look at its mark and this claim.
  let mark: string | undefined
  try {
    mark = await readRunFile(markPath(file))
  } catch (error) {
    await own.end()
    throw error
  }
  if (mark !== undefined) {
    await own.end()
    return { kind: 'recorded', mark }
  }
  own.keepTouching({ isMoving, onError: stopSharing })
  const claim: RunClaim = {
    isOvertaken: async () => (await readRunFile(markPath(file)).catch(stopSharing)) !== undefined,
    release: async (kept) => {
      await own.stopTouching()
      try {
        // Before the end of the claim: who sees that it's over must see the mark too.
        const made = kept ? await makeMark(file) : undefined
        await own.end()
        return made
      } catch (error) {
        stopSharing(error)
        return undefined
      }
    },
  }
  return { kind: 'claim', claim }
}

async function makeMark(file: string): Promise<string | undefined> {
  const handle = await createRunFile(markPath(file))
  if (handle === undefined) return readRunFile(markPath(file))
  const mark = whoAndWhen()
  try {
    await handle.write(mark)
  } finally {
    await handle.close()
  }
  return mark
}

function claimPath(file: string, number: number): string {
  return `${file}.${number}`
}

function markPath(file: string): string {
  return `${file}.done`
}

const NOT_SHARED = 'WT_RUN_NOT_SHARED'

function isSharing(): boolean {
  return !processState().warned.has(NOT_SHARED)
}

/** A cache that can't be used costs fetches, never a request: from now on this process is a run of its own. */
function stopSharing(cause: unknown): undefined {
  const { warned } = processState()
  if (warned.has(NOT_SHARED)) return
  warned.add(NOT_SHARED)
  const reason = cause instanceof Error ? cause.message : String(cause)
  process.emitWarning(
    `this process shares no fetches with the others of its run, WIRETAPE_RUN_ID=${process.env['WIRETAPE_RUN_ID'] ?? ''}: ${reason}`,
    {
      type: 'WiretapeWarning',
      code: NOT_SHARED,
      detail: 'let WIRETAPE_CACHE name a folder that can be written',
    },
  )
  return undefined
}
