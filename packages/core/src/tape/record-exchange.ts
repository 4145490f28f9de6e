import { WiretapeError } from '../errors/wiretape-error.ts'
import { keyStem } from '../identity/key-stem.ts'
import type { Answer, TransportError } from '../recording/answer.ts'
import { handedOnHeaders } from '../recording/answer-headers.ts'
import { collectBody } from '../request/collect-body.ts'
import type { HeaderList } from '../request/headers.ts'
import type { WireResponse } from '../request/wire.ts'
import { identityFor, learnAsGiven } from './answer-ids.ts'
import type { Claim } from './claims.ts'
import { now } from './clock.ts'
import { keepAnswer, type Kept, NOT_KEPT } from './keep-answer.ts'
import { type OutgoingIds, restoreIds } from './outgoing-ids.ts'
import { createRecordedBody, describeError } from './recorded-body.ts'
import { createRecordingSession } from './recording-session.ts'
import { findGone, referenceGone } from './reference-gone.ts'
import type { Exchange } from './subject.ts'

const NO_ORIGINALS: ReadonlyMap<string, string> = new Map()

/** Fetches the real answer and hands it on as it comes, while it is recorded; the controller stops it. */
export async function fetchAndRecord(
  current: Exchange,
  claim: Claim,
  controller: AbortController,
): Promise<WireResponse> {
  const { request } = current
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
    const answer = (): Answer => failureOf(describeError(error))
    const kept =
      isAnswer && (await keepAnswer(current, { answer, originals: NO_ORIGINALS, claim })).isKept
    // Whoever asks for the same tries for themselves: an error of the transport passes.
    await settle(current, claim, { isKept: kept, isComplete: false })
    throw error
  } finally {
    // From its head on an answer is read to its end, whatever the caller does.
    request.signal?.removeEventListener('abort', abort)
  }
  try {
    return recordResponse(current, fetched, { claim, controller, startedAt })
  } catch (error) {
    // Nobody shall wait for what never begins.
    controller.abort()
    await settle(current, claim, NOT_KEPT)
    throw error
  }
}

/** Ends the duty to fetch: a number under which nothing was kept is free again. */
async function settle({ scope, address }: Exchange, claim: Claim, kept: Kept): Promise<void> {
  if (!kept.isKept) scope.giveBack(address.hash, address.occurrence)
  await claim.release(kept.isComplete)
}

/** Hands an answer on as it comes, and keeps it when it is over. */
function recordResponse(
  current: Exchange,
  { response, ids }: Fetched,
  {
    claim,
    controller,
    startedAt,
  }: {
    readonly claim: Claim
    readonly controller: AbortController
    readonly startedAt: number
  },
): WireResponse {
  const { context, request, keyed, address } = current
  const { normalization } = context.options
  const stem = normalization?.ids === true ? keyStem(address.hash, address.occurrence) : null
  const headers = handedOnHeaders(response.headers, { stem, method: request.method })
  const listeners = [learnAsGiven(current)]
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
      const originals = identity?.originals ?? NO_ORIGINALS
      const answer = (): Answer => session.finish(how, error)
      await settle(current, claim, await keepAnswer(current, { answer, originals, claim }))
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
  const { context, request, outgoing, scope, keyed } = current
  const { layers } = context
  const ids = await restoreIds(request.url, outgoing, { call: keyed.call, scope, layers })
  const response = await current.live({ ...request, url: ids.url, body: ids.body, signal })
  const { status } = response
  if (ids.references.length === 0 || (status !== 400 && status !== 404)) return { response, ids }
  const body = await collectBody(response.body)
  const gone = findGone({ status, body }, ids, (reference) =>
    scope.deletions.cover(reference, outgoing),
  )
  if (gone !== undefined) throw referenceGone(gone, status, scope)
  return { response: { ...response, body: inOneRead(body) }, ids }
}

async function* inOneRead(bytes: Uint8Array | null): AsyncGenerator<Uint8Array> {
  if (bytes !== null && bytes.length > 0) yield bytes
}

/** A request that failed before any head. */
function failureOf(error: TransportError): Answer {
  return {
    status: null,
    headers: [] satisfies HeaderList,
    framing: 'text',
    frames: [],
    reads: [],
    headAt: null,
    ending: 'error',
    error,
  }
}
