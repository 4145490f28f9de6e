const replayed = new WeakSet<object>()

/** Notes that an answer, or the error in its place, comes from a recording. */
export function noteReplayed(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) replayed.add(answer)
}

/** Whether an error of the SDK's says what a recording answered. */
export function isReplayed(error: unknown): boolean {
  const { $response = error } = Object(error) as { readonly $response?: unknown }
  // Nothing but an object was ever added, and what is none may be asked for.
  return [error, $response].some((answer) => replayed.has(answer as object))
}
