import { type Context, createContext, Script } from 'node:vm'
import { WiretapeError } from '../errors/wiretape-error.ts'

/** Text that is longer is left as it is. */
const LONGEST_TEXT = 100_000
/** What replacing may make of a text, in characters. */
const LONGEST_RESULT = 1_000_000
/** In milliseconds, for all searches of one request: what takes longer is one of those that never end. */
const LONGEST_SEARCH = 1000
/** In milliseconds; shorter searches are not counted, or very many of them would add up on a slow machine. */
const SHORT_SEARCH = 1
/** Steps of a search that take no time to speak of, by the worst that a pattern can do. */
const FEW_STEPS = 10_000_000

/** What is left for the searches of one request, in milliseconds. */
export interface SearchTime {
  left: number
}

export function createSearchTime(): SearchTime {
  return { left: LONGEST_SEARCH }
}

/** A pattern of a corpus's options, compiled. */
export interface BoundedPattern {
  /** @throws WT_PATTERN_TOO_SLOW */
  replace(text: string, time: SearchTime): string
}

export interface PatternOptions {
  readonly source: string
  readonly flags: string
  /** As `String.replace` takes it. */
  readonly with: string
  /** Whose options these are, for messages. */
  readonly where: string
}

/**
 * Replaces by a pattern that anybody may have written: what can't be seen to be quick runs with a bound on its time, which
 * only `node:vm` puts on a regular expression.
 */
export function createBoundedPattern(options: PatternOptions): BoundedPattern {
  const pattern = new RegExp(options.source, `${options.flags}g`)
  const quickLength = FEW_STEPS ** (1 / (loopsIn(options.source) + 1))
  return {
    replace: (text, time) => {
      if (text.length > LONGEST_TEXT) return text
      const search = { text, pattern, replacement: options.with }
      let result: string
      try {
        result =
          text.length <= quickLength
            ? text.replace(pattern, options.with)
            : replaceInTime(search, time)
      } catch (cause) {
        throw tooSlow(options, text.length, cause)
      }
      if (result.length > LONGEST_RESULT) throw tooSlow(options, text.length)
      return result
    },
  }
}

/** Each may go over the whole text once for every way of the others. */
function loopsIn(source: string): number {
  return source.match(/[*+]|\{\d*,/g)?.length ?? 0
}

interface Search {
  readonly text: string
  readonly pattern: RegExp
  readonly replacement: string
}

let script: Script | undefined
let context: Context | undefined

function replaceInTime(search: Search, time: SearchTime): string {
  script ??= new Script('text.replace(pattern, replacement)')
  context ??= createContext(Object.create(null) as Context)
  Object.assign(context, search)
  const start = performance.now()
  try {
    return script.runInContext(context, { timeout: Math.max(1, Math.ceil(time.left)) }) as string
  } finally {
    const taken = performance.now() - start
    if (taken > SHORT_SEARCH) time.left -= taken
    // Neither a text nor its groups shall stay in memory.
    Object.assign(context, { text: '', pattern: undefined })
  }
}

function tooSlow(
  { source, where }: PatternOptions,
  length: number,
  cause?: unknown,
): WiretapeError {
  return new WiretapeError('WT_PATTERN_TOO_SLOW', {
    message: `${where}: /${source}/ takes more than ${LONGEST_SEARCH / 1000} s, or makes too much, of a text of ${length} characters`,
    hint: 'write the pattern so that each text can match in one way only, e.g. [^<]* in place of .*.*',
    details: { where, pattern: source, length },
    ...(cause === undefined ? {} : { cause }),
  })
}
