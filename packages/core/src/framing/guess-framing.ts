import { readPrelude } from './eventstream-scanner.ts'
import type { FramingName } from './framing.ts'
import { isJson } from './utf8.ts'

const NDJSON_TYPES: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
  'application/json-lines',
  'application/stream+json',
])

/** Enough for the first line of an answer; what is beyond decides nothing. */
const MOST_BYTES = 64 * 1024

const SSE_START = /^\uFEFF?(?:(?:data|event|id|retry):|:)/
const SSE_FIELD_START = /^\uFEFF?(?:data|event): ?[{["\w]/
const TEXT_TYPE = /^text\/|[/+](?:xml|ya?ml|javascript|x-www-form-urlencoded|graphql)$/
// A control character that no text holds; what isn't UTF-8 shows as U+FFFD.
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_TEXT = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F\uFFFD]/

/** How JSON text is framed, by how it begins. */
function guessJson(start: string): FramingName {
  if (/^[ \t\r\n]*\[[ \t\r\n]*(?:\{|$)/.test(start)) return 'json-array'
  const line = /^(\{.*\})\r?\n\{/.exec(start)?.[1]
  return line !== undefined && isJson(line) ? 'ndjson' : 'json'
}

function guessUntyped(firstBytes: Uint8Array, start: string): FramingName {
  if (readPrelude(firstBytes) !== undefined) return 'eventstream'
  if (SSE_START.test(start)) return 'sse'
  if (/^[ \t\r\n]*[{[]/.test(start)) return guessJson(start)
  return start === '' || NOT_TEXT.test(start) ? 'bytes' : 'text'
}

/**
 * The framing of a body, by its content type first and by how it begins where the type leaves it open or is known to
 * lie: NDJSON and SSE do come as `application/json`, a streamed array always does. Give as many first bytes as are at
 * hand; with one line alone, NDJSON under a wrong type looks like JSON. A wrong guess loses no bytes.
 */
export function guessFraming(
  contentType: string | undefined,
  firstBytes: Uint8Array | undefined,
): FramingName {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const bytes = firstBytes?.subarray(0, MOST_BYTES) ?? new Uint8Array(0)
  // A character that is cut at the end of the bytes stays in the decoder.
  const start = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })
  if (type === 'text/event-stream') return 'sse'
  if (type === 'application/vnd.amazon.eventstream') return 'eventstream'
  if (NDJSON_TYPES.has(type)) return 'ndjson'
  const isJsonType = /[/+]json$/.test(type)
  if (isJsonType || TEXT_TYPE.test(type)) {
    if (SSE_FIELD_START.test(start)) return 'sse'
    return isJsonType ? guessJson(start) : 'text'
  }
  if (/^(?:image|audio|video|font)\//.test(type)) return 'bytes'
  return guessUntyped(bytes, start)
}

/** What tells framings apart stands in the first bytes, but for NDJSON under a JSON type. */
const ENOUGH_BYTES = 16

/**
 * The framing as soon as nothing that follows can change it, so that it does not depend on the edges of reads; undefined
 * while it is open. Text and bytes, which are told apart by all of a body, are `opaque`.
 */
export function decideFraming(
  contentType: string | undefined,
  start: Uint8Array,
): Exclude<FramingName, 'text' | 'bytes'> | 'opaque' | undefined {
  const guess = guessFraming(contentType, start)
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isTold =
    type === 'text/event-stream' ||
    type === 'application/vnd.amazon.eventstream' ||
    NDJSON_TYPES.has(type) ||
    /^(?:image|audio|video|font)\//.test(type)
  if (!isTold && start.length < ENOUGH_BYTES) return undefined
  if (!isTold && guess === 'json' && !isSurelyJson(start)) return undefined
  return guess === 'text' || guess === 'bytes' ? 'opaque' : guess
}

/** A document that goes on behind its first line, or is longer than any first line of a stream. */
function isSurelyJson(start: Uint8Array): boolean {
  if (start.length >= MOST_BYTES) return true
  const text = Buffer.from(start).toString('latin1').trimStart()
  if (text.startsWith('[')) return /^\[\s*[^\s{]/.test(text)
  return /^[^\n]*\n[\s\S]/.test(text)
}
