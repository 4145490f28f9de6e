import type { Framing } from './framing.ts'
import { decodeUtf8, encodeUtf8, isSameBytes } from './utf8.ts'
import { createWholeBodySplitter } from './whole-body.ts'

/** A body of text without frames; one that isn't UTF-8 can't be read. */
export const textFraming: Framing = {
  name: 'text',
  createSplitter: (limits) => createWholeBodySplitter('text', limits),
  decode(frame) {
    const data = decodeUtf8(frame.bytes)
    return data === undefined ? undefined : { data }
  },
  encode: ({ data }) => (typeof data === 'string' ? encodeUtf8(data) : data),
  detectStyle: (frame, message) =>
    isSameBytes(textFraming.encode(message), frame.bytes) ? {} : undefined,
}
