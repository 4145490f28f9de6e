const replayed = new WeakSet<object>()

/** Notes that an answer, or the error in its place, comes from a recording. */
export function noteReplayed(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) replayed.add(answer)
}

/** Whether an error of the SDK's says what a recording answered. */
export function isReplayed(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { $response } = error as { readonly $response?: object | undefined }
  return replayed.has(error) || ($response !== undefined && replayed.has($response))
}
