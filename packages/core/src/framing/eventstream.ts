import { crc32 } from 'node:zlib'
import { decodeHeaders, encodeHeader } from './eventstream-header.ts'
import {
  createEventstreamScanner,
  LEAST_FRAME_BYTES,
  PRELUDE_BYTES,
  readPrelude,
} from './eventstream-scanner.ts'
import { frameInvalid } from './frame-error.ts'
import { createFrameSplitter, maxFrameBytesOf } from './frame-splitter.ts'
import type { Frame, Framing, Message } from './framing.ts'
import { encodeUtf8, isSameBytes } from './utf8.ts'

const CHECKSUM_BYTES = 4

function decode(frame: Frame): Message | undefined {
  const { buffer, byteOffset, length } = frame.bytes
  // A view without the methods of a Buffer, which the frame may be.
  const bytes = new Uint8Array(buffer, byteOffset, length)
  const prelude = frame.whole ? readPrelude(bytes) : undefined
  if (prelude?.frameBytes !== length) return undefined
  const payloadEnd = length - CHECKSUM_BYTES
  const checksum = new DataView(buffer, byteOffset, length).getUint32(payloadEnd)
  if (crc32(bytes.subarray(0, payloadEnd)) !== checksum) return undefined
  const payloadStart = PRELUDE_BYTES + prelude.headerBytes
  const headers = decodeHeaders(bytes.subarray(PRELUDE_BYTES, payloadStart))
  if (headers === undefined) return undefined
  return { data: bytes.subarray(payloadStart, payloadEnd), headers }
}

function encode(message: Message): Uint8Array {
  const headers = (message.headers ?? []).map(encodeHeader)
  const headerBytes = headers.reduce((sum, header) => sum + header.length, 0)
  const payload = typeof message.data === 'string' ? encodeUtf8(message.data) : message.data
  const frameBytes = LEAST_FRAME_BYTES + headerBytes + payload.length
  if (frameBytes > 0xffff_ffff) {
    throw frameInvalid('eventstream', 'it has more than 4 GiB', 'Shorten its payload.')
  }
  const bytes = new Uint8Array(frameBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, frameBytes)
  view.setUint32(4, headerBytes)
  view.setUint32(8, crc32(bytes.subarray(0, 8)))
  let at = PRELUDE_BYTES
  for (const part of [...headers, payload]) {
    bytes.set(part, at)
    at += part.length
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)))
  return bytes
}

/**
 * `application/vnd.amazon.eventstream`: a frame is a message with its prelude and both checksums, whether it says an
 * event, an exception or an error (its `:message-type`). A message has one spelling, so the style is always empty.
 *
 * A message whose end checksum fails is a frame that can't be read; after a prelude that can't be one, the rest of the
 * stream comes back read by read as frames that aren't whole.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export const eventstreamFraming: Framing = {
  name: 'eventstream',
  createSplitter: (limits) =>
    createFrameSplitter('eventstream', limits, createEventstreamScanner(maxFrameBytesOf(limits))),
  decode,
  encode: (message) => encode(message),
  detectStyle: (frame, message) => (isSameBytes(encode(message), frame.bytes) ? {} : undefined),
}
