import { crc32 } from 'node:zlib'
import { frameTooLarge } from './frame-error.ts'
import { type FrameScanner, NEVER, NOT_YET } from './frame-splitter.ts'

/** Total length, length of the headers, and the checksum of both. */
export const PRELUDE_BYTES = 12
/** The prelude and the checksum at the end. */
export const LEAST_FRAME_BYTES = 16

export interface Prelude {
  readonly frameBytes: number
  readonly headerBytes: number
}

/** What the first twelve bytes of a message say; undefined where they can't begin one. */
export function readPrelude(bytes: Uint8Array): Prelude | undefined {
  if (bytes.length < PRELUDE_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, PRELUDE_BYTES)
  const frameBytes = view.getUint32(0)
  const headerBytes = view.getUint32(4)
  if (headerBytes + LEAST_FRAME_BYTES > frameBytes) return undefined
  if (crc32(bytes.subarray(0, 8)) !== view.getUint32(8)) return undefined
  return { frameBytes, headerBytes }
}

/**
 * Ends frames where their preludes say. A prelude whose checksum fails is never believed: its length could hold back
 * the rest of the stream, and the SDK stops there anyway.
 */
export function createEventstreamScanner(maxFrameBytes: number): FrameScanner {
  const prelude = new Uint8Array(PRELUDE_BYTES)
  let preludeLength = 0
  let missing = 0

  return {
    findEnd(read, from) {
      let at = from
      if (missing === 0) {
        const part = read.subarray(at, at + PRELUDE_BYTES - preludeLength)
        prelude.set(part, preludeLength)
        preludeLength += part.length
        at += part.length
        if (preludeLength < PRELUDE_BYTES) return NOT_YET
        const frameBytes = readPrelude(prelude)?.frameBytes
        if (frameBytes === undefined) return NEVER
        if (frameBytes > maxFrameBytes) {
          throw frameTooLarge('eventstream', frameBytes, maxFrameBytes)
        }
        missing = frameBytes - PRELUDE_BYTES
      }
      const taken = Math.min(missing, read.length - at)
      missing -= taken
      if (missing > 0) return NOT_YET
      preludeLength = 0
      return at + taken
    },
    isWhole: () => false,
  }
}
