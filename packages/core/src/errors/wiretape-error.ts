import type { ErrorCode } from './codes.ts'

const MARKER = Symbol.for('wiretape.error')

export interface WiretapeErrorOptions {
  /** What happened, to which request, in which recording; never a secret. */
  readonly message: string
  /** The next thing to type. */
  readonly hint: string
  /** The same as data. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly cause?: unknown
}

/**
 * The one class of error that wiretape throws. Match on `code`, which never changes; the message holds the code and the
 * hint too, since SDKs wrap errors and show only their text.
 *
 * @public
 */
export class WiretapeError extends Error {
  override readonly name: string = 'WiretapeError'
  readonly code: ErrorCode
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, options: WiretapeErrorOptions) {
    super(
      `${code}: ${options.message}\n→ ${options.hint}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
    Object.defineProperty(this, MARKER, { value: true })
  }

  /** True for errors of any copy of wiretape in the process: `instanceof` fails between an ESM and a CommonJS copy. */
  static is(error: unknown): error is WiretapeError {
    return typeof error === 'object' && error !== null && MARKER in error
  }
}
