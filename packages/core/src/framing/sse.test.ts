import { createParser } from 'eventsource-parser'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from './framing.ts'
import { sseFraming } from './sse.ts'
import { arbitraryCuts, arbitraryText, splitText, textsOf } from './splitting.test-fixture.ts'
import { encodeUtf8 } from './utf8.ts'

const PIECES = [
  'data:',
  'data: ',
  'data',
  'event: e',
  'event:',
  'id: 7',
  'id:\0',
  'id',
  'retry: 12',
  'retry: x',
  ': comment',
  'unknown: field',
  ' ',
  'x',
  'é😀',
  '\u2028',
  '\uFEFF',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  '\r\n\r\n',
]

function eventsOf(text: string): object[] {
  const events: object[] = []
  const parser = createParser({ onEvent: (event) => events.push({ ...event }) })
  parser.feed(new TextDecoder().decode(encodeUtf8(text)))
  // It keeps a last `\r` back until it sees that no `\n` follows.
  if (text.endsWith('\r')) parser.feed(':\n')
  return events
}

function messagesOf(text: string, cuts: readonly number[] = []): (Message | undefined)[] {
  return splitText(sseFraming, text, cuts)
    .filter((frame) => frame.whole)
    .map((frame) => sseFraming.decode(frame))
}

function styleOf(text: string): unknown {
  const frame = { bytes: encodeUtf8(text), whole: true }
  const message = sseFraming.decode(frame)
  return message === undefined ? undefined : sseFraming.detectStyle(frame, message)
}

test('reads the events that eventsource-parser reads, in every form and cut', () => {
  fc.assert(
    fc.property(arbitraryText(PIECES), arbitraryCuts, (text, cuts) => {
      const events = messagesOf(text, cuts).flatMap((message) =>
        message === undefined ? [] : [{ id: message.id, event: message.event, data: message.data }],
      )
      expect(events).toEqual(eventsOf(text))
    }),
    { numRuns: 3000 },
  )
})

test.each(['\n', '\r\n', '\r'])('passes an event on with its blank line (%j)', (newline) => {
  const splitter = sseFraming.createSplitter()
  const event = `event: ping${newline}data: {}${newline}${newline}`

  const frames = Array.from(encodeUtf8(event), (byte) => splitter.push(Uint8Array.of(byte)))

  expect(frames.findIndex((some) => some.length > 0)).toBe(event.length - 1)
  expect(splitter.end()).toEqual([])
})

test('passes further blank lines on as frames of their own', () => {
  const frames = splitText(sseFraming, 'data: 1\n\n\n\r\n\r\n: hi\n\ndata: 2\n\n')

  expect(textsOf(frames)).toEqual(['data: 1\n\n', '\n', '\r\n', '\r\n', ': hi\n\n', 'data: 2\n\n'])
  expect(frames.map((frame) => sseFraming.decode(frame)?.data)).toEqual([
    '1',
    undefined,
    undefined,
    undefined,
    undefined,
    '2',
  ])
})

test('keeps both halves of a CRLF together where a read ends between them', () => {
  const text = 'data: 1\r\n\r\ndata: 2\r\n\r\n'
  const frames = splitText(sseFraming, text, [text.indexOf('data: 2') - 1])

  expect(textsOf(frames)).toEqual(['data: 1\r\n\r\n', 'data: 2\r\n\r\n'])
})

test('makes a frame of the byte-order mark at the start, and of no other', () => {
  const text = '\uFEFFdata: 1\n\n\uFEFFdata: 2\n\n'

  expect(textsOf(splitText(sseFraming, text, [1, 2]))).toEqual([
    '\uFEFF',
    'data: 1\n\n',
    '\uFEFFdata: 2\n\n',
  ])
  expect(messagesOf(text)).toEqual([undefined, { data: '1' }, undefined])
})

test('reads an event that the stream ended in, as a frame that is not whole', () => {
  const [first, last, ...others] = splitText(sseFraming, 'data: 1\n\ndata: [DONE]')

  expect(first?.whole).toBe(true)
  expect(last?.whole).toBe(false)
  expect(last && sseFraming.decode(last)).toEqual({ data: '[DONE]' })
  expect(last && sseFraming.detectStyle(last, { data: '[DONE]' })).toEqual({ end: 'none' })
  expect(others).toEqual([])
})

test('reads every field', () => {
  expect(messagesOf('id: 1\nevent: e\nretry: 3000\ndata: a\ndata:\ndata:  b\n\n')).toEqual([
    { data: 'a\n\n b', event: 'e', id: '1', retry: '3000' },
  ])
})

test('has no message for an event without data, nor for one that is not UTF-8', () => {
  expect(messagesOf('event: ping\nid: 1\n\nretry: 10\n\n')).toEqual([undefined, undefined])
  expect(
    sseFraming.decode({ bytes: Uint8Array.of(...encodeUtf8('data: '), 0xff, 10, 10), whole: true }),
  ).toBeUndefined()
})

test.each([
  ['data: 1\n\n', {}],
  ['event: e\ndata: 1\n\n', {}],
  ['event: e\r\ndata: 1\r\n\r\n', { newline: '\r\n' }],
  ['event: e\rdata: 1\r\r', { newline: '\r' }],
  ['event:e\ndata:1\n\n', { space: false }],
  ['data:\n\n', { space: false }],
  ['data: \n\n', {}],
  ['data:a\ndata:  b\n\n', { space: false }],
  ['data:a\ndata: b\n\n', undefined],
  ['data: 1\nevent: e\n\n', { order: 'data event' }],
  ['id: 1\nevent: e\ndata: x\ndata: y\n\n', { order: 'id event data' }],
  ['data: 1\n', { end: 'line' }],
  ['data: 1', { end: 'none' }],
  ['data:{"a":1}', { space: false, end: 'none' }],
  [': comment\ndata: 1\n\n', undefined],
  ['data: 1\r\n\n', undefined],
])('finds the style of %j', (text, style) => {
  expect(styleOf(text)).toEqual(style)
})

test('writes data that begins with a blank so that it keeps it', () => {
  expect(sseFraming.encode({ data: ' a\nb' }, { space: false })).toEqual(
    encodeUtf8('data:  a\ndata:b\n\n'),
  )
})

test('decodes every message that it can encode', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\0]/g, ''))
  const message = fc.record(
    {
      data: fc.array(line, { minLength: 1 }).map((lines) => lines.join('\n')),
      event: line.filter((text) => text !== ''),
      id: line,
      retry: fc.nat().map(String),
    },
    { requiredKeys: ['data'] },
  )
  const style = fc.record(
    {
      newline: fc.constantFrom('\n', '\r\n', '\r'),
      space: fc.boolean(),
      order: fc.constantFrom('data event', 'id', 'retry data'),
      end: fc.constantFrom('blank', 'line', 'none'),
    },
    { requiredKeys: [] },
  )

  fc.assert(
    fc.property(message, style, (original, spelling) => {
      const bytes = sseFraming.encode(original, spelling)
      expect(sseFraming.decode({ bytes, whole: true })).toEqual(original)
    }),
  )
})

test('refuses fields that would forge others, and unknown settings', () => {
  expect(() => sseFraming.encode({ data: '', event: 'a\ndata: b' })).toThrow(
    "WT_FRAME_INVALID: can't write a message as sse: its event can't stand in an event stream\n" +
      '→ Remove line endings and NUL from it.',
  )
  expect(() => sseFraming.encode({ data: '', id: '\0' })).toThrow('WT_FRAME_INVALID')
  expect(() => sseFraming.encode({ data: '', retry: '1s' })).toThrow('Use digits only.')
  expect(() => sseFraming.encode({ data: '' }, { newline: 'LF' })).toThrow(
    'style.newline is "LF"\n→ Set it to one of "\\n", "\\r\\n", "\\r", or remove it.',
  )
  expect(() => sseFraming.encode({ data: '' }, { order: 'a b' })).toThrow('WT_FRAME_INVALID')
})
