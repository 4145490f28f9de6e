import { WiretapeError } from '../errors/wiretape-error.ts'
import { recogniseCall } from '../dialect/dialects.ts'
import type { AnswerContext } from '../recording/write-answer.ts'
import type { Answer, TransportError } from '../recording/answer.ts'
import { replayedHeaders, withoutWaits } from '../recording/answer-headers.ts'
import { readAnswer } from '../recording/read-answer.ts'
import { viewRecordedRequest } from '../recording/recorded-request.ts'
import { cutReads, type ReadsOption, type ReplayRead } from '../recording/reads.ts'
import type { RecordingDocument } from '../recording/document.ts'
import type { WireResponse } from '../request/wire.ts'
import type { FoundRecording } from '../store/corpus.ts'
import { now, sleep, wallClock } from './clock.ts'

export interface ReplayOptions {
  /** Recorded time is divided by this; Infinity is instant. */
  readonly speed: number
  readonly reads: ReadsOption
  readonly signal?: AbortSignal | undefined
  /** Told of an error that only the reader of the body sees. */
  readonly onError?: ((error: WiretapeError) => void) | undefined
}

/** The answer of a recording, in the dialect of its own request. */
export function answerOf(document: RecordingDocument, context?: AnswerContext): Answer {
  const call = context ?? contextOf(document)
  return readAnswer(document.response, call, document.place)
}

function contextOf(document: RecordingDocument): AnswerContext {
  const view = viewRecordedRequest(document.request, document.version)
  return recogniseCall(
    view ?? {
      method: 'POST',
      url: new URL('http://localhost/'),
      headers: [],
      json: undefined,
      bytes: null,
    },
  )
}

/** Plays a recording to a caller: its head at its time, then its reads, then the ending it had. */
export async function replayAnswer(
  answer: Answer,
  found: Pick<FoundRecording, 'store' | 'path'>,
  options: ReplayOptions,
): Promise<WireResponse> {
  const startedAt = now()
  const waitUntil = async (at: number | null | undefined, stopped?: AbortSignal): Promise<void> => {
    options.signal?.throwIfAborted()
    if (at === null || at === undefined || options.speed === Infinity) return
    const rest = at / options.speed - (now() - startedAt)
    if (rest <= 0) return
    await sleep(
      rest,
      [options.signal, stopped].filter((signal) => signal !== undefined),
    )
  }
  await waitUntil(answer.headAt)
  if (answer.status === null) throw transportError(answer.error)
  const headers = replayedHeaders(answer.headers, wallClock())
  return {
    status: answer.status,
    headers: options.speed === Infinity ? withoutWaits(headers, answer.status) : headers,
    body: play(answer, cutReads(answer.frames, answer.reads, options.reads), {
      waitUntil,
      incompleteError: () => {
        const error = incomplete(found)
        options.onError?.(error)
        return error
      },
    }),
  }
}

/** The reads one by one; a caller who stops is not held up by the wait for the next. */
function play(
  answer: Answer,
  reads: Iterable<ReplayRead>,
  steps: PlaySteps,
): AsyncIterableIterator<Uint8Array> {
  const stopped = new AbortController()
  const give = giveReads(answer, reads, { ...steps, stopped: stopped.signal })
  const body: AsyncIterableIterator<Uint8Array> = {
    next: async () => {
      if (stopped.signal.aborted) return { done: true, value: undefined }
      try {
        return await give.next()
      } catch (error) {
        if (stopped.signal.aborted) return { done: true, value: undefined }
        throw error
      }
    },
    return: async () => {
      stopped.abort()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => body,
  }
  return body
}

async function* giveReads(
  answer: Answer,
  reads: Iterable<ReplayRead>,
  { waitUntil, incompleteError, stopped }: PlaySteps & { readonly stopped: AbortSignal },
): AsyncGenerator<Uint8Array> {
  for (const { bytes, at } of reads) {
    await waitUntil(at, stopped)
    yield bytes
  }
  if (answer.ending === 'error') throw transportError(answer.error)
  if (answer.ending === 'aborted') throw incompleteError()
}

interface PlaySteps {
  readonly waitUntil: (at: number | null | undefined, stopped?: AbortSignal) => Promise<void>
  readonly incompleteError: () => WiretapeError
}

/** An error as it was recorded: of the same name, code and message. */
function transportError(recorded: TransportError | undefined): Error {
  const { name, code, message } = recorded ?? {
    name: 'Error',
    code: null,
    message: 'the connection failed',
  }
  if (name === 'TypeError') {
    // Fetch says every failure of a socket as a TypeError, with the code on its cause.
    const cause = code === null ? undefined : Object.assign(new Error(code), { code })
    return new TypeError(message, cause === undefined ? undefined : { cause })
  }
  const error = new Error(message)
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true })
  return code === null ? error : Object.assign(error, { code })
}

function incomplete({ store, path }: Pick<FoundRecording, 'store' | 'path'>): WiretapeError {
  const place = store.locate(path)
  return new WiretapeError('WT_RECORDING_INCOMPLETE', {
    message: `${place} ends here: its caller stopped reading while it was recorded`,
    hint: 'record it again with a caller that reads to the end: WIRETAPE_MODE=record-if-missing',
    details: { path: place },
  })
}
