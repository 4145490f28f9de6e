import { canonicalJson } from './canonical-json.ts'
import { fromValue } from '../json/value.ts'
import { explosivePart } from './safe-pattern.ts'
import { showValue } from './show-value.ts'

/**
 * What makes two requests equal besides what their API says, for a corpus. Paths are those of `json/paths.ts`, from the
 * members of the canonical form: `body`, `headers`, `host`, `model`, `path_ids`, `provider`, `query`.
 *
 * @public
 */
export interface MatchOptions {
  /**
   * What is taken out of the key, e.g. `body.messages[].name`.
   *
   * @defaultValue nothing
   */
  readonly ignore?: readonly string[] | undefined
  /**
   * Text that is replaced in the key, such as the date in a system prompt; the rest of it still counts.
   *
   * @defaultValue nothing
   */
  readonly replace?: readonly MatchReplacement[] | undefined
  /**
   * What else counts: `host`, the address's own.
   *
   * @defaultValue nothing
   */
  readonly include?: readonly 'host'[] | undefined
  /**
   * Providers by host, for hosts that wiretape does not know, such as a gateway's.
   *
   * @defaultValue none
   */
  readonly hosts?: Readonly<Record<string, string>> | undefined
  /**
   * The name of a function that `wiretape.config.mjs` exports in `transforms`; it is given the canonical form last and
   * returns what counts.
   *
   * @defaultValue none
   */
  readonly transform?: string | undefined
}

/** @public */
export interface MatchReplacement {
  /** Of a string, or of an array whose strings are meant. */
  readonly path: string
  /** A regular expression, or its source; each of its matches is replaced. Text over 100 000 characters stays as it is. */
  readonly pattern: RegExp | string
  /** Flags for a `pattern` given as its source: `i`, `m`, `s`, `u`. */
  readonly flags?: string | undefined
  /** As `String.replace` takes it: `$1` and `$<name>` are groups of the pattern. */
  readonly with: string
}

/** The same, checked, as a manifest has it: equal options have one spelling. */
export interface KeyMatch {
  readonly ignore?: readonly string[]
  readonly replace?: readonly KeyReplacement[]
  readonly include?: readonly 'host'[]
  readonly hosts?: Readonly<Record<string, string>>
  readonly transform?: string
}

interface KeyReplacement {
  readonly path: string
  readonly pattern: string
  readonly flags?: string
  readonly with: string
}

/** What is wrong with an option: its name below `match`, what it takes, and what to do. */
export type RefuseMatch = (fault: {
  readonly name: string
  readonly message: string
  readonly hint?: string
}) => Error

/** Entries of a list, and characters of a text, since options may come with a corpus. */
const MOST_ENTRIES = 1000
const LONGEST_ENTRY = 1000
/** What a replacement repeats of the text, each as often as the pattern matches. */
const MOST_GROUPS = 10

const NAMES = ['ignore', 'replace', 'include', 'hosts', 'transform']
const ROOTS = ['body', 'headers', 'host', 'model', 'path_ids', 'provider', 'query']

/** Checks options, from a program or from a file. */
export function checkMatch(match: unknown, refuse: RefuseMatch): KeyMatch {
  if (!isRecord(match))
    throw refuse({ name: '', message: `takes an object, got ${showValue(match)}` })
  for (const name of Object.keys(match))
    if (!NAMES.includes(name))
      throw refuse({ name, message: 'is not an option', hint: `use ${NAMES.join(', ')}` })
  const { ignore, replace, include, hosts, transform } = match
  const paths = listOf('ignore', ignore, refuse).map((path, index) =>
    checkIgnored(`ignore[${index}]`, path, refuse),
  )
  const replacements = listOf('replace', replace, refuse).map((replacement, index) =>
    checkReplacement(`replace[${index}]`, replacement, refuse),
  )
  const included = listOf('include', include, refuse).map((part) => {
    if (part === 'host') return part
    throw refuse({ name: 'include', message: `takes 'host', got ${showValue(part)}` })
  })
  const providers = checkHosts(hosts, refuse)
  if (transform !== undefined && (typeof transform !== 'string' || transform === ''))
    throw refuse({
      name: 'transform',
      message: `takes the name of a transform, got ${showValue(transform)}`,
      hint: 'export the function in wiretape.config.mjs: export const transforms = { name: (canonical) => canonical }',
    })
  return {
    ...(paths.length === 0 ? {} : { ignore: [...new Set(paths)].toSorted() }),
    ...(replacements.length === 0 ? {} : { replace: replacements }),
    ...(included.length === 0 ? {} : { include: ['host'] }),
    ...(providers === undefined ? {} : { hosts: providers }),
    ...(transform === undefined ? {} : { transform }),
  }
}

/** One text for equal options. */
export function nameOfMatch(match: KeyMatch): string {
  return canonicalJson(fromValue(match))
}

function checkIgnored(name: string, path: unknown, refuse: RefuseMatch): string {
  const checked = checkPath(name, path, refuse)
  if (!checked.endsWith('[]')) return checked
  throw refuse({
    name,
    message: `can't take items out of an array, got '${checked}'`,
    hint: `name the whole array: '${checked.replace(/(\[\])+$/, '')}'`,
  })
}

function checkPath(name: string, path: unknown, refuse: RefuseMatch): string {
  if (typeof path !== 'string')
    throw refuse({ name, message: `takes a path, got ${showValue(path)}` })
  if (path.length > LONGEST_ENTRY)
    throw refuse({ name, message: `takes at most ${LONGEST_ENTRY} characters` })
  const root = /^[^.[]*/.exec(path)?.[0] ?? ''
  if (!ROOTS.includes(root))
    throw refuse({
      name,
      message: `takes a path that begins with ${ROOTS.slice(0, -1).join(', ')} or ${String(ROOTS.at(-1))}, got '${path}'`,
      hint: `for a field of the body write 'body.${path.replace(/^\$?\.?/, '')}'`,
    })
  for (const part of path.split('.'))
    if (!/^[^[\]]+(\[\])*$/.test(part))
      throw refuse({
        name,
        message: `takes names with dots between them and [] for every item of an array, got '${path}'`,
        hint: `write it like 'body.messages[].name'`,
      })
  return path
}

function checkReplacement(name: string, value: unknown, refuse: RefuseMatch): KeyReplacement {
  if (!isRecord(value))
    throw refuse({ name, message: `takes { path, pattern, with }, got ${showValue(value)}` })
  const known = ['path', 'pattern', 'flags', 'with']
  for (const key of Object.keys(value))
    if (!known.includes(key))
      throw refuse({
        name: `${name}.${key}`,
        message: 'is not an option',
        hint: `use ${known.join(', ')}`,
      })
  const path = checkPath(`${name}.path`, value['path'], refuse)
  const { pattern, with: replacement } = value
  if (typeof replacement !== 'string')
    throw refuse({ name: `${name}.with`, message: `takes a string, got ${showValue(replacement)}` })
  checkReplacementText(`${name}.with`, replacement, refuse)
  if (typeof pattern !== 'string' && !(pattern instanceof RegExp))
    throw refuse({
      name: `${name}.pattern`,
      message: `takes a regular expression or its source, got ${showValue(pattern)}`,
    })
  const source = typeof pattern === 'string' ? pattern : pattern.source
  const given = typeof pattern === 'string' ? (value['flags'] ?? '') : pattern.flags
  const flags = checkFlags(
    `${name}.${typeof pattern === 'string' ? 'flags' : 'pattern'}`,
    given,
    refuse,
  )
  checkPattern(`${name}.pattern`, { source, flags }, refuse)
  return { path, pattern: source, ...(flags === '' ? {} : { flags }), with: replacement }
}

function checkReplacementText(name: string, text: string, refuse: RefuseMatch): void {
  if (text.length > LONGEST_ENTRY)
    throw refuse({ name, message: `takes at most ${LONGEST_ENTRY} characters` })
  if ((text.match(/\$[^$]/g)?.length ?? 0) > MOST_GROUPS)
    throw refuse({ name, message: `repeats more than ${MOST_GROUPS} groups` })
}

/** Every match is replaced, so `g` says nothing; `d` changes nothing; `y` would tie a match to a place. */
function checkFlags(name: string, flags: unknown, refuse: RefuseMatch): string {
  const kept = typeof flags === 'string' ? flags.replace(/[gd]/g, '') : undefined
  if (kept !== undefined && /^[imsu]*$/.test(kept)) return [...new Set(kept)].toSorted().join('')
  throw refuse({ name, message: `takes the flags i, m, s and u, got ${showValue(flags)}` })
}

function checkPattern(
  name: string,
  { source, flags }: { readonly source: string; readonly flags: string },
  refuse: RefuseMatch,
): void {
  if (source.length > LONGEST_ENTRY)
    throw refuse({ name, message: `takes at most ${LONGEST_ENTRY} characters` })
  const fault = faultOf(source, flags)
  if (fault !== undefined) throw refuse({ name, message: `is no regular expression: ${fault}` })
  const part = explosivePart(source)
  if (part !== undefined)
    throw refuse({
      name,
      message: `could take for ever on some texts: in ${part} a group is repeated that can match in many ways itself`,
      hint: 'repeat one class of characters instead of a group, e.g. [\\d-]+',
    })
}

function faultOf(source: string, flags: string): string | undefined {
  try {
    // Some are found to be too large only when they are used.
    RegExp(source, flags).test('')
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function checkHosts(hosts: unknown, refuse: RefuseMatch): Record<string, string> | undefined {
  if (hosts === undefined) return undefined
  if (!isRecord(hosts))
    throw refuse({
      name: 'hosts',
      message: `takes an object of hosts and their providers, got ${showValue(hosts)}`,
    })
  const entries = Object.entries(hosts).map(([host, provider]) => {
    if (!/^[^\s/@]+$/.test(host))
      throw refuse({
        name: 'hosts',
        message: `takes hosts without scheme or path, got '${host}'`,
        hint: "write it like hosts: { 'llm.internal': 'openai' }",
      })
    if (typeof provider !== 'string' || provider === '')
      throw refuse({
        name: `hosts['${host}']`,
        message: `takes the name of a provider, got ${showValue(provider)}`,
      })
    return [host.toLowerCase(), provider] as const
  })
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

function listOf(name: string, value: unknown, refuse: RefuseMatch): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.length <= MOST_ENTRIES) return value
  if (Array.isArray(value))
    throw refuse({ name, message: `takes at most ${MOST_ENTRIES} entries, got ${value.length}` })
  throw refuse({ name, message: `takes a list, got ${showValue(value)}` })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
