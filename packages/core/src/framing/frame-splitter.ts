import { frameTooLarge } from './frame-error.ts'
import type { Frame, FrameSplitter, FramingName, SplitterLimits } from './framing.ts'
import { createPendingBytes } from './pending-bytes.ts'

const DEFAULT_MAX_FRAME_BYTES: number = 64 * 1024 * 1024

/** The frame goes on beyond this read. */
export const NOT_YET = -1
/** These bytes can't be of this framing, nor can what follows. */
export const NEVER = -2

const NOTHING = new Uint8Array(0)

/** Finds where frames end, byte after byte; what it must remember between reads is its own. */
export interface FrameScanner {
  /**
   * Where the frame that goes on at `from` ends: an index into the read (`from` itself where the bytes before this read
   * turn out to have been the whole frame), {@link NOT_YET} or {@link NEVER}.
   */
  findEnd(read: Uint8Array, from: number): number
  /** Whether what is left at the end of the stream is a whole frame. */
  isWhole(rest: Uint8Array): boolean
}

export function maxFrameBytesOf(limits: SplitterLimits | undefined): number {
  return limits?.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES
}

/**
 * The splitter around a scanner. Frames inside one read are views of it, so a read must not be written to afterwards;
 * frames over several reads are copies. Bytes that can't be of this framing are passed on read by read as frames that
 * aren't whole: a damaged body reaches the program as promptly as a sound one, and none of it is lost.
 */
export function createFrameSplitter(
  framing: FramingName,
  limits: SplitterLimits | undefined,
  scanner: FrameScanner,
): FrameSplitter {
  const maxFrameBytes = maxFrameBytesOf(limits)
  const pending = createPendingBytes()
  let isDamaged = false
  let failure: unknown

  function checkSize(added: number): void {
    const frameBytes = pending.length() + added
    if (frameBytes > maxFrameBytes) throw frameTooLarge(framing, frameBytes, maxFrameBytes)
  }

  function split(read: Uint8Array): Frame[] {
    const frames: Frame[] = []
    let start = 0
    while (start < read.length) {
      const end = isDamaged ? NEVER : scanner.findEnd(read, start)
      if (end === NEVER) {
        isDamaged = true
        frames.push({ bytes: pending.take(read.subarray(start)), whole: false })
        break
      }
      if (end === NOT_YET) {
        checkSize(read.length - start)
        pending.hold(read.subarray(start))
        break
      }
      checkSize(end - start)
      frames.push({ bytes: pending.take(read.subarray(start, end)), whole: true })
      start = end
    }
    return frames
  }

  return {
    push(read) {
      if (failure !== undefined) throw failure
      try {
        return split(read)
      } catch (error) {
        // The scanner is ahead of the bytes held: frames from here on would lack some.
        failure = error
        throw error
      }
    },
    end() {
      if (failure !== undefined) throw failure
      const rest = pending.take(NOTHING)
      return rest.length === 0 ? [] : [{ bytes: rest, whole: scanner.isWhole(rest) }]
    },
  }
}
