import type { Gate } from './gate.ts'

/** Waits before the next part. */
export interface Pause {
  readonly kind: 'pause'
  readonly milliseconds: number
}

/** Ends the connection where it stands. */
export interface HangUp {
  readonly kind: 'hang-up'
  readonly isReset: boolean
}

/** Holds the connection open, and says nothing more. */
export interface Stall {
  readonly kind: 'stall'
}

/**
 * One step of an answer's body: bytes or text (one write, and where the reader keeps up, one read),
 * or something that happens between writes.
 *
 * @public
 */
export type StreamPart = Uint8Array | string | Pause | Gate | HangUp | Stall

/** @public */
export interface HangUpOptions {
  /**
   * Resets the connection (the client sees `ECONNRESET`) instead of closing it.
   *
   * @defaultValue false
   */
  readonly reset?: boolean | undefined
}

/**
 * A part that waits; real time, also under a test's fake timers. Prefer a gate wherever an order is
 * to be proved.
 *
 * @public
 */
export function pause(milliseconds: number): Pause {
  return { kind: 'pause', milliseconds }
}

/**
 * A part that ends the connection without ending the body. In place of an answer it ends the
 * connection before any header.
 *
 * @public
 */
export function hangUp(options: HangUpOptions = {}): HangUp {
  return { kind: 'hang-up', isReset: options.reset ?? false }
}

/**
 * A part after which nothing comes until the client leaves or the provider closes. In place of an
 * answer, not even a header comes.
 *
 * @public
 */
export function stall(): Stall {
  return { kind: 'stall' }
}
