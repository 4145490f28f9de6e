import type { HeaderList } from '../request/headers.ts'
import { processState } from './process-state.ts'
import { claimInRun, forgetMark, type RunClaim } from './run-claims.ts'

/** What a run fetches once. */
export interface Slot {
  /** Of key, occurrence, corpus and run. */
  readonly name: string
  /** Where the processes of the run meet for it; undefined where one process is the run. */
  readonly file: string | undefined
}

/** An answer that is being recorded, for those of the run who ask for the same. */
export interface LiveAnswer {
  readonly status: number
  readonly headers: HeaderList
  /** The body from its start on. */
  read(): AsyncIterable<Uint8Array>
  /** True once it is in a file, which then answers. */
  readonly isOver: boolean
  /** True while someone waits for more of it. */
  readonly isAwaited: boolean
  /** How many bytes came. */
  readonly received: number
  /** Tells the names of ids, those given already and those to come. */
  onName(listener: (name: string, original: string) => void): void
}

/** What a run knows of a key and occurrence. */
export interface RunSlot {
  /** Settles when there is a head to follow, or it is known that there will be none. */
  readonly ready: Promise<void>
  /** Settles when the answer is over: whether a complete recording is in place. */
  readonly settled: Promise<boolean>
  live: LiveAnswer | undefined
  /** What tells the other processes of the run that the recording is in place. */
  mark: string | undefined
}

/** The duty to fetch something once a run. */
export interface Claim {
  /** Lets others follow the answer as it comes. */
  publish(answer: LiveAnswer): void
  /** Whether another process has a complete recording in place meanwhile: the first commit wins. */
  isOvertaken(): Promise<boolean>
  /** Ends the duty: whether a complete recording is in place now. Never rejects. */
  release(kept: boolean): Promise<void>
}

export type Claimed =
  | { readonly kind: 'claim'; readonly claim: Claim }
  | { readonly kind: 'follow'; readonly live: LiveAnswer }
  | { readonly kind: 'recorded'; readonly forget: () => Promise<void> }

/**
 * A run fetches each key and occurrence once. Who comes first gets the claim; who comes later follows the first while its
 * answer comes, or waits for it where it comes in another process, then finds the recording. Where the first kept nothing,
 * the next one gets the claim.
 */
export async function claimOnce(slot: Slot, signal?: AbortSignal): Promise<Claimed> {
  const { fetched } = processState()
  const { name, file } = slot
  for (let known = fetched.get(name); known !== undefined; known = fetched.get(name)) {
    await unlessAborted(known.ready, signal)
    if (known.live?.isOver === false) return { kind: 'follow', live: known.live }
    if (!(await unlessAborted(known.settled, signal))) continue
    return recorded(slot, known)
  }
  const ready = createDeferred<undefined>()
  const settled = createDeferred<boolean>()
  const own: RunSlot = {
    ready: ready.promise,
    settled: settled.promise,
    live: undefined,
    mark: undefined,
  }
  fetched.set(name, own)
  const settle = (kept: boolean): void => {
    own.live = undefined
    if (!kept && fetched.get(name) === own) fetched.delete(name)
    settled.resolve(kept)
    ready.resolve(undefined)
  }
  let run: RunClaim
  try {
    const claimed = await claimInRun(file, { signal, isMoving: createMovementWatch(own) })
    if (claimed.kind === 'recorded') {
      own.mark = claimed.mark
      settle(true)
      return recorded(slot, own)
    }
    run = claimed.claim
  } catch (error) {
    settle(false)
    throw error
  }
  return {
    kind: 'claim',
    claim: {
      publish: (answer) => {
        own.live = answer
        ready.resolve(undefined)
      },
      isOvertaken: () => run.isOvertaken(),
      release: async (kept) => {
        own.mark = await run.release(kept)
        settle(kept)
      },
    },
  }
}

function recorded({ name, file }: Slot, known: RunSlot): Claimed {
  const { fetched } = processState()
  const forget = async (): Promise<void> => {
    if (known.mark !== undefined) await forgetMark(file, known.mark)
    if (fetched.get(name) === known) fetched.delete(name)
  }
  return { kind: 'recorded', forget }
}

/** Tells, from one time to the next, whether an answer came on or is waited for. */
function createMovementWatch(slot: RunSlot): () => boolean {
  let last = 0
  return () => {
    const { live } = slot
    if (live === undefined || live.isAwaited) return true
    const isMoving = live.received !== last
    last = live.received
    return isMoving
  }
}

interface Deferred<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
}

/** A promise with its resolver outside (Node 20 has no Promise.withResolvers). */
function createDeferred<Value>(): Deferred<Value> {
  const deferred = {} as { promise: Promise<Value>; resolve: (value: Value) => void }
  deferred.promise = new Promise<Value>((resolve) => {
    deferred.resolve = resolve
  })
  return deferred
}

function nothing(): void {
  return undefined
}

/** The promise's value, or a rejection with the signal's reason as soon as it is aborted. */
async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  let stop = nothing
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
