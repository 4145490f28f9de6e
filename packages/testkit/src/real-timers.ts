// Taken at import, so that a test's fake timers don't stop the provider.
const realSetTimeout = globalThis.setTimeout
const realClearTimeout = globalThis.clearTimeout
const realSetImmediate = globalThis.setImmediate
const realDateNow = Date.now

/** Milliseconds since the epoch, whatever a test makes of `Date`. */
export function readClock(): number {
  return realDateNow()
}

/** Waits for a time, or until `abandoned` settles, whichever is first. */
export async function waitFor(milliseconds: number, abandoned: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = realSetTimeout(resolve, milliseconds)
  })
  await Promise.race([elapsed, abandoned])
  realClearTimeout(timer)
}

/**
 * Lets the event loop look at its sockets once, so that a reader in this process reads what was
 * just written.
 */
export async function turnEventLoop(): Promise<void> {
  // The first immediate may run in the turn we are in, after its poll; only the second is sure to
  // follow a poll.
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => {
      realSetImmediate(resolve)
    })
  }
}
