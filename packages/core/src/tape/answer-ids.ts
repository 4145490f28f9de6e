import { type AnswerIdentity, createAnswerIdentity } from '../identity/answer-identity.ts'
import type { Call } from '../dialect/dialect.ts'
import { isUniqueId } from '../identity/known-ids.ts'
import { isNormalizedId } from '../identity/normalized-id.ts'
import { member } from '../json/access.ts'
import { compilePaths, rewritePaths } from '../json/paths.ts'
import type { RequestView } from '../request/request-view.ts'
import type { FoundRecording } from '../store/corpus.ts'
import type { Scope } from './scope.ts'
import type { Exchange } from './subject.ts'

/**
 * What names the ids of an answer that is being recorded; null where it holds nothing to name. Verbatim answers get names too:
 * the scope knows their ids by them.
 *
 * @param restored what went out in place of the program's names, with those names
 * @param onName told of each name as it is given
 */
export function identityFor(
  current: Exchange,
  restored: ReadonlyMap<string, string>,
  onName: (name: string, original: string) => void,
): AnswerIdentity | null {
  const { context, keyed, address } = current
  const { endpoint } = keyed.call
  if (endpoint.ids.length === 0 && endpoint.volatile.length === 0) return null
  return createAnswerIdentity(endpoint, address, {
    ...(context.options.normalization ?? IDS_ONLY),
    knownName: knownNames(current, restored),
    onName,
  })
}

const IDS_ONLY = { ids: true, timestamps: false, durations: false, padding: false }

/**
 * An id that the request carried keeps the name that the program knows it by, and so does one the scope has seen, unless it
 * may mean another thing in each answer.
 */
function knownNames(
  { keyed, outgoing, scope }: Exchange,
  restored: ReadonlyMap<string, string>,
): (original: string) => string | undefined {
  const carried = carriedIds(keyed.call, outgoing)
  // Where the provider keeps things, each test has recordings of its own: what one knows is in no other's.
  const isOwn = keyed.call.endpoint.stateful === true
  return (original) =>
    restored.get(original) ??
    (isUniqueId(original) ? scope.ids.nameOf(original) : undefined) ??
    (carried.has(original) || (isOwn && scope.own.has(original)) ? original : undefined)
}

/** The ids in a request, as they go over the wire. */
function carriedIds(call: Call, { json }: RequestView): ReadonlySet<string> {
  const carried = new Set(call.pathIds)
  if (json !== undefined)
    rewritePaths(json, compilePaths(call.endpoint.requestIds), (node) => {
      if (node.kind === 'string') carried.add(node.value)
      return node
    })
  return carried
}

/** Tells the scope of the ids that its program has from elsewhere: they keep the names that it knows. */
export function learnOwn({ keyed, outgoing, scope }: Exchange): void {
  for (const id of carriedIds(keyed.call, outgoing))
    if (isUniqueId(id) && !isNormalizedId(id) && scope.ids.nameOf(id) === undefined)
      scope.own.add(id)
}

/** Tells the scope of the names in an answer that is being recorded, as they are given. */
export function learnAsGiven({
  context,
  address,
  scope,
}: Exchange): (name: string, original: string) => void {
  const place = context.layers.placeOf(address)
  return (name, original) => scope.ids.learn({ name, original, place })
}

/** Tells the scope of the names in an answer that is replayed, so that its program can refer to them. */
export function learnFrom({ store, path, document: { node } }: FoundRecording, scope: Scope): void {
  const place = store.locate(path)
  const mapping = member(node, 'id_normalization_mapping')
  for (const ids of [mapping, member(member(node, 'recorded'), 'ids')]) {
    if (ids?.kind !== 'object') continue
    for (const { key: name, value } of ids.members)
      if (value.kind === 'string') scope.ids.learn({ name, original: value.value, place })
  }
}
