import { array, member, object, string, withMember } from '../json/access.ts'
import { jsonOf } from '../json/json-value.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { compilePaths, rewritePaths } from '../json/paths.ts'
import { mergeValue, toValue } from '../json/value.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { createBoundedPattern, createSearchTime } from './bounded-replace.ts'
import { type KeyMatch, nameOfMatch } from './match-options.ts'
import { compileTakenOut, takeOut } from './take-out.ts'

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

export interface MatcherOptions {
  /** The function that `match` names. */
  readonly transform?: MatchTransform | undefined
  /**
   * Whose options these are, for messages.
   *
   * @defaultValue 'match'
   */
  readonly where?: string | undefined
}

export function createMatcher(
  match: KeyMatch,
  { transform, where = 'match' }: MatcherOptions = {},
): Matcher {
  const { hosts = {}, include = [], ignore = [], replace = [] } = match
  const ignored = compileTakenOut(ignore, 'body.')
  const replaced = replace.map(({ path, pattern, flags = '', with: text }, index) => ({
    table: compilePaths([{ path }]),
    pattern: createBoundedPattern({
      source: pattern,
      flags,
      with: text,
      where: `${where}, at replace[${index}]`,
    }),
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
      ignore.length === 0 ? body : member(takeOut(object([['body', body]]), ignored), 'body'),
    apply: (canonical) => {
      let form = touchesQuery ? withQueryAsObject(canonical) : canonical
      if (ignore.length > 0) form = takeOut(form, ignored) as JsonObject
      const time = createSearchTime()
      for (const { table, pattern } of replaced)
        form = rewritePaths(form, table, (node) =>
          mapTexts(node, (text) => pattern.replace(text, time)),
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

/** A string, or the strings of an array: many APIs take one or a list. */
function mapTexts(node: JsonNode, replace: (text: string) => string): JsonNode {
  if (node.kind === 'array') return array(node.items.map((item) => mapText(item, replace)))
  return mapText(node, replace)
}

function mapText(node: JsonNode, replace: (text: string) => string): JsonNode {
  return node.kind === 'string' ? string(replace(node.value)) : node
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
      (item) => `${encodeText(key)}=${encodeText(item.kind === 'string' ? item.value : '')}`,
    ),
  )
  return withMember(form, 'query', array(pairs.toSorted().map(string)))
}

/** A pattern may cut a character in two, and half of one has no encoding. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))
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
