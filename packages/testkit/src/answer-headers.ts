/**
 * Headers of an answer; a list gives one line each, `undefined` takes a default header away.
 *
 * @public
 */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** Lays headers over defaults, whatever the case of their names. */
export function mergeHeaders(defaults: AnswerHeaders, given: AnswerHeaders = {}): AnswerHeaders {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()))
  const kept = Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()))
  return { ...Object.fromEntries(kept), ...given }
}
