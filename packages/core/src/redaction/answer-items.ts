import type { Frame } from '../framing/framing.ts'
import { framingOf } from '../framing/framings.ts'
import { type Answer, isStreamFraming } from '../recording/answer.ts'
import { type SpelledItem, takeApart } from '../recording/spelling.ts'
import type { AnswerContext } from '../recording/write-answer.ts'

/** A frame of an answer, with what it says and where that stands in the recording. */
export interface AnswerItem {
  readonly frame: Frame
  /** Undefined for comments, and what was cut off. */
  readonly part: SpelledItem | undefined
  /** A pointer to the item; null where the frame is none, such as the mark of the end. */
  readonly place: string | null
}

export function answerItems(
  { framing, frames }: Answer,
  { endpoint }: AnswerContext,
): AnswerItem[] {
  const isStream = isStreamFraming(framing)
  let count = 0
  return frames.map((frame) => {
    const part = takeApart(frame, framingOf(framing), endpoint)
    if (part === undefined || part.payload === endpoint.endMark) return { frame, part, place: null }
    return { frame, part, place: isStream ? `/response/body/${count++}` : '/response/body' }
  })
}
