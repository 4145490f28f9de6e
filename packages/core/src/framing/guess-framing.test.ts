import { expect, test } from 'vitest'
import { eventstreamFraming } from './eventstream.ts'
import { guessFraming } from './guess-framing.ts'
import { encodeUtf8 } from './utf8.ts'

test.each([
  ['text/event-stream; charset=utf-8', undefined, 'sse'],
  ['Text/Event-Stream', '{}', 'sse'],
  ['application/vnd.amazon.eventstream', undefined, 'eventstream'],
  ['application/x-ndjson', undefined, 'ndjson'],
  ['application/stream+json', undefined, 'ndjson'],
  ['application/json', undefined, 'json'],
  ['application/json', '', 'json'],
  ['application/json', '{"a":1}', 'json'],
  ['application/json', '{"a":1}\n', 'json'],
  ['application/json', '{"a":1}\n{"b', 'ndjson'],
  ['application/json', '[{\n  "candidates"', 'json-array'],
  ['application/json', ' [', 'json-array'],
  ['application/json', '[0.1, 0.2]', 'json'],
  ['application/json', 'data: {"a":1}\n\n', 'sse'],
  ['application/problem+json', '{}', 'json'],
  ['text/plain', 'event: ping\n', 'sse'],
  ['text/plain', 'Hello', 'text'],
  ['text/html', '<p>', 'text'],
  ['application/xml', undefined, 'text'],
  ['image/png', undefined, 'bytes'],
  ['application/octet-stream', '\0', 'bytes'],
  ['multipart/form-data; boundary=x', '--x\r\n', 'text'],
  [undefined, undefined, 'bytes'],
  [undefined, 'data: 1\n\n', 'sse'],
  ['', ': keep-alive\n\n', 'sse'],
  ['', '{"a":1}', 'json'],
  ['', 'Hello', 'text'],
])('takes a body of type %j that begins %j for %s', (contentType, start, name) => {
  const firstBytes = start === undefined ? undefined : encodeUtf8(start)

  expect(guessFraming(contentType, firstBytes)).toBe(name)
})

test('knows an event stream without its type, and bytes that are no text', () => {
  expect(guessFraming(undefined, eventstreamFraming.encode({ data: 'x' }))).toBe('eventstream')
  expect(guessFraming(undefined, Uint8Array.of(0xff, 0xd8, 0xff))).toBe('bytes')
})

test('takes text whose last character is cut for text', () => {
  expect(guessFraming(undefined, encodeUtf8('Grüße').slice(0, 3))).toBe('text')
})
