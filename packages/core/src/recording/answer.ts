import type { Frame, FramingName } from '../framing/framing.ts'
import type { HeaderList } from '../request/headers.ts'

/** How an answer ended: by the dialect's end rule, by the peer closing early, by the caller stopping, or by an error. */
export type Ending = 'complete' | 'cut' | 'aborted' | 'error'

/** Where one network read ended: after so many whole frames, and so many bytes into the next. */
export interface ReadEdge {
  readonly frames: number
  readonly offset: number
  /** Milliseconds since the request started. */
  readonly at: number
}

/** An error of the transport, by what a program can tell of it. */
export interface TransportError {
  readonly name: string
  readonly code: string | null
  readonly message: string
}

/** An answer as the program saw it. */
export interface Answer {
  /** Null where no header came. */
  readonly status: number | null
  readonly headers: HeaderList
  readonly framing: FramingName
  readonly frames: readonly Frame[]
  readonly reads: readonly ReadEdge[]
  /** Milliseconds from the request's start to the answer's head; null where it is not known. */
  readonly headAt: number | null
  readonly ending: Ending
  readonly error?: TransportError | undefined
}

/** Framings whose bodies are streams of items; the others are one document. */
export function isStreamFraming(framing: FramingName): boolean {
  return (
    framing === 'sse' ||
    framing === 'ndjson' ||
    framing === 'json-array' ||
    framing === 'eventstream'
  )
}
