import { version } from '../../package.json'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { type AnswerIdentity, createAnswerIdentity } from '../identity/answer-identity.ts'
import { keyStem } from '../identity/key-stem.ts'
import { compilePaths, rewritePaths } from '../json/paths.ts'
import { refuseSecrets, refuseSecretsInPieces } from '../redaction/refuse-secrets.ts'
import type { Answer, TransportError } from '../recording/answer.ts'
import { handedOnHeaders } from '../recording/answer-headers.ts'
import { collectBody } from '../request/collect-body.ts'
import type { HeaderList } from '../request/headers.ts'
import type { Matcher } from '../request/matcher.ts'
import type { KeyedRequest } from '../request/request-key.ts'
import type { RequestView } from '../request/request-view.ts'
import type { LiveFetch, WireRequest, WireResponse } from '../request/wire.ts'
import type { Claim } from './claims.ts'
import { now, wallClock } from './clock.ts'
import { type OutgoingIds, referenceGone, restoreIds } from './outgoing-ids.ts'
import { createRecordedBody, describeError } from './recorded-body.ts'
import { createRecordingSession } from './recording-session.ts'
import { answerOf } from './replay.ts'
import type { ExchangeContext, Subject } from './subject.ts'
import { writeRecording } from './write-recording.ts'

/** One request on its way through a tape. */
export interface Exchange extends Subject {
  readonly context: ExchangeContext
  readonly request: WireRequest
  readonly body: Uint8Array | null
  /** What goes out; `keyed` is the same without its secrets. */
  readonly outgoing: RequestView
  readonly keyed: KeyedRequest
  /** The options of its key. */
  readonly matcher: Matcher
  readonly live: LiveFetch
}

/** Fetches the real answer and hands it on as it comes, while it is recorded; the controller stops it. */
export async function fetchAndRecord(
  current: Exchange,
  claim: Claim,
  controller: AbortController,
): Promise<WireResponse> {
  const { context, request, keyed, address } = current
  const startedAt = now()
  const abort = (): void => controller.abort(request.signal?.reason)
  if (request.signal?.aborted === true) abort()
  request.signal?.addEventListener('abort', abort, { once: true })
  let fetched: Fetched
  try {
    fetched = await fetchLive(current, controller.signal)
  } catch (error) {
    // An error of wiretape's is no answer, and neither is what the caller stopped.
    const isAnswer = !WiretapeError.is(error) && request.signal?.aborted !== true
    const kept = isAnswer && (await keepFailure(current, describeError(error), claim))
    if (!kept) current.scope.giveBack(address.hash, address.occurrence)
    // Whoever asks for the same tries for themselves: an error of the transport passes.
    await claim.release(false)
    throw error
  } finally {
    // From its head on an answer is read to its end, whatever the caller does.
    request.signal?.removeEventListener('abort', abort)
  }
  const { response, ids } = fetched
  const { normalization } = context.options
  const stem = normalization?.ids === true ? keyStem(address.hash, address.occurrence) : null
  const headers = handedOnHeaders(response.headers, { stem, method: request.method })
  const listeners: ((name: string, original: string) => void)[] = [current.scope.ids.learn]
  const identity = identityFor(current, ids.names, (name, original) => {
    for (const listener of listeners) listener(name, original)
  })
  const session = createRecordingSession({
    call: keyed.call,
    status: response.status,
    headers,
    identity,
    rewrites: normalization !== null,
    keepsPadding: normalization?.padding !== true,
    startedAt,
  })
  const recorded = createRecordedBody({
    source: response.body,
    session,
    drain: context.options.drain,
    stop: () => controller.abort(),
    keep: async (how, error) => {
      const originals = (normalization === null ? undefined : identity?.originals) ?? new Map()
      const answer = session.finish(how, error)
      const kept = await keep(current, { answer, originals, claim })
      if (!kept) current.scope.giveBack(address.hash, address.occurrence)
      await claim.release(kept && answer.ending === 'complete')
      context.recording.delete(recorded)
    },
  })
  context.recording.add(recorded)
  const { status } = response
  const isShared = status !== 401 && status !== 403
  if (isShared)
    claim.publish({
      status,
      headers,
      read: recorded.read,
      get isOver() {
        return recorded.isOver
      },
      get isAwaited() {
        return recorded.isAwaited
      },
      get received() {
        return recorded.received
      },
      onName: (listener) => {
        for (const [name, original] of identity?.originals ?? []) listener(name, original)
        listeners.push(listener)
      },
    })
  const body = recorded.read()
  if (request.signal?.aborted !== true) return { status, headers, body }
  // The head came too late for its caller; what follows is still recorded.
  void body[Symbol.asyncIterator]().return?.()
  throw request.signal.reason
}

interface Fetched {
  readonly response: WireResponse
  readonly ids: OutgoingIds
}

async function fetchLive(current: Exchange, signal: AbortSignal): Promise<Fetched> {
  const { context, request, body, outgoing: view, scope } = current
  const sent = { url: request.url, body }
  const keyed = { view, call: current.keyed.call }
  const ids = await restoreIds(sent, { keyed, scope, layers: context.layers })
  const response = await current.live({ ...request, url: ids.url, body: ids.body, signal })
  if (ids.references.length === 0 || (response.status !== 400 && response.status !== 404))
    return { response, ids }
  const answer = await collectBody(response.body)
  if (saysGone(response.status, answer, ids)) throw referenceGone(ids.references, response.status)
  return { response: { ...response, body: inOneRead(answer) }, ids }
}

/** A 400 has many reasons; one that names the id, or says that something is not there, is about the reference. */
function saysGone(status: number, answer: Uint8Array | null, { references }: OutgoingIds): boolean {
  if (status === 404) return true
  const text = Buffer.from(answer ?? []).toString('utf8')
  return (
    references.some(({ original }) => text.includes(original)) ||
    /not[ _]?found|no longer|does not exist|expired/i.test(text)
  )
}

async function* inOneRead(bytes: Uint8Array | null): AsyncGenerator<Uint8Array> {
  if (bytes !== null && bytes.length > 0) yield bytes
}

/** Verbatim answers get names too: the scope knows their ids by them. */
function identityFor(
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

/** An id that the request carried keeps the name that the program knows it by, and so does one the scope has seen. */
function knownNames(
  { keyed, outgoing, scope }: Exchange,
  restored: ReadonlyMap<string, string>,
): (original: string) => string | undefined {
  const carried = new Set<string>()
  const { json } = outgoing
  if (json !== undefined)
    rewritePaths(json, compilePaths(keyed.call.endpoint.requestIds), (node) => {
      if (node.kind === 'string') carried.add(node.value)
      return node
    })
  for (const id of keyed.call.pathIds ?? []) carried.add(id)
  return (original) =>
    restored.get(original) ??
    scope.ids.nameOf(original) ??
    (carried.has(original) ? original : undefined)
}

async function keepFailure(
  current: Exchange,
  error: TransportError,
  claim: Claim,
): Promise<boolean> {
  const answer: Answer = {
    status: null,
    headers: [] satisfies HeaderList,
    framing: 'text',
    frames: [],
    reads: [],
    headAt: null,
    ending: 'error',
    error,
  }
  return keep(current, { answer, originals: new Map(), claim })
}

/** An answer that came to its end, one way or another. */
interface Ended {
  readonly answer: Answer
  readonly originals: ReadonlyMap<string, string>
  readonly claim: Claim
}

/**
 * Writes the recording, unless it must not be kept; whether there is one now. Never rejects: the program's call goes on
 * unharmed.
 */
async function keep(current: Exchange, { answer, originals, claim }: Ended): Promise<boolean> {
  const { context, keyed, address, request } = current
  try {
    if (await isForestalled(current, claim)) {
      context.report.refused.push({ ...current.entry, recording: context.layers.placeOf(address) })
      return true
    }
    if (!(await mayKeep(current, answer))) {
      context.report.refused.push({ ...current.entry, recording: null })
      return false
    }
    const redactor = context.redaction.current()
    const path = context.layers.placeOf(address)
    if (redactor !== null) refuseSecretsInPieces({ answer, call: keyed.call, path }, redactor)
    const document = writeRecording({
      keyed,
      redactor,
      occurrence: address.occurrence,
      testId: testIdOf(current),
      answer,
      originals,
      by: { wiretape: version, node: process.versions.node, ...request.by },
      at: wallClock(),
    })
    if (redactor !== null) refuseSecrets(document, path, redactor)
    await context.layers.write(address, document)
    context.report.recorded.push({ ...current.entry, recording: context.layers.placeOf(address) })
    return true
  } catch (error) {
    if (WiretapeError.is(error) && error.code === 'WT_SECRET_FOUND')
      context.report.refused.push({ ...current.entry, recording: null })
    context.fail(asWiretapeError(error))
    return false
  }
}

/** The test that belongs to the key. */
function testIdOf({ keyed, scope }: Exchange): string | null {
  return scope.isolation === 'test' || keyed.call.endpoint.stateful === true ? scope.testId : null
}

/** 401 and 403 say something of the key only, and nothing incomplete or failed replaces a complete recording. */
async function mayKeep(current: Exchange, answer: Answer): Promise<boolean> {
  const { context, address, keyed } = current
  if (context.options.recordErrors) return true
  if (answer.status === 401 || answer.status === 403) return false
  if (isGood(answer)) return true
  const found = await context.layers.find(address)
  return found === undefined || !isGood(answerOf(found.document, keyed.call))
}

/**
 * The first commit wins. Another process has recorded the same meanwhile: one of the run, which thought this one dead, or
 * any at all, which found it missing too.
 */
async function isForestalled(current: Exchange, claim: Claim): Promise<boolean> {
  if (await claim.isOvertaken()) return true
  const { context, address, keyed } = current
  if (context.options.mode !== 'record-if-missing') return false
  const found = await context.layers.find(address)
  if (found === undefined) return false
  const answer = answerOf(found.document, keyed.call)
  return answer.ending === 'complete' && !isPassing(answer)
}

/** An error that says something of the moment only. */
export function isPassing({ status }: Answer): boolean {
  return status === 408 || status === 429 || (status ?? 0) >= 500
}

function isGood(answer: Answer): boolean {
  return answer.ending === 'complete' && answer.status !== null && answer.status < 400
}

export function refuseToRecord(
  { title, details }: Subject,
  { layers }: ExchangeContext,
): WiretapeError {
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `${title} can't be recorded: none of ${layers.corpora.map(({ store }) => store.name).join(', ')} can be written`,
    hint: "put a folder of your own first: recordings: ['./recordings', '@acme/recordings']",
    details,
  })
}

export function asWiretapeError(error: unknown): WiretapeError {
  if (WiretapeError.is(error)) return error
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `an answer could not be recorded: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'this is a defect of wiretape: please report it with the cause',
    cause: error,
  })
}
