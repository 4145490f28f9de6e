import type { Mode } from './options.ts'

/** What to type so that a test, or all of them where none is named, runs in this mode. */
export function recordCommand(mode: Mode, testId: string | null): string {
  const filter = testId === null ? '' : ` -- -t ${JSON.stringify(testId)}`
  return `WIRETAPE_MODE=${mode} npm test${filter}`
}
