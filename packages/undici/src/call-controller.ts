import { errors } from 'undici'
import type { Controller, RawHeaders } from './handler.ts'

/**
 * Steers one request, as undici's own controllers do. One that fails is not an aborted one: it may be tried again (undici
 * `retry-handler.js`).
 */
export class CallController implements Controller {
  readonly #onFailure: (reason: Error) => void
  onResume: (() => void) | undefined
  isOver = false
  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: RawHeaders = []

  constructor(onFailure: (reason: Error) => void) {
    this.#onFailure = onFailure
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.onResume?.()
  }

  abort(reason: Error = new errors.RequestAbortedError()): void {
    if (this.isOver) return
    this.aborted = true
    this.reason = reason
    this.fail(reason)
  }

  fail(error: Error): void {
    if (this.isOver) return
    this.isOver = true
    this.#onFailure(error)
    this.resume()
  }
}
