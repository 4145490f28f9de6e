import { WiretapeError } from '../errors/wiretape-error.ts'
import type { PathPattern } from '../json/paths.ts'
import { showValue as show } from '../request/show-value.ts'

/** A rule of the user's own, beside those that there are. It names one of `path`, `pattern` and `test`. */
export interface RedactionRule {
  /** Stands in the placeholder, and in what `allow` waives. */
  readonly name: string
  /** Where in a JSON body, e.g. `messages[].content`; the whole text there is replaced. */
  readonly path?: PathPattern | undefined
  /** What in any text is replaced. It runs over all that is recorded: keep it linear. */
  readonly pattern?: RegExp | undefined
  /** Whether a text is replaced as a whole. */
  readonly test?: ((text: string, pointer: string) => boolean) | undefined
  /**
   * What stands in its place.
   *
   * @defaultValue `<name>`
   */
  readonly with?: string | undefined
}

/** A finding that is no secret. */
export interface RedactionWaiver {
  /** As the error or the placeholder names it, without its brackets: `OPENAI_API_KEY`, `password`, `jwt`. */
  readonly rule: string
  /** Where in the recording, and below: `/request/body/messages/0`. */
  readonly pointer: string
}

/** @public */
export interface RedactOptions {
  /** @defaultValue false */
  readonly emails?: boolean | undefined
  /** @defaultValue false */
  readonly phones?: boolean | undefined
  readonly rules?: readonly RedactionRule[] | undefined
  readonly allow?: readonly RedactionWaiver[] | undefined
}

const NAMES: ReadonlySet<string> = new Set<keyof RedactOptions>([
  'emails',
  'phones',
  'rules',
  'allow',
])

/** @throws WT_OPTION_INVALID */
export function checkRedact(option: boolean | RedactOptions): boolean | RedactOptions {
  if (typeof option === 'boolean') return option
  if (typeof option !== 'object' || option === null || Array.isArray(option))
    throw invalid('redact', `takes true, false or an object, got ${show(option)}`)
  for (const name of Object.keys(option))
    if (!NAMES.has(name))
      throw invalid(`redact.${name}`, 'is not an option', `use ${[...NAMES].join(', ')}`)
  for (const name of ['emails', 'phones'] as const) {
    const value: unknown = option[name]
    if (value !== undefined && typeof value !== 'boolean')
      throw invalid(`redact.${name}`, `takes true or false, got ${show(value)}`)
  }
  for (const [index, rule] of listOf('rules', option.rules).entries())
    checkRule(rule, `redact.rules[${index}]`)
  for (const [index, waiver] of listOf('allow', option.allow).entries())
    checkWaiver(waiver, `redact.allow[${index}]`)
  return option
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalid(`redact.${name}`, `takes a list, got ${show(value)}`)
  return value
}

function checkRule(rule: unknown, option: string): void {
  const { name, path, pattern, test, with: text } = (rule ?? {}) as Record<string, unknown>
  if (typeof name !== 'string' || name === '')
    throw invalid(`${option}.name`, `takes a text, got ${show(name)}`)
  const isGiven = [
    typeof path === 'string' && path !== '',
    pattern instanceof RegExp,
    typeof test === 'function',
  ]
  const named = [path, pattern, test].filter((value) => value !== undefined)
  if (named.length !== 1 || !isGiven.includes(true))
    throw invalid(
      option,
      'takes one of path (a text), pattern (a regular expression) and test (a function)',
    )
  if (text !== undefined && typeof text !== 'string')
    throw invalid(`${option}.with`, `takes a text, got ${show(text)}`)
}

function checkWaiver(waiver: unknown, option: string): void {
  const { rule, pointer } = (waiver ?? {}) as Record<string, unknown>
  if (typeof rule !== 'string' || rule === '')
    throw invalid(`${option}.rule`, `takes the name of a rule, got ${show(rule)}`)
  if (typeof pointer !== 'string' || !/^(?:\/|$)/.test(pointer))
    throw invalid(
      `${option}.pointer`,
      `takes a JSON pointer such as '/request/body', got ${show(pointer)}`,
    )
}

function invalid(option: string, message: string, hint = `correct ${option}`): WiretapeError {
  return new WiretapeError('WT_OPTION_INVALID', {
    message: `${option} ${message}`,
    hint,
    details: { option },
  })
}
