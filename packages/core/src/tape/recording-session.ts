import type { Call } from '../dialect/dialect.ts'
import { decideFraming, framingOf, guessFraming } from '../framing/framings.ts'
import type { Frame, FrameSplitter, Framing } from '../framing/framing.ts'
import type { AnswerIdentity } from '../identity/answer-identity.ts'
import {
  type Answer,
  type Ending,
  isStreamFraming,
  type ReadEdge,
  type TransportError,
} from '../recording/answer.ts'
import { spellItem, takeApart } from '../recording/spelling.ts'
import { type HeaderList, headerValue } from '../request/headers.ts'
import { now } from './clock.ts'

/** One answer while it is being recorded: takes reads as they come, gives what the program shall see. */
export interface RecordingSession {
  /** The bytes that this read completes: whole frames, ids rewritten; or the read itself where nothing is rewritten. */
  accept(read: Uint8Array): Uint8Array
  /** What is left when the source has ended. */
  end(): Uint8Array
  /** True from the message on that ends the answer by the dialect's end rule. */
  readonly ended: boolean
  finish(ending: 'closed' | 'aborted' | 'error', error?: TransportError): Answer
}

const LINE_FEED = 0x0a

export interface SessionOptions {
  readonly call: Call
  readonly status: number
  readonly headers: HeaderList
  /** Null where the answer holds nothing to name. */
  readonly identity: AnswerIdentity | null
  /** Whether the program sees names; else it sees the answer verbatim. */
  readonly rewrites: boolean
  readonly keepsPadding: boolean
  readonly startedAt: number
}

export function createRecordingSession(options: SessionOptions): RecordingSession {
  const { call, identity, startedAt } = options
  const { endpoint } = call
  const headAt = elapsed(startedAt)
  const contentType = headerValue(options.headers, 'content-type')
  const frames: Frame[] = []
  const ends: { readonly end: number; readonly at: number }[] = []
  let framing: Framing | undefined
  let splitter: FrameSplitter | undefined
  let held: Uint8Array[] = []
  let heldLength = 0
  let nextLook = 0
  let given = 0
  let ended = false
  let torn = false

  // Until the framing is sure, reads are held back where they may have to be rewritten.
  const holdsBack = options.rewrites && identity !== null

  function rewrites(): boolean {
    // Text and bytes hold no ids: their reads pass on as they come.
    const isOpaque = framing?.name === 'text' || framing?.name === 'bytes'
    return holdsBack && !isOpaque
  }

  /** Opens the splitter as soon as the framing is sure, whatever the edges of the reads; at the end, in any case. */
  function open(isLast: boolean): Uint8Array | undefined {
    const start = held.length === 1 ? (held[0] as Uint8Array) : Buffer.concat(held)
    const decided = decideFraming(contentType, start)
    if (decided === undefined && !isLast) {
      held = [start]
      return undefined
    }
    const name = decided ?? guessFraming(contentType, start)
    framing = framingOf(name === 'opaque' ? 'bytes' : name)
    // What a program reads must not fail for its size.
    splitter = framing.createSplitter({ maxFrameBytes: Infinity })
    held = []
    return start
  }

  function openSplitter(): FrameSplitter {
    return splitter as FrameSplitter
  }

  function take(split: readonly Frame[]): Uint8Array {
    const seen = split.map(see)
    frames.push(...seen)
    return seen.length === 1
      ? (seen[0] as Frame).bytes
      : Buffer.concat(seen.map(({ bytes }) => bytes))
  }

  /** The frame as the program sees it. */
  function see(frame: Frame): Frame {
    const parsing = framing as Framing
    const part = takeApart(frame, parsing, endpoint)
    if (part === undefined) {
      torn ||= !frame.whole
      return frame
    }
    if (isStreamFraming(parsing.name))
      ended ||= endpoint.ends?.(part.payload, part.message) === true
    if (identity === null || typeof part.payload === 'string' || part.payload instanceof Uint8Array)
      return frame
    const payload = identity.normalize(part.payload)
    if (!rewrites()) return frame
    const spelling = part.spelling ?? { framing: {}, json: {} }
    const { fill, ...json } = spelling.json
    const padded = fill !== undefined && !options.keepsPadding
    if (payload === part.payload && !padded) return frame
    const { data: _, ...fields } = part.message
    const bytes = spellItem(payload, fields, {
      endpoint,
      framing: parsing.name,
      spelling: { framing: spelling.framing, json: padded ? json : spelling.json },
    })
    return { bytes, whole: frame.whole }
  }

  /** What the program is given of a read: the frames that it completed, or the read itself where nothing is rewritten. */
  function give(read: Uint8Array, completed: Uint8Array): Uint8Array {
    const bytes = rewrites() ? completed : read
    given += bytes.length
    if (bytes.length > 0) ends.push({ end: given, at: elapsed(startedAt) })
    return bytes
  }

  return {
    get ended() {
      return ended
    },
    accept: (read) => {
      if (splitter !== undefined) return give(read, take(splitter.push(read)))
      held.push(read)
      heldLength += read.length
      // Looked at again where a line ends or there is twice as much: one-byte reads must not cost their square.
      const isWorthALook = heldLength >= nextLook || read.includes(LINE_FEED)
      const start = isWorthALook ? open(false) : undefined
      nextLook = 2 * heldLength
      if (start === undefined) return give(read, new Uint8Array())
      const completed = take(openSplitter().push(start))
      return give(holdsBack ? start : read, completed)
    },
    end: () => {
      const nothing = new Uint8Array()
      const start = splitter === undefined && held.length > 0 ? open(true) : undefined
      if (splitter === undefined) return nothing
      const first = start === undefined ? nothing : take(openSplitter().push(start))
      const bytes = Buffer.concat([first, take(openSplitter().end())])
      const [body] = frames
      // Only a whole body tells text from bytes.
      if (framing?.name === 'bytes' && frames.length === 1 && body !== undefined)
        framing = framingOf(guessFraming(contentType, body.bytes) === 'text' ? 'text' : 'bytes')
      return give(holdsBack ? (start ?? nothing) : nothing, bytes)
    },
    finish: (how, error) => ({
      status: options.status,
      headers: options.headers,
      framing: framing?.name ?? 'text',
      frames,
      reads: edgesOf(ends, frames),
      headAt,
      ending: endingOf(how, {
        ended: ended && !torn,
        isStream: framing !== undefined && isStreamFraming(framing.name),
        hasEndRule: endpoint.ends !== undefined,
      }),
      ...(error === undefined ? {} : { error }),
    }),
  }
}

/** Where reads ended, in whole frames and bytes of the next. */
function edgesOf(
  ends: readonly { readonly end: number; readonly at: number }[],
  frames: readonly Frame[],
): ReadEdge[] {
  let whole = 0
  let start = 0
  return ends.map(({ end, at }) => {
    for (let next = frames[whole]; next !== undefined && start + next.bytes.length <= end;) {
      start += next.bytes.length
      whole += 1
      next = frames[whole]
    }
    return { frames: whole, offset: end - start, at }
  })
}

function endingOf(
  how: 'closed' | 'aborted' | 'error',
  answer: { readonly ended: boolean; readonly isStream: boolean; readonly hasEndRule: boolean },
): Ending {
  if (how === 'error') return 'error'
  // A caller that stops after the end mark has a complete answer.
  if (answer.isStream && answer.ended) return 'complete'
  if (how === 'aborted') return 'aborted'
  return answer.isStream && answer.hasEndRule ? 'cut' : 'complete'
}

function elapsed(startedAt: number): number {
  return Math.max(0, Math.round(now() - startedAt))
}
