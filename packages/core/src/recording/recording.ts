/** The newest version of the format that this package reads, and the one it writes. */
export const RECORDING_VERSION = 1

/**
 * One exchange as its file holds it. The members of `request` and `response` differ between versions and APIs, and fields
 * that wiretape does not know survive reading and writing.
 *
 * @public
 */
export interface Recording {
  /** Absent in a version 0 file, which OGX wrote. */
  version?: number | undefined
  /** The test it belongs to; null where it is shared by all. */
  test_id?: string | null | undefined
  request: RecordedRequest
  response: RecordedResponse
  /** Normalised id → the provider's own. */
  id_normalization_mapping?: Record<string, string> | undefined
  recorded?: RecordedBy | undefined
  [field: string]: unknown
}

/** The request as the program sent it, redacted. */
export interface RecordedRequest {
  method?: string | undefined
  url?: string | undefined
  headers?: Record<string, string | string[]> | undefined
  body?: unknown
  endpoint?: string | undefined
  model?: string | null | undefined
  [field: string]: unknown
}

export interface RecordedResponse {
  /** Null where no header came. */
  status?: number | null | undefined
  headers?: Record<string, string | string[]> | undefined
  /** A stream's items, or the one document of an answer without streaming. */
  body?: unknown
  is_streaming?: boolean | undefined
  wire?: Record<string, unknown> | undefined
  [field: string]: unknown
}

/** One message of an answer, or its whole document. */
export interface RecordedItem {
  __type__: string
  __data__: unknown
}

export interface RecordedBy {
  /** When it was recorded, ISO 8601 in UTC. */
  at?: string | undefined
  /** What recorded it, e.g. `{ wiretape: '1.0.0', openai: '6.49.0', node: '20.20.2' }`. */
  by?: Record<string, string> | undefined
  key?: { rule: string; hash: string; occurrence: number } | undefined
  [field: string]: unknown
}
