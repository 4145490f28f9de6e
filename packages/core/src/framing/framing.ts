import type { JsonNode } from '../json/node.ts'

export type FramingName =
  | 'json'
  | 'json-array'
  | 'sse'
  | 'ndjson'
  | 'eventstream'
  | 'text'
  | 'bytes'

/** One message on the wire with everything that belongs to it: its prefix, separators and line endings. */
export interface Frame {
  readonly bytes: Uint8Array
  /** False for what was left when the stream ended inside a frame. */
  readonly whole: boolean
}

/** Divides bytes into frames, whatever the edges of the reads: every byte pushed comes back in exactly one frame. */
export interface FrameSplitter {
  /** The frames that this read completed, in order; none where it ended inside the first. */
  push(read: Uint8Array): Frame[]
  /** What is left; at most one frame, and none where the last frame was whole. */
  end(): Frame[]
}

/** What a frame says. Everything in a frame that a message can't say is its spelling. */
export interface Message {
  /** The payload: SSE data (lines joined by `\n`), a line, a document, or an event-stream message's payload. */
  readonly data: string | Uint8Array
  /** SSE: the `event:` field. */
  readonly event?: string | undefined
  /** SSE: the `id:` field. */
  readonly id?: string | undefined
  /** SSE: the `retry:` field, in milliseconds, by its digits. */
  readonly retry?: string | undefined
  /** Event stream: every header, in the order of the wire. */
  readonly headers?: readonly MessageHeader[] | undefined
}

/** A header of an event-stream message. */
export interface MessageHeader {
  readonly name: string
  readonly type:
    | 'boolean'
    | 'byte'
    | 'short'
    | 'integer'
    | 'long'
    | 'binary'
    | 'string'
    | 'timestamp'
    | 'uuid'
  /** `binary` in base64, `long` and `timestamp` (milliseconds) in decimal digits, `uuid` with its hyphens. */
  readonly value: string | number | boolean
}

/** A plain bag of spelling settings, e.g. `{ newline: '\r\n', space: false }`; only what differs from the default. */
export type FramingStyle = Readonly<Record<string, string | number | boolean>>

/** How bytes divide into frames, and how a frame is read and written. All functions are pure. */
export interface Framing {
  readonly name: FramingName
  createSplitter(limits?: SplitterLimits): FrameSplitter
  /** Undefined where the frame carries no message (a comment, blank lines) or can't be read (cut, damaged). */
  decode(frame: Frame): Message | undefined
  /** The frame that says this, in the given spelling. `decode(encode(m))` is m for every message decode can give. */
  encode(message: Message, style?: FramingStyle): Uint8Array
  /** The style with which `encode` gives these very bytes back; undefined where none does. */
  detectStyle(frame: Frame, message: Message): FramingStyle | undefined
}

export interface SplitterLimits {
  /** A frame longer than this many bytes is an error; default 64 MiB. @throws WT_FRAME_TOO_LARGE */
  readonly maxFrameBytes?: number | undefined
}

/** The payload of a message, parsed where it is JSON. */
export type Payload = JsonNode | string | Uint8Array
