import { tryParseJson } from '../json/parse.ts'
import type { JsonNode } from '../json/node.ts'
import type { HeaderList } from './headers.ts'
import { parseUrl } from './parse-url.ts'

/** A request as keys and dialects look at it: its address taken apart, its body parsed where that is JSON. */
export interface RequestView {
  /** In upper case. */
  readonly method: string
  readonly url: URL
  readonly headers: HeaderList
  /** The parsed body; undefined where there is none or it is not JSON. */
  readonly json: JsonNode | undefined
  readonly bytes: Uint8Array | null
}

export interface RequestParts {
  readonly method: string
  readonly url: string
  readonly headers: HeaderList
}

/** Looks at a request whose body has been collected. */
export function viewRequest(request: RequestParts, bytes: Uint8Array | null): RequestView {
  return {
    method: request.method.toUpperCase(),
    url: parseUrl(request.url),
    headers: request.headers,
    json: bytes === null || bytes.length === 0 ? undefined : parseBytes(bytes),
    bytes,
  }
}

function parseBytes(bytes: Uint8Array): JsonNode | undefined {
  const text = decodeUtf8(bytes)
  return text === undefined ? undefined : tryParseJson(text)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of these bytes, or undefined where they are not UTF-8. A byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
