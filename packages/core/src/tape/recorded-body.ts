import { isError } from '../errors/is-error.ts'
import type { TransportError } from '../recording/answer.ts'
import { after } from './clock.ts'
import type { RecordingSession } from './recording-session.ts'

/** How the source of an answer came to its end. */
type SourceEnd = 'closed' | 'aborted' | 'error'

export interface RecordedBodyOptions {
  readonly source: AsyncIterable<Uint8Array>
  readonly session: RecordingSession
  readonly drain: { readonly milliseconds: number; readonly bytes: number }
  /** Stops the real request. */
  stop(): void
  /** Keeps the answer; settles when its file is in place. Called once; never rejects. */
  keep(how: SourceEnd, error?: TransportError): Promise<void>
}

/** The body of an answer that is being recorded; any number of callers may read it, each from its start. */
export interface RecordedBody {
  /** Passes each read on as it comes. The end is delivered after the answer's file is in place. */
  readonly read: () => AsyncIterable<Uint8Array>
  /** True once the answer's file is in place, or is not to be. */
  readonly isOver: boolean
  /** True while someone waits for the source, or for the answer's file. */
  readonly isAwaited: boolean
  /** How many bytes came from the source. */
  readonly received: number
  /** Reads what is left without a caller, within the drain limits, and keeps the answer. */
  finish(): Promise<void>
}

/**
 * Reads a source once for all who want it: nothing is asked of it before a caller wants more than there is, and what came is
 * kept for those who come later. When the last caller stops before the end, the rest is read without them.
 */
export function createRecordedBody(options: RecordedBodyOptions): RecordedBody {
  const { session, drain } = options
  const source = options.source[Symbol.asyncIterator]()
  const given: Uint8Array[] = []
  let advancing: Promise<void> | undefined
  let ending: Promise<void> | undefined
  let finishing: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined
  let over = false
  let readers = 0
  let received = 0

  function push(bytes: Uint8Array): void {
    if (bytes.length > 0) given.push(bytes)
  }

  /** Comes to the end, once: whoever is first says how. */
  function end(how: SourceEnd, error?: unknown): Promise<void> {
    ending ??= (async () => {
      let [last, reason] = [how, error]
      try {
        push(session.end())
      } catch (unreadable) {
        // What is left can't be read: the answer is over all the same, and whoever waits for it must learn that.
        ;[last, reason] = ['error', unreadable]
      }
      if (reason !== undefined) failure = { error: reason }
      await options.keep(last, last === 'error' ? describeError(reason) : undefined)
      over = true
    })()
    return ending
  }

  /** One more read of the source, for all who wait for it. */
  function advance(): Promise<void> {
    advancing ??= (async () => {
      try {
        const { done, value } = await source.next()
        if (ending !== undefined) return
        if (done === true) await end('closed')
        else {
          received += value.length
          push(session.accept(value))
        }
      } catch (error) {
        await end('error', error)
      } finally {
        advancing = undefined
      }
    })()
    return advancing
  }

  async function drainRest(): Promise<void> {
    const most = received + drain.bytes
    let cancel: () => void = ignore
    const spent = new Promise<'spent'>((resolve) => {
      cancel = after(drain.milliseconds, () => resolve('spent'))
    })
    try {
      while (ending === undefined) {
        const isFull = received > most || drain.milliseconds === 0
        if (isFull || (await Promise.race([advance(), spent])) === 'spent') {
          const aborted = end('aborted', new Error('the answer was not read to its end'))
          options.stop()
          await aborted
        }
      }
      await ending
    } finally {
      cancel()
    }
  }

  function finish(): Promise<void> {
    finishing ??= drainRest()
    return finishing
  }

  function read(): AsyncIterable<Uint8Array> {
    let position = 0
    let stopped = false
    readers += 1
    const reads: AsyncIterableIterator<Uint8Array> = {
      next: async () => {
        for (;;) {
          if (stopped) return { done: true, value: undefined }
          const bytes = given[position]
          if (bytes !== undefined) {
            position += 1
            return { done: false, value: bytes }
          }
          if (over) {
            stop()
            if (failure !== undefined) throw failure.error
            return { done: true, value: undefined }
          }
          await (ending ?? advance())
        }
      },
      return: async () => {
        stop()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => reads,
    }
    function stop(): void {
      if (stopped) return
      stopped = true
      readers -= 1
      // Not awaited: whoever stops reading shall not be held up; closing the tape waits for it.
      if (readers === 0 && !over) void finish()
    }
    return reads
  }

  return {
    read,
    finish,
    get isOver() {
      return over
    },
    get isAwaited() {
      return advancing !== undefined || ending !== undefined
    },
    get received() {
      return received
    },
  }
}

function ignore(): void {
  return undefined
}

/** An error of the transport by what a replay can give back: its class's name, its code and its message. */
export function describeError(error: unknown): TransportError {
  if (!isError(error)) return { name: 'Error', code: null, message: String(error) }
  const cause = isError(error.cause) ? error.cause : undefined
  const code = codeOf(error) ?? (cause === undefined ? undefined : codeOf(cause))
  return { name: error.name, code: code ?? null, message: error.message }
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
