// Taken at import, so that a test's fake timers stop neither a replay nor a recording.
const {
  setTimeout: startTimer,
  clearTimeout: stopTimer,
  performance: stopwatch,
  Date: RealDate,
} = globalThis
const monotonic = stopwatch.now.bind(stopwatch)

/** Milliseconds on a clock that never jumps. */
export function now(): number {
  return monotonic()
}

/** The date of the wall clock. */
export function wallClock(): Date {
  return new RealDate()
}

/** Timers that are longer than this, in milliseconds, end at once: 24 days. */
const LONGEST_TIMER: number = 2 ** 31 - 1

/** Waits, or fails with the reason of the first signal that is aborted. */
export function sleep(milliseconds: number, signals: readonly AbortSignal[] = []): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = signals.find((signal) => signal.aborted)
    if (aborted !== undefined) {
      reject(aborted.reason as Error)
      return
    }
    const settle = (): void => {
      stopTimer(timer)
      for (const signal of signals) signal.removeEventListener('abort', stop)
    }
    const timer = startTimer(
      () => {
        settle()
        resolve()
      },
      Math.min(milliseconds, LONGEST_TIMER),
    )
    const stop = (): void => {
      settle()
      reject(signals.find((signal) => signal.aborted)?.reason as Error)
    }
    for (const signal of signals) signal.addEventListener('abort', stop, { once: true })
  })
}

/** Calls back once after a time, without keeping the process alive; the result takes that back. */
export function after(milliseconds: number, callback: () => void): () => void {
  const timer = startTimer(callback, milliseconds)
  timer.unref()
  return () => stopTimer(timer)
}
