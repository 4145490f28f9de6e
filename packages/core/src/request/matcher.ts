import { array, member, object, string, withMember } from '../json/access.ts'
import { jsonOf } from '../json/json-value.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { compilePaths, type PathTable, REMOVED, rewritePaths } from '../json/paths.ts'
import { mergeValue, toValue } from '../json/value.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { type KeyMatch, nameOfMatch } from './match-options.ts'

/** Text that is longer is left as it is: a search may take the square of its length. */
const LONGEST_TEXT = 100_000

/** A function of `wiretape.config.mjs`: takes the canonical form as plain JSON, and returns what counts of it. */
export type MatchTransform = (canonical: never) => unknown

/** Options of a key, compiled. */
export interface Matcher {
  readonly match: KeyMatch
  /** One text for equal options. */
  readonly name: string
  readonly includesHost: boolean
  /** Who answers at this address by `hosts`; undefined where it names none. */
  providerOf(url: URL): string | undefined
  /** The body without what is ignored; undefined where that is all of it. */
  bodyOf(body: JsonNode): JsonNode | undefined
  /** The canonical form by these options. */
  apply(canonical: JsonObject): JsonNode
}

/** @param transform the function that `match` names */
export function createMatcher(match: KeyMatch, transform?: MatchTransform): Matcher {
  const { hosts = {}, include = [], ignore = [], replace = [] } = match
  const ignored = compilePaths(ignore.map((path) => ({ path })))
  const replaced = replace.map(({ path, pattern, flags = '', with: text }) => ({
    table: compilePaths([{ path }]),
    pattern: new RegExp(pattern, `${flags}g`),
    text,
  }))
  const touchesQuery = [...ignore, ...replace.map(({ path }) => path)].some((path) =>
    path.startsWith('query.'),
  )
  return {
    match,
    name: nameOfMatch(match),
    includesHost: include.includes('host'),
    providerOf: ({ host, hostname }) =>
      own(hosts, host.toLowerCase()) ?? own(hosts, hostname.toLowerCase()),
    bodyOf: (body) =>
      ignore.length === 0 ? body : member(take(object([['body', body]]), ignored), 'body'),
    apply: (canonical) => {
      let form = touchesQuery ? withQueryAsObject(canonical) : canonical
      if (ignore.length > 0) form = take(form, ignored)
      for (const { table, pattern, text } of replaced)
        form = rewritePaths(form, table, (node) =>
          mapTexts(node, (value) => value.replace(pattern, text)),
        ) as JsonObject
      if (touchesQuery) form = withQueryAsList(form)
      return transform === undefined ? form : transformed(form, String(match.transform), transform)
    },
  }
}

/** What a corpus without options has. */
export const NO_OPTIONS: Matcher = createMatcher({})

function own(hosts: Readonly<Record<string, string>>, host: string): string | undefined {
  return Object.hasOwn(hosts, host) ? hosts[host] : undefined
}

function take(form: JsonObject, table: PathTable<{ path: string }>): JsonObject {
  return rewritePaths(form, table, () => REMOVED) as JsonObject
}

/** A string, or the strings of an array: many APIs take one or a list. */
function mapTexts(node: JsonNode, replace: (text: string) => string): JsonNode {
  if (node.kind === 'array') return array(node.items.map((item) => mapText(item, replace)))
  return mapText(node, replace)
}

function mapText(node: JsonNode, replace: (text: string) => string): JsonNode {
  if (node.kind !== 'string' || node.value.length > LONGEST_TEXT) return node
  return string(replace(node.value))
}

/** The query by its names, so that paths can name a parameter; a repeated one is a list. */
function withQueryAsObject(form: JsonObject): JsonObject {
  const query = member(form, 'query')
  if (query?.kind !== 'array') return form
  const values = new Map<string, JsonNode[]>()
  for (const pair of query.items) {
    const [name = '', ...rest] = (pair.kind === 'string' ? pair.value : '').split('=')
    const key = decodeURIComponent(name)
    values.set(key, [...(values.get(key) ?? []), string(decodeURIComponent(rest.join('=')))])
  }
  const members = [...values].map(
    ([name, list]) => [name, list.length === 1 ? (list[0] as JsonNode) : array(list)] as const,
  )
  return withMember(form, 'query', object(members))
}

function withQueryAsList(form: JsonObject): JsonObject {
  const query = member(form, 'query')
  if (query?.kind !== 'object') return form
  const pairs = query.members.flatMap(({ key, value }) =>
    (value.kind === 'array' ? value.items : [value]).map(
      (item) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(item.kind === 'string' ? item.value : '')}`,
    ),
  )
  return withMember(form, 'query', array(pairs.toSorted().map(string)))
}

function transformed(form: JsonObject, name: string, transform: MatchTransform): JsonNode {
  let result: unknown
  try {
    result = transform(toValue(form) as never)
  } catch (cause) {
    throw new WiretapeError('WT_TRANSFORM_FAILED', {
      message: `the transform '${name}' of wiretape.config.mjs threw: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'make it take every request: it is given the canonical form of each, whatever its API',
      details: { transform: name },
      cause,
    })
  }
  jsonOf(result, `the result of the transform '${name}'`)
  // What it left alone keeps its spelling, integers over 2^53 too.
  return mergeValue(form, result)
}
