import type { Framing } from './framing.ts'
import { encodeUtf8, isSameBytes } from './utf8.ts'
import { createWholeBodySplitter } from './whole-body.ts'

/** A body of bytes without frames: images, audio, documents, and all that no other framing knows. */
export const bytesFraming: Framing = {
  name: 'bytes',
  createSplitter: (limits) => createWholeBodySplitter('bytes', limits),
  decode: (frame) => ({ data: frame.bytes }),
  encode: ({ data }) => (typeof data === 'string' ? encodeUtf8(data) : data),
  detectStyle: (frame, message) =>
    isSameBytes(bytesFraming.encode(message), frame.bytes) ? {} : undefined,
}
