import type { FramingName } from '../framing/framing.ts'

/** What an answer of a framing usually calls itself. */
export const USUAL_CONTENT_TYPE: Readonly<Record<FramingName, string>> = {
  json: 'application/json',
  'json-array': 'application/json',
  sse: 'text/event-stream; charset=utf-8',
  ndjson: 'application/x-ndjson',
  eventstream: 'application/vnd.amazon.eventstream',
  text: 'text/plain; charset=utf-8',
  bytes: 'application/octet-stream',
}
