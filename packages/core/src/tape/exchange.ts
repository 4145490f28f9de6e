import { recogniseCall } from '../dialect/dialects.ts'
import { stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import { redactRequest } from '../redaction/redact-request.ts'
import type { Answer } from '../recording/answer.ts'
import { viewRecordedRequest } from '../recording/recorded-request.ts'
import { type CanonicalContext, canonicalRequest } from '../request/canonical-request.ts'
import { collectBody } from '../request/collect-body.ts'
import { withoutHeaders } from '../request/headers.ts'
import type { Matcher } from '../request/matcher.ts'
import { type KeyedRequest, keyRequest } from '../request/request-key.ts'
import { viewRequest } from '../request/request-view.ts'
import type { LiveFetch, WireRequest, WireResponse } from '../request/wire.ts'
import type { FoundRecording } from '../store/corpus.ts'
import { isNativePath } from '../store/recording-path.ts'
import { learnAsGiven, learnFrom, learnOwn } from './answer-ids.ts'
import { claimOnce, type LiveAnswer } from './claims.ts'
import { findCrossStream } from './cross-stream.ts'
import { findCommitted } from './find-committed.ts'
import { explainMiss } from './miss.ts'
import { isPassing } from './keep-answer.ts'
import { refuseToRecord } from './not-recorded.ts'
import { fetchAndRecord } from './record-exchange.ts'
import { answerOf, replayAnswer } from './replay.ts'
import type { Scope } from './scope.ts'
import {
  type Exchange,
  type ExchangeContext,
  findRecording,
  noteReplayed,
  slotOf,
  type Subject,
} from './subject.ts'

/** The header that names the test a request belongs to; never sent on. */
export const TEST_ID_HEADER = 'x-wiretape-test-id'
/** Lengths are told anew by whoever sends the body: an id that is put back changes them. */
const NOT_SENT_ON: ReadonlySet<string> = new Set([
  TEST_ID_HEADER,
  'content-length',
  'transfer-encoding',
])

/** Answers a request from a recording, or fetches and records it, as the tape's mode says. */
export async function exchange(
  context: ExchangeContext,
  request: WireRequest,
  { scope, live }: { readonly scope: Scope; readonly live: LiveFetch },
): Promise<WireResponse> {
  request.signal?.throwIfAborted()
  const body = await collectBody(request.body)
  const sent = { ...request, headers: withoutHeaders(request.headers, NOT_SENT_ON) }
  const outgoing = viewRequest(sent, body)
  const redactor = context.redaction.current()
  const view = redactor === null ? outgoing : redactRequest(outgoing, redactor)
  const matcher = await context.layers.matcher()
  const keyed = keyRequest(view, canonicalContext(scope, matcher))
  const current: Exchange = {
    ...describeRequest(keyed, scope, matcher),
    context,
    request: sent,
    body,
    outgoing,
    keyed,
    matcher,
    live,
  }
  learnOwn(current)
  const response = await respond(current)
  scope.deletions.note(view, keyed.call, response.status)
  return response
}

async function respond(current: Exchange): Promise<WireResponse> {
  const { context, keyed } = current
  const { mode } = context.options
  if (mode !== 'record') {
    const found = (await findRecording(context, current)) ?? (await findVerbatim(current))
    if (found !== undefined && (mode === 'replay' || (await isSettled(current, found))))
      return replay(current, { found, answer: answerOf(found.document, keyed.call) })
    if (found === undefined && context.options.crossStream) {
      const crossed = await findCrossStream(current, context.layers)
      if (crossed !== undefined) return replay(current, crossed)
    }
    if (mode === 'replay') {
      context.report.missed.push({ ...current.entry, recording: null })
      throw await explainMiss(current, context)
    }
  }
  return fetchOnce(current)
}

function canonicalContext(scope: Scope, matcher: Matcher): CanonicalContext {
  return {
    matcher,
    testId: scope.isolation === 'test' ? scope.testId : null,
    statefulTestId: scope.testId,
    knownId: knownIdOf(scope),
  }
}

/** Every text of a request is searched for ids that are known, where there are any. */
function knownIdOf({ ids }: Scope): CanonicalContext['knownId'] {
  return ids.hasAny() ? ids.nameOf : undefined
}

function describeRequest(keyed: KeyedRequest, scope: Scope, matcher: Matcher): Subject {
  const { view, call, key, canonical, filing, filingBy } = keyed
  const url = view.url.origin + view.url.pathname
  const model = call.model === null ? '' : ` (${call.model})`
  return {
    address: { ...filing, filingBy, occurrence: scope.count(key.hash) },
    scope,
    title: `${view.method} ${call.endpoint.name}${model}`,
    entry: { method: view.method, url, testId: scope.testId },
    canonical,
    canonicalBy: (other) =>
      other.name === matcher.name
        ? canonical
        : canonicalRequest(call, view, canonicalContext(scope, other)),
    canonicalOf: (found) => canonicalRecorded(found, scope),
    details: {
      dialect: call.dialect.name,
      method: view.method,
      url,
      endpoint: call.endpoint.name,
      model: call.model,
      key,
    },
  }
}

function canonicalRecorded(found: FoundRecording, scope: Scope): JsonNode | undefined {
  const { document, matcher, path } = found
  const view = viewRecordedRequest(document.request, document.version)
  if (view === undefined) return undefined
  const test = stringMember(document.node, 'test_id') ?? null
  // Where a look-up opens it, its name has its test; in another layout it answers without one too.
  const isOfTest = scope.isolation === 'test' || isNativePath(path)
  return canonicalRequest(recogniseCall(view), view, {
    testId: isOfTest ? test : null,
    statefulTestId: test,
    knownId: knownIdOf(scope),
    matcher,
  })
}

/** A recording that was made without redaction, or by hand, has the key of the request as it goes out. */
async function findVerbatim(current: Exchange): Promise<FoundRecording | undefined> {
  const { context, outgoing, keyed, address, scope, matcher } = current
  if (outgoing === keyed.view) return undefined
  const { filing, filingBy } = keyRequest(outgoing, canonicalContext(scope, matcher))
  if (filing.hash === address.hash) return undefined
  return findRecording(context, { ...current, address: { ...address, ...filing, filingBy } })
}

/** Sends a request on as it is. */
export async function passOn(request: WireRequest, live: LiveFetch): Promise<WireResponse> {
  const body = await collectBody(request.body)
  const signal = request.signal ?? new AbortController().signal
  return live({
    ...request,
    headers: withoutHeaders(request.headers, NOT_SENT_ON),
    body,
    signal,
  })
}

async function replay(
  current: Exchange,
  { found, answer }: { readonly found: FoundRecording; readonly answer: Answer },
): Promise<WireResponse> {
  const { context, request } = current
  noteReplayed(context, current, found)
  learnFrom(found, current.scope)
  return replayAnswer(answer, found, {
    speed: context.options.speed,
    reads: context.options.reads,
    signal: request.signal,
    onError: (error) => context.fail(error),
  })
}

/** False for what `record-if-missing` fetches again: an answer cut short, or a passing error with nothing after it. */
async function isSettled(current: Exchange, found: FoundRecording): Promise<boolean> {
  const answer = answerOf(found.document, current.keyed.call)
  if (answer.ending !== 'complete') return false
  if (!isPassing(answer)) return true
  const next = { ...current.address, occurrence: current.address.occurrence + 1 }
  return (await current.context.layers.find(next)) !== undefined
}

async function fetchOnce(current: Exchange): Promise<WireResponse> {
  const { starting } = current.context
  const controller = new AbortController()
  const response = fetchOrFollow(current, controller)
  starting.set(response, () => controller.abort())
  try {
    return await response
  } finally {
    starting.delete(response)
  }
}

async function fetchOrFollow(
  current: Exchange,
  controller: AbortController,
): Promise<WireResponse> {
  const { context, request } = current
  if (context.layers.writable === undefined)
    throw refuseToRecord(current, context, await findRecording(context, current))
  const signals = request.signal === undefined ? [] : [request.signal]
  const signal = AbortSignal.any([...signals, controller.signal])
  for (;;) {
    const claimed = await claimOnce(slotOf(context, current), signal)
    if (claimed.kind === 'claim') {
      const { claim } = claimed
      const settled = (found: FoundRecording): Promise<boolean> => isSettled(current, found)
      const found = await findCommitted(context, current, { claim, isSettled: settled })
      if (found === undefined) return fetchAndRecord(current, claim, controller)
      return replay(current, { found, answer: answerOf(found.document, current.keyed.call) })
    }
    if (claimed.kind === 'follow') return follow(current, claimed.live)
    const found = await findRecording(context, current)
    if (found !== undefined)
      return replay(current, { found, answer: answerOf(found.document, current.keyed.call) })
    // Fetched earlier in this run, and gone since.
    await claimed.forget()
  }
}

/** Another of the run is being given this answer just now: both are given the same. */
function follow(current: Exchange, live: LiveAnswer): WireResponse {
  const { context, address } = current
  live.onName(learnAsGiven(current))
  context.report.replayed.push({ ...current.entry, recording: context.layers.placeOf(address) })
  return { status: live.status, headers: live.headers, body: live.read() }
}
