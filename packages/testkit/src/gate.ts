import { createDeferred } from './deferred.ts'

/**
 * A stream part at which the provider waits until the test opens it.
 *
 * @public
 */
export interface Gate {
  readonly kind: 'gate'
  readonly isOpen: boolean
  /** Resolves when an answer has come to this gate: everything before it is on the wire. */
  readonly reached: Promise<void>
  /** Resolves when the gate opens; of use in an answer function, to hold an answer back whole. */
  readonly opened: Promise<void>
  /** Lets every answer pass, now and later. Opening twice does nothing. */
  open(): void
  /** What the provider calls on coming to the gate: settles `reached`, and waits for `opened`. */
  pass(): Promise<void>
}

/**
 * Creates a gate: the way to prove that a first chunk arrives before the provider sends its second.
 * An answer whose gate is never opened ends when its client leaves or the provider closes.
 *
 * @public
 * @example
 * const gate = createGate()
 * provider.script(stream(['data: 1\n\n', gate, 'data: 2\n\n']))
 * // read the first event, then:
 * gate.open()
 */
export function createGate(): Gate {
  const reached = createDeferred<void>()
  const opened = createDeferred<void>()
  let isOpen = false
  return {
    kind: 'gate',
    get isOpen(): boolean {
      return isOpen
    },
    reached: reached.promise,
    opened: opened.promise,
    open(): void {
      isOpen = true
      opened.resolve()
    },
    pass(): Promise<void> {
      reached.resolve()
      return opened.promise
    },
  }
}
