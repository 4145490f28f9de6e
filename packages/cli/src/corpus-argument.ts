import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * The corpus that a command is about. What is typed is meant from the working folder; what the tape takes by default, from
 * the nearest package.json.
 */
export function corpusArgument(corpus: string | undefined): string {
  if (corpus !== undefined) return existsSync(corpus) ? resolve(corpus) : corpus
  const named = process.env['WIRETAPE_RECORDINGS']
  return named === undefined || named === '' ? './recordings' : named
}
