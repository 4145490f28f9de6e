/**
 * What a command reads from and writes to.
 *
 * @public
 */
export interface CliIo {
  /** Writes to standard output; resolves when more may be written. */
  readonly write: (text: string) => Promise<void>
  readonly writeError: (text: string) => void
  readonly readInput: () => Promise<Uint8Array>
  /** Whether standard output is a terminal, which acts on control characters. */
  readonly isTerminal: boolean
  /** Whether prose may be coloured. */
  readonly isColoured: boolean
}

/** Thrown by {@link CliIo.write} when nobody reads any more, as in `wiretape play … | head`. */
export class OutputClosed extends Error {
  override readonly name: string = 'OutputClosed'
}
