/** The caller's signal; the SDK's own, older kind says by `onabort` that it was aborted. */
export function abortSignalOf(given: unknown): AbortSignal {
  if (given instanceof AbortSignal) return given
  const controller = new AbortController()
  const signal = Object(given) as { readonly aborted?: boolean }
  if (signal.aborted === true) controller.abort()
  Object.assign(signal, { onabort: () => controller.abort() })
  return controller.signal
}

/** An abort in the words of the SDK's handlers (`@smithy/node-http-handler` `build-abort-error`). */
export function abortError({ reason }: AbortSignal): Error {
  const error = new Error('Request aborted', { cause: reason })
  return Object.defineProperty(error, 'name', { value: 'AbortError', configurable: true })
}
