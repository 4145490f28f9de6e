import type { Call, Endpoint, RequestIdField } from '../dialect/dialect.ts'
import { array, member, NULL, object, string, withoutMember } from '../json/access.ts'
import { equalNodes } from '../json/equal-nodes.ts'
import type { JsonNode } from '../json/node.ts'
import { compilePaths, rewritePaths } from '../json/paths.ts'
import { isNormalizedId, replaceIds } from '../identity/normalized-id.ts'
import { mapStrings } from '../json/map-strings.ts'
import { sha256 } from './canonical-json.ts'
import type { HeaderList } from './headers.ts'
import { type Matcher, NO_OPTIONS } from './matcher.ts'
import { canonicalMultipart } from './multipart.ts'
import { withConstantPlaceholders } from './placeholders.ts'
import { isLoopback } from './provider.ts'
import { countedParameters } from './query-parameter.ts'
import type { RequestView } from './request-view.ts'
import { compileTakenOut, takeOut } from './take-out.ts'

/** Headers that can change an answer; every other header is left out of the key. */
export const SEMANTIC_HEADERS: ReadonlySet<string> = new Set([
  'openai-beta',
  'anthropic-beta',
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-guardrailversion',
  // Whether the answer says what a guardrail did.
  'x-amzn-bedrock-trace',
])

export interface CanonicalContext {
  /** The test, where it belongs to the key. */
  readonly testId: string | null
  /**
   * The test, where it belongs to the keys of calls that create, change or delete what the provider keeps: two tests never
   * share what one of them made.
   */
  readonly statefulTestId?: string | null | undefined
  /** The normalised form of an id that this scope has seen, or undefined. */
  readonly knownId?: ((id: string) => string | undefined) | undefined
  /**
   * The options of the corpus.
   *
   * @defaultValue none
   */
  readonly matcher?: Matcher | undefined
}

/**
 * A request in canonical form, the thing that rule `wiretape/1` hashes: every field that can change the answer, and no field
 * that can't. It is also what a miss compares, so its members are named as a reader would.
 */
export function canonicalRequest(
  call: Call,
  sent: RequestView,
  context: CanonicalContext,
): JsonNode {
  const request = withConstantPlaceholders(sent)
  const matcher = context.matcher ?? NO_OPTIONS
  const testId =
    context.testId ?? (call.endpoint.stateful === true ? (context.statefulTestId ?? null) : null)
  const canonical = object([
    ...(testId === null ? [] : [['test_id', string(testId)] as const]),
    ['method', string(request.method)],
    ['provider', string(matcher.providerOf(request.url) ?? call.provider)],
    ...(matcher.includesHost ? [['host', string(hostOf(call, request.url))] as const] : []),
    ['endpoint', string(call.endpoint.name)],
    ...canonicalPathIds(call, context),
    ['model', call.model === null ? NULL : string(call.model)],
    ['query', canonicalQuery(call, request.url, context)],
    ['headers', canonicalHeaders(request)],
    ...canonicalBody(call, request, context).map((body) => ['body', body] as const),
  ])
  return matcher.apply(canonical)
}

/** The host as a recording keeps it: the port of a local stand-in changes with every start. */
function hostOf({ dialect }: Call, { host, hostname }: URL): string {
  return isLoopback(hostname) && dialect.provider !== null ? hostname : host
}

/** Ids in the path point at something that the provider keeps. */
function canonicalPathIds(
  { pathIds = [] }: Call,
  context: CanonicalContext,
): (readonly [string, JsonNode])[] {
  if (pathIds.length === 0) return []
  return [['path_ids', array(pathIds.map((id) => string(referenceName(id, context))))]]
}

/** What an id counts as that points out of the request: its name where it has one, else itself. */
function referenceName(id: string, context: CanonicalContext): string {
  return isNormalizedId(id) ? id : (context.knownId?.(id) ?? id)
}

function canonicalQuery(call: Call, url: URL, { knownId }: CanonicalContext): JsonNode {
  const pairs = countedParameters(call, url).map(([name, value]) => {
    const named = knownId === undefined ? value : replaceIds(value, knownId)
    return `${encodeURIComponent(name)}=${encodeURIComponent(named)}`
  })
  return array(pairs.toSorted().map(string))
}

function canonicalHeaders(request: RequestView): JsonNode {
  const headers = request.headers.map(([name, value]) => [name, listOf(name, value)] as const)
  return semanticHeaders(headers, SEMANTIC_HEADERS)
}

/** Clients write a list of betas with or without a space behind the comma. */
function listOf(name: string, value: string): string {
  return name.toLowerCase().endsWith('-beta')
    ? value
        .trim()
        .split(/\s*,\s*/)
        .join(', ')
    : value
}

/** Headers of these names, sorted, a repeated one as one list (RFC 9110, 5.3). */
export function semanticHeaders(headers: HeaderList, names: ReadonlySet<string>): JsonNode {
  const values = new Map<string, string>()
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (!names.has(key)) continue
    const before = values.get(key)
    values.set(key, before === undefined ? value.trim() : `${before}, ${value.trim()}`)
  }
  const sorted = [...values].toSorted(([left], [right]) =>
    left < right ? -1 : left > right ? 1 : 0,
  )
  return object(sorted.map(([name, value]) => [name, string(value)] as const))
}

/** One body, or none: an absent body is not `null`. */
function canonicalBody(call: Call, request: RequestView, context: CanonicalContext): JsonNode[] {
  if (request.json !== undefined) {
    // Before ids are numbered: what is ignored must not move the numbers of others.
    const body = (context.matcher ?? NO_OPTIONS).bodyOf(withoutIgnored(request.json, call))
    return body === undefined ? [] : [withoutIds(withoutOpaque(body, call), call, context)]
  }
  if (request.bytes === null || request.bytes.length === 0) return []
  return [canonicalMultipart(request, call.endpoint) ?? string(`sha256:${sha256(request.bytes)}`)]
}

function withoutIgnored(body: JsonNode, { endpoint }: Call): JsonNode {
  return takeOut(withoutDefaults(body, endpoint), compileTakenOut(endpoint.ignored))
}

function withoutDefaults(body: JsonNode, { defaults = {} }: Endpoint): JsonNode {
  if (body.kind !== 'object') return body
  return Object.entries(defaults).reduce((rest, [name, values]) => {
    const sent = member(rest, name)
    const saysNothing = sent !== undefined && values.some((value) => equalNodes(sent, value))
    return saysNothing ? withoutMember(rest, name) : rest
  }, body)
}

/** A token that only its provider can read says nothing of the request, and changes with every answer. */
function withoutOpaque(body: JsonNode, call: Call): JsonNode {
  const { opaque } = call.endpoint
  if (opaque === undefined) return body
  const rows = opaqueRows.get(opaque) ?? opaque.map((path) => ({ path }))
  opaqueRows.set(opaque, rows)
  return rewritePaths(body, compilePaths(rows), (node) => (node.kind === 'string' ? OPAQUE : node))
}

const opaqueRows = new WeakMap<object, readonly { readonly path: string }[]>()

const OPAQUE = string('<opaque>')

/**
 * Ids by what they say. One that the request itself defines (a tool call and its result) gets a placeholder in first-seen
 * order: its spelling is free, whoever minted it, but two results can't swap. Any other counts by its name where wiretape
 * named it or this scope has seen it; else literally where it points at something the provider keeps, and as a placeholder
 * elsewhere.
 */
function withoutIds(body: JsonNode, call: Call, context: CanonicalContext): JsonNode {
  const table = compilePaths(call.endpoint.requestIds)
  const defined = new Set<string>()
  let count = 0
  rewritePaths(body, table, (node, { role }) => {
    if (node.kind === 'string') count += 1
    if (role === 'definition' && node.kind === 'string') defined.add(node.value)
    return node
  })
  if (count === 0) return withoutKnown(body, context)
  const placeholders = new Map<string, JsonNode>()
  const nameOf = (id: string, role: RequestIdField['role']): JsonNode | undefined => {
    if (!defined.has(id)) {
      if (isNormalizedId(id)) return undefined
      const known = context.knownId?.(id)
      if (known !== undefined) return string(known)
      if (role === 'reference') return undefined
    }
    const placeholder = placeholders.get(id) ?? string(`<id ${placeholders.size + 1}>`)
    placeholders.set(id, placeholder)
    return placeholder
  }
  // Numbered in canonical order first: the order of keys must not change the key.
  rewritePaths(sortMembers(body), table, (node, { role }) => {
    if (node.kind === 'string') nameOf(node.value, role)
    return node
  })
  const named = rewritePaths(body, table, (node, { role }) =>
    node.kind === 'string' ? (nameOf(node.value, role) ?? node) : node,
  )
  return withoutKnown(named, context)
}

/** Ids within other strings, such as JSON in a tool's arguments. */
function withoutKnown(body: JsonNode, { knownId }: CanonicalContext): JsonNode {
  return knownId === undefined ? body : mapStrings(body, (text) => replaceIds(text, knownId))
}

function sortMembers(node: JsonNode): JsonNode {
  if (node.kind === 'array') return { kind: 'array', items: node.items.map(sortMembers) }
  if (node.kind !== 'object') return node
  const members = node.members.map(({ key, value }) => ({ key, value: sortMembers(value) }))
  return {
    kind: 'object',
    members: members.toSorted((left, right) => (left.key < right.key ? -1 : 1)),
  }
}
