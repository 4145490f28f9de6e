import type { Call } from '../dialect/dialect.ts'
import { recogniseCall } from '../dialect/dialects.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { framingOf } from '../framing/framings.ts'
import { member } from '../json/access.ts'
import type { JsonObject } from '../json/node.ts'
import { toValue } from '../json/value.ts'
import { type Answer, type Ending, isStreamFraming } from '../recording/answer.ts'
import { documentOf } from '../recording/parse-recording.ts'
import { readAnswer } from '../recording/read-answer.ts'
import { viewRecordedRequest } from '../recording/recorded-request.ts'
import type { Recording } from '../recording/recording.ts'
import { type SpelledItem, takeApart } from '../recording/spelling.ts'
import { typeItem } from '../recording/write-answer.ts'
import { now, sleep } from './clock.ts'

export interface PlayOptions {
  /**
   * When items come: at once, as they were recorded, or so many times as fast.
   *
   * @defaultValue 'instant'
   */
  readonly pace?: 'instant' | 'recorded' | number | undefined
}

/** One message of an answer as it is played. */
export interface PlayedItem {
  /** The provider's object, or text where the answer is none of JSON. */
  readonly data: unknown
  /** The text that a model wrote in it; empty where it holds none. */
  readonly text: string
  /** Milliseconds since the request at which it was recorded; null where that is not known. */
  readonly at: number | null
}

/** An answer that is being played. */
export interface Playback {
  readonly status: number | null
  readonly isStreaming: boolean
  readonly ending: Ending
  /** Whether the items are chunks that `assemble` puts together. */
  readonly isAssemblable: boolean
  readonly items: AsyncIterable<PlayedItem>
}

/**
 * Plays a recording's answer, item by item, without any client: for viewers and for tests of what consumes chunks.
 *
 * @throws WT_RECORDING_INVALID where the recording holds no HTTP exchange
 * @public
 */
export function playRecording(recording: Recording, options: PlayOptions = {}): Playback {
  const document = documentOf(recording)
  const view = viewRecordedRequest(
    member(document, 'request') as JsonObject,
    recording.version ?? 0,
  )
  if (view === undefined)
    throw new WiretapeError('WT_RECORDING_INVALID', {
      message: 'the recording, at /request: holds no HTTP request to be played',
      hint: 'play a recording of an HTTP exchange',
      details: { pointer: '/request' },
    })
  const call = recogniseCall(view)
  const answer = readAnswer(member(document, 'response') as JsonObject, call)
  const { assembly } = call.dialect
  const pace = options.pace ?? 'instant'
  const speed = pace === 'instant' ? Infinity : pace === 'recorded' ? 1 : pace
  const isStreaming = isStreamFraming(answer.framing)
  return {
    status: answer.status,
    isStreaming,
    ending: answer.ending,
    isAssemblable: isStreaming && assembly !== undefined,
    items: playItems(answer, call, speed),
  }
}

async function* playItems(answer: Answer, call: Call, speed: number): AsyncGenerator<PlayedItem> {
  const startedAt = now()
  const framing = framingOf(answer.framing)
  for (const [index, frame] of answer.frames.entries()) {
    const part = takeApart(frame, framing, call.endpoint)
    if (part === undefined || part.payload === call.endpoint.endMark) continue
    const at = answer.reads.find(({ frames }) => frames > index)?.at ?? null
    const rest = at === null || speed === Infinity ? 0 : at / speed - (now() - startedAt)
    if (rest > 0) await sleep(rest)
    yield { ...contentOf(part, answer, call), at }
  }
}

function contentOf(part: SpelledItem, answer: Answer, call: Call): Omit<PlayedItem, 'at'> {
  const { payload } = part
  if (payload instanceof Uint8Array) return { data: payload, text: '' }
  const streamed = isStreamFraming(answer.framing)
  const { type, data } = typeItem(part, call, { streamed, status: answer.status })
  const value = toValue(data)
  const { assembly } = call.dialect
  return {
    data: value,
    text: assembly?.textOf(assembly.chunkOf?.({ type, data: value }) ?? value) ?? '',
  }
}
