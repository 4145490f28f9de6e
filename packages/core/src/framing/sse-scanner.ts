import { type FrameScanner, NOT_YET } from './frame-splitter.ts'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const

/** What stands before the byte that is looked at, as far as the next line ending depends on it. */
const WITHIN_LINE = 0
const LINE_START = 1
/** A line of this frame ended in `\r`, so a `\n` would be its second half. */
const AFTER_RETURN = 2
/** A blank line ended in `\r` and perhaps in a `\n` to come. */
const AFTER_BLANK_RETURN = 3
/** The frame before ended in a bare `\r`. */
const AFTER_BARE_BLANK = 4

/**
 * Ends frames at blank lines, a blank line at the start of a frame being a frame of its own: an event is complete with
 * the first one, and nothing waits to see whether more follow.
 *
 * A blank line's `\r` is where waiting can't be avoided and can be kept rare. After a line that ended in a bare `\r`,
 * the stream ends its lines so, and the frame ends at once (a `\n` after all is a blank frame). Else it takes the next
 * byte to know, which in CRLF streams is on its way.
 *
 * A byte-order mark at the start of the stream is a frame of its own, since only there it isn't part of a field's name
 * and `decode` can't know where a frame stood.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function createSseScanner(): FrameScanner {
  let state = LINE_START
  // How much of the mark the stream began with; undefined once it can't be one.
  let markLength: number | undefined = 0

  return {
    findEnd(read, from) {
      for (let index = from; index < read.length; index += 1) {
        const byte = read[index]
        if (markLength !== undefined) {
          markLength = byte === BYTE_ORDER_MARK[markLength] ? markLength + 1 : undefined
          if (markLength === BYTE_ORDER_MARK.length) {
            markLength = undefined
            state = LINE_START
            return index + 1
          }
        }
        if (state === AFTER_BLANK_RETURN) {
          if (byte === LINE_FEED) {
            state = LINE_START
            return index + 1
          }
          state = AFTER_BARE_BLANK
          return index
        }
        if (byte === LINE_FEED) {
          if (state === LINE_START || state === AFTER_BARE_BLANK) {
            state = LINE_START
            return index + 1
          }
          state = LINE_START
        } else if (byte === CARRIAGE_RETURN) {
          if (state === AFTER_RETURN || state === AFTER_BARE_BLANK) {
            state = AFTER_BARE_BLANK
            return index + 1
          }
          state = state === LINE_START ? AFTER_BLANK_RETURN : AFTER_RETURN
        } else {
          state = WITHIN_LINE
        }
      }
      return NOT_YET
    },
    isWhole: () => state === AFTER_BLANK_RETURN,
  }
}
