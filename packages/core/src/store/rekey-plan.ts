import { recogniseCall } from '../dialect/dialects.ts'
import { member, stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import { printJson } from '../json/print.ts'
import type { RecordingDocument } from '../recording/document.ts'
import { viewRecordedRequests } from '../recording/recorded-request.ts'
import { sha256 } from '../request/canonical-json.ts'
import type { CanonicalContext } from '../request/canonical-request.ts'
import type { Matcher } from '../request/matcher.ts'
import { type Filing, type KeyedRequest, keyRequest } from '../request/request-key.ts'
import { openRecording } from './open-recording.ts'
import { isNativePath, isNoRecording, nativeKeyOf, recordingPath } from './recording-path.ts'
import { numberOccurrences } from './rekey-occurrences.ts'
import type { Store } from './store.ts'

export interface RekeyRequest {
  readonly store: Store
  /** What the corpus is named by, the newest first. */
  readonly from: readonly Matcher[]
  readonly to: Matcher
  /** Whether OGX's files get a place too. */
  readonly adopt: boolean
}

export interface RekeyPlan {
  readonly moves: readonly PlannedMove[]
  /** Files that are the same as another and go: what an interrupted move left. */
  readonly copies: readonly string[]
  /** How many files are where they belong. */
  readonly stayed: number
  /** Recordings whose request no longer gives the key that they are found by. */
  readonly left: readonly string[]
}

interface PlannedMove {
  readonly from: string
  readonly to: string
  readonly hash: string
  readonly occurrence: number
}

/** A recording that has a key by the new options. */
export interface Rekeyed {
  readonly path: string
  /** The key that it is found by until now; equal ones keep their order. */
  readonly source: string
  readonly occurrence: number
  readonly at: string
  readonly isForeign: boolean
  readonly filing: Filing
  /** Of all but its key; undefined where it can't be told from an equal answer. */
  readonly content: string | undefined
}

type Judged = Rekeyed | 'stays' | 'unknown'

/**
 * Says where each recording of a corpus belongs by other options, and changes nothing.
 *
 * @throws WT_RECORDING_INVALID, WT_VERSION_UNSUPPORTED, WT_CORPUS_UNREADABLE
 */
export async function planRekey(request: RekeyRequest): Promise<RekeyPlan> {
  const { store } = request
  const rekeyed: Rekeyed[] = []
  const unknown: string[] = []
  const names = new Map<string, string>()
  let stayed = 0
  for await (const { path } of store.list()) {
    if (!path.endsWith('.json') || isNoRecording(path)) continue
    const document = await openRecording(store, path)
    if (document === undefined) continue
    learnNames(document, names)
    const judged = judge(request, { path, document })
    if (judged === 'stays') stayed += 1
    else if (judged === 'unknown') unknown.push(path)
    else rekeyed.push(judged)
  }
  const left: string[] = []
  for (const path of unknown) {
    // A program that was given the provider's own ids sent them back; the key has their names.
    const document = await openRecording(store, path)
    if (document === undefined) continue
    const judged = judge(request, { path, document, knownId: (id) => names.get(id) })
    if (typeof judged === 'string') left.push(path)
    else rekeyed.push(judged)
  }
  return arrange(rekeyed, { stayed, left })
}

function learnNames({ node }: RecordingDocument, names: Map<string, string>): void {
  for (const ids of [
    member(node, 'id_normalization_mapping'),
    member(member(node, 'recorded'), 'ids'),
  ])
    if (ids?.kind === 'object')
      for (const { key, value } of ids.members)
        if (value.kind === 'string') names.set(value.value, key)
}

interface Candidate {
  readonly path: string
  readonly document: RecordingDocument
  readonly knownId?: (id: string) => string | undefined
}

function judge(request: RekeyRequest, { path, document, knownId }: Candidate): Judged {
  const { node, version } = document
  const views = viewRecordedRequests(document.request, version)
  const [view] = views
  // A tool's key has no options.
  if (view === undefined) return 'stays'
  const recorded = member(node, 'recorded')
  const key = member(recorded, 'key')
  const at = stringMember(recorded, 'at') ?? ''
  const native = isNativePath(path) ? nativeKeyOf(path) : undefined
  if (version === 0 && native === undefined) {
    const stateful = recogniseCall(view).endpoint.stateful === true
    // Where OGX reads several files as one, or one in several ways, no single place has it all.
    const isSingle = views.length === 1 && !/(^|\/)models-[^/]*$/.test(path)
    if (!request.adopt || stateful || !isSingle) return 'stays'
    const { filing } = keyRequest(view, { testId: null, matcher: request.to })
    return { path, source: path, occurrence: 1, at, isForeign: true, filing, content: undefined }
  }
  const testId = version === 0 ? null : (stringMember(node, 'test_id') ?? null)
  const context: CanonicalContext = { testId, statefulTestId: testId, knownId, matcher: request.to }
  const keyed = keyRequest(view, context)
  const found = native ?? recordedKey(key)
  if (found === undefined) return 'stays'
  if (!isKeyOf(found.hash, keyed, request)) return 'unknown'
  return {
    path,
    source: found.hash,
    occurrence: found.occurrence,
    at,
    isForeign: false,
    filing: keyed.filing,
    content: at === '' ? undefined : contentOf(node),
  }
}

/** Whether a request gives this key, by the new options or by any that the corpus had. */
function isKeyOf(hash: string, keyed: KeyedRequest, { from, to }: RekeyRequest): boolean {
  return [to, ...from].some((matcher) => keyed.filingBy(matcher).hash === hash)
}

function recordedKey(key: JsonNode | undefined): { hash: string; occurrence: number } | undefined {
  const hash = stringMember(key, 'hash')
  const occurrence = member(key, 'occurrence')
  if (hash === undefined) return undefined
  return { hash, occurrence: occurrence?.kind === 'number' ? Number(occurrence.text) : 1 }
}

function contentOf(node: RecordingDocument['node']): string {
  const members = node.members.map(({ key, value }) =>
    key === 'recorded' && value.kind === 'object'
      ? { key, value: { ...value, members: value.members.filter((part) => part.key !== 'key') } }
      : { key, value },
  )
  return sha256(printJson({ kind: 'object', members }))
}

function arrange(
  rekeyed: readonly Rekeyed[],
  { stayed, left }: Pick<RekeyPlan, 'stayed' | 'left'>,
): RekeyPlan {
  const groups = new Map<string, Rekeyed[]>()
  for (const recording of rekeyed) {
    const place = recordingPath({ ...recording.filing, occurrence: 1 })
    groups.set(place, [...(groups.get(place) ?? []), recording])
  }
  const taken = new Set(left)
  const placesOf = new Map<string, Set<string>>()
  for (const [place, group] of groups)
    for (const { source } of group)
      placesOf.set(source, (placesOf.get(source) ?? new Set()).add(place))
  const isSplit = (source: string): boolean => (placesOf.get(source)?.size ?? 0) > 1
  const moves: PlannedMove[] = []
  const copies: string[] = []
  let inPlace = stayed
  for (const group of groups.values()) {
    const { kept, dropped } = withoutCopies(group)
    copies.push(...dropped.map(({ path }) => path))
    const isTaken = (occurrence: number): boolean =>
      taken.has(recordingPath({ ...(group[0] as Rekeyed).filing, occurrence }))
    for (const [recording, occurrence] of numberOccurrences(kept, { isTaken, isSplit })) {
      const to = recordingPath({ ...recording.filing, occurrence })
      if (isFound(recording, { to, occurrence })) inPlace += 1
      else moves.push({ from: recording.path, to, hash: recording.filing.hash, occurrence })
    }
  }
  return {
    moves: moves.toSorted((one, other) => (one.from < other.from ? -1 : 1)),
    copies: copies.toSorted(),
    stayed: inPlace,
    left,
  }
}

/** Where it lies already, or where a person put it, under the occurrence that it says. */
function isFound(
  { path, occurrence: before, isForeign }: Rekeyed,
  { to, occurrence }: { readonly to: string; readonly occurrence: number },
): boolean {
  return path === to || (!isForeign && !isNativePath(path) && before === occurrence)
}

/** A copy has the very same request, answer and time, under the old key. */
function withoutCopies(group: readonly Rekeyed[]): {
  kept: readonly Rekeyed[]
  dropped: readonly Rekeyed[]
} {
  const inPlace = new Set(
    group.filter((one) => !isMoved(one)).flatMap(({ content }) => content ?? []),
  )
  const isCopy = (one: Rekeyed): boolean =>
    isMoved(one) && one.content !== undefined && inPlace.has(one.content)
  return {
    kept: group.filter((one) => !isCopy(one)),
    dropped: group.filter(isCopy),
  }
}

function isMoved({ source, filing }: Rekeyed): boolean {
  return source !== filing.hash
}
