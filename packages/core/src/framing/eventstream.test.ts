import { crc32 } from 'node:zlib'
import { EventStreamCodec, Int64 } from '@smithy/core/event-streams'
import { fromUtf8, toUtf8 } from '@smithy/core/serde'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventstreamFraming } from './eventstream.ts'
import type { Message, MessageHeader } from './framing.ts'
import { splitReads } from './splitting.test-fixture.ts'
import { encodeUtf8 } from './utf8.ts'

const codec = new EventStreamCodec(toUtf8, fromUtf8)

type SmithyHeader = Parameters<typeof codec.encode>[0]['headers'][string]

const LONG = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
const BASE64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))
const UUID = fc.uuid({ version: [1, 4, 7] })

const HEADER_VALUE: fc.Arbitrary<Omit<MessageHeader, 'name'>> = fc.oneof(
  fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({ type: fc.constant('byte' as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({
    type: fc.constant('short' as const),
    value: fc.integer({ min: -32_768, max: 32_767 }),
  }),
  fc.record({ type: fc.constant('integer' as const), value: fc.integer() }),
  fc.record({ type: fc.constant('long' as const), value: LONG }),
  fc.record({ type: fc.constant('binary' as const), value: BASE64 }),
  fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({
    type: fc.constant('timestamp' as const),
    value: fc.date({ noInvalidDate: true }).map((date) => String(date.getTime())),
  }),
  fc.record({ type: fc.constant('uuid' as const), value: UUID }),
)

const HEADERS = fc.uniqueArray(
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 20 }), HEADER_VALUE)
    .filter(([name]) => name !== '__proto__' && !/^\d+$/.test(name))
    .map(([name, header]): MessageHeader => ({ ...header, name })),
  { selector: (header) => header.name, maxLength: 6 },
)

const MESSAGE: fc.Arbitrary<Message> = fc.record({
  data: fc.uint8Array({ maxLength: 100 }),
  headers: HEADERS,
})

function toSmithy(header: MessageHeader): SmithyHeader {
  const { type, value } = header
  if (type === 'binary')
    return { type, value: new Uint8Array(Buffer.from(String(value), 'base64')) }
  if (type === 'timestamp') return { type, value: new Date(Number(value)) }
  if (type === 'long') {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(value))
    return { type, value: new Int64(new Uint8Array(bytes)) }
  }
  return { type, value } as SmithyHeader
}

function smithyEncode(message: Message): Uint8Array {
  return codec.encode({
    headers: Object.fromEntries(
      (message.headers ?? []).map((header) => [header.name, toSmithy(header)]),
    ),
    body: message.data as Uint8Array,
  })
}

function exampleFrame(): Uint8Array {
  return eventstreamFraming.encode({
    data: '{"p":"ab"}',
    headers: [{ name: ':message-type', type: 'string', value: 'event' }],
  })
}

/** A frame with these bytes for headers and right lengths and checksums, which `encode` might not write. */
function frameWithHeaders(headers: Uint8Array): Uint8Array {
  const bytes = eventstreamFraming.encode({ data: headers })
  const view = new DataView(bytes.buffer)
  view.setUint32(4, headers.length)
  view.setUint32(8, crc32(bytes.subarray(0, 8)))
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)))
  return bytes
}

test('writes the bytes that the codec of the AWS SDK writes', () => {
  fc.assert(
    fc.property(MESSAGE, (message) => {
      expect(eventstreamFraming.encode(message)).toEqual(smithyEncode(message))
    }),
    { numRuns: 500 },
  )
})

test('reads the message that it wrote, with an empty style', () => {
  fc.assert(
    fc.property(MESSAGE, (message) => {
      const frame = { bytes: smithyEncode(message), whole: true }
      expect(eventstreamFraming.decode(frame)).toEqual(message)
      expect(eventstreamFraming.detectStyle(frame, message)).toEqual({})
    }),
  )
})

test('reads damaged headers only where it can write them again', () => {
  const damage = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 })

  fc.assert(
    fc.property(HEADERS, damage, (headers, changes) => {
      const sound = eventstreamFraming.encode({ data: '', headers }).slice(12, -4)
      for (const [at, byte] of changes) if (at < sound.length) sound[at] = byte
      const bytes = frameWithHeaders(sound)
      const message = eventstreamFraming.decode({ bytes, whole: true })
      expect(message === undefined ? bytes : eventstreamFraming.encode(message)).toEqual(bytes)
    }),
    { numRuns: 500 },
  )
})

test('reads no message with any one byte changed', () => {
  const sound = exampleFrame()

  for (const index of sound.keys()) {
    const bytes = sound.slice()
    bytes[index] = (bytes[index] ?? 0) ^ 1
    expect(eventstreamFraming.decode({ bytes, whole: true })).toBeUndefined()
    expect(() => codec.decode(bytes)).toThrow(/checksum|length|match/)
  }
})

test('gives exceptions and errors in the stream as messages', () => {
  const headers: MessageHeader[] = [
    { name: ':message-type', type: 'string', value: 'exception' },
    { name: ':exception-type', type: 'string', value: 'throttlingException' },
  ]
  const bytes = eventstreamFraming.encode({ data: '{"message":"slow down"}', headers })

  expect(eventstreamFraming.decode({ bytes, whole: true })).toEqual({
    data: encodeUtf8('{"message":"slow down"}'),
    headers,
  })
})

test.each([1, 3, 4, 11, 12, 20])('gives %i bytes of a cut frame back as not whole', (length) => {
  const cutFrame = exampleFrame().slice(0, length)
  const frames = splitReads(eventstreamFraming, [exampleFrame(), cutFrame])

  expect(frames.map((frame) => frame.whole)).toEqual([true, false])
  expect(frames[1]?.bytes).toEqual(cutFrame)
  expect(frames[1] && eventstreamFraming.decode(frames[1])).toBeUndefined()
})

test('passes everything after an impossible prelude on, read by read', () => {
  const splitter = eventstreamFraming.createSplitter()
  const damaged = exampleFrame().fill(0xff, 0, 2)

  expect(splitter.push(exampleFrame())).toHaveLength(1)
  expect(splitter.push(damaged.slice(0, 6))).toEqual([])
  expect(splitter.push(damaged.slice(6))).toEqual([{ bytes: damaged, whole: false }])
  expect(splitter.push(exampleFrame())).toEqual([{ bytes: exampleFrame(), whole: false }])
  expect(splitter.end()).toEqual([])
})

test('goes on after a message whose last checksum fails', () => {
  const damaged = exampleFrame()
  damaged.fill(0, damaged.length - 4)
  const frames = splitReads(eventstreamFraming, [damaged, exampleFrame()])

  expect(frames.map((frame) => frame.whole)).toEqual([true, true])
  expect(frames.map((frame) => eventstreamFraming.decode(frame) !== undefined)).toEqual([
    false,
    true,
  ])
})

test('refuses a frame that announces more bytes than the limit before it holds them', () => {
  const splitter = eventstreamFraming.createSplitter({ maxFrameBytes: 20 })

  expect(() => splitter.push(exampleFrame().slice(0, 12))).toThrow('WT_FRAME_TOO_LARGE')
})

test.each<MessageHeader>([
  { name: 'h', type: 'byte', value: 128 },
  { name: 'h', type: 'short', value: '1.5' },
  { name: 'h', type: 'integer', value: true },
  { name: 'h', type: 'long', value: '9223372036854775808' },
  { name: 'h', type: 'binary', value: 'AB==' },
  { name: 'h', type: 'uuid', value: 'no' },
  { name: 'h', type: 'string', value: 'x'.repeat(65_536) },
  { name: 'h'.repeat(256), type: 'boolean', value: true },
])('refuses a header that has no bytes: $type', (header) => {
  expect(() => eventstreamFraming.encode({ data: '', headers: [header] })).toThrow(
    'WT_FRAME_INVALID',
  )
})
