import type { FramingName, Message, Payload } from '../framing/framing.ts'
import type { JsonNode } from '../json/node.ts'
import type { PathPattern, REMOVED } from '../json/paths.ts'
import type { RequestView } from '../request/request-view.ts'

/** What is known of one provider API: its endpoints, ids, volatile fields, end rule and how its chunks assemble. */
export interface Dialect {
  /** Names the folder of its recordings, e.g. `openai-chat`. */
  readonly name: string
  /** Who speaks it where the host doesn't tell; null where nobody in particular does. */
  readonly provider: string | null
  /** What this request asks for; undefined where this dialect does not know it. */
  recognise(request: RequestView): Recognition | undefined
  /** The body with which this API says an error; its text must be readable in the client's message. */
  errorBody(error: SpokenError): JsonNode
  readonly assembly?: Assembly | undefined
}

export interface Recognition {
  readonly endpoint: Endpoint
  /** From the body, the path or the deployment; null where the request names none. */
  readonly model: string | null
  /** Whether a stream is asked for. */
  readonly streaming: boolean
  /** Ids in the path, in order; each counts as a reference. */
  readonly pathIds?: readonly string[] | undefined
}

/** A recognised request. */
export interface Call extends Recognition {
  readonly dialect: Dialect
  readonly provider: string
}

/** One operation of an API. */
export interface Endpoint {
  /** The API's own name of it, without host, gateway prefix or ids, e.g. `/v1/chat/completions`. */
  readonly name: string
  /** The `__type__` of an answer, or of one item of a stream. */
  typeOf(item: Item): string
  /** What a stream of this endpoint is framed as where nothing says otherwise; `sse` by default. */
  readonly streamFraming?: FramingName | undefined
  /**
   * What an item implies of its message beside the data, so that a recording need not repeat it: the SSE `event:`, or every
   * header of an event-stream message.
   */
  implies?(item: TypedPayload): ImpliedFields
  /** The payload as people shall read it, e.g. without an inner base64; {@link Endpoint.wrap} is its inverse. */
  unwrap?(payload: JsonNode): JsonNode
  wrap?(payload: JsonNode): JsonNode
  /** The data of the message that ends its streams and is no item itself, e.g. `[DONE]`. */
  readonly endMark?: string | undefined
  /**
   * The end rule: whether this message of a stream says that the answer is complete. Without one, a stream that its peer
   * closed in good order is complete.
   */
  ends?(payload: Payload, message: Message): boolean
  /** Ids that an answer carries. */
  readonly ids: readonly IdField[]
  /** What changes with every answer without saying anything. */
  readonly volatile: readonly VolatileField[]
  /** Ids that a request carries. */
  readonly requestIds: readonly RequestIdField[]
  /** Tokens in a request's body that only the provider can read, such as a thinking block's signature. */
  readonly opaque?: readonly PathPattern[] | undefined
  /** Fields of the request's body that can't change the answer. */
  readonly ignored: readonly PathPattern[]
  /** Members of the body, by their values that say what is so without them by the API's reference. */
  readonly defaults?: Readonly<Record<string, readonly JsonNode[]>> | undefined
  /** True where a call creates, changes or deletes something that the provider keeps. */
  readonly stateful?: boolean | undefined
}

/** An item that is to be given a `__type__`. */
export interface Item {
  readonly payload: Payload
  readonly streamed: boolean
  /** The message it came in: an SSE `event`, event-stream `headers`. */
  readonly message: Message
  /** The answer's status; null where it is not known. */
  readonly status: number | null
}

/** An item as a recording has it. */
export interface TypedPayload {
  readonly type: string
  readonly payload: Payload
}

export type ImpliedFields = Pick<Message, 'event' | 'headers'>

export interface IdField {
  readonly path: PathPattern
  /** Prefixes that the provider uses here; the first is the one for an original with another or none. */
  readonly prefixes: readonly string[]
  /** True for the id of the whole answer, `rec-<12 hex>`. */
  readonly answer?: boolean | undefined
  /** True where an address stands here: the id is the part of its path that begins with one of the prefixes. */
  readonly inAddress?: boolean | undefined
}

export interface VolatileField {
  readonly path: PathPattern
  readonly kind: 'timestamps' | 'durations' | 'padding'
  readonly value: JsonNode | typeof REMOVED
}

export interface RequestIdField {
  readonly path: PathPattern
  /**
   * `definition`: an earlier answer's id, repeated with what it names (a tool call); its spelling is free.
   * `link`: points at a definition (a tool's result). `reference`: points at something that the provider keeps.
   */
  readonly role: 'definition' | 'link' | 'reference'
}

export interface SpokenError {
  readonly code: string
  readonly message: string
}

/** An item of a recording in JavaScript values. */
export interface PlainItem {
  readonly type: string
  readonly data: unknown
}

/** Chunk reconstruction, on plain JavaScript values as SDKs hand them out. */
export interface Assembly {
  /** Whether this is a chunk of this API's streams. */
  isChunk(value: unknown): boolean
  /** What a model wrote in a chunk or in a whole answer, for people who watch. */
  textOf(value: unknown): string
  /** The answer that the API gives to the same request without streaming. */
  assemble(chunks: readonly unknown[]): unknown
  /** Whether this is a whole answer of this API. */
  isWhole(value: unknown): boolean
  /** A well-formed stream that assembles to this answer. */
  disassemble(whole: unknown): unknown[]
  /** A recording's item as the API's SDK hands it out; without this, its data. */
  chunkOf?(item: PlainItem): unknown
  /** The item of a chunk as the API's SDK hands it out; without this, the chunk as its endpoint types it. */
  itemOf?(chunk: unknown): PlainItem
}
