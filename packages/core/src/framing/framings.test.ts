import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WiretapeError } from '../errors/wiretape-error.ts'
import type { Frame, Framing, FramingName } from './framing.ts'
import { framingOf } from './framings.ts'
import {
  arbitraryBytes,
  arbitraryCuts,
  arbitraryText,
  concat,
  contentOf,
  cut,
  splitReads,
  utf8Arbitrary,
} from './splitting.test-fixture.ts'
import { encodeUtf8 } from './utf8.ts'

const NAMES: readonly FramingName[] = [
  'json',
  'json-array',
  'sse',
  'ndjson',
  'eventstream',
  'text',
  'bytes',
]

const LINES = [
  'data:',
  ' ',
  'x',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  ':',
  'id',
  'event: e',
  'é😀',
  '\uFEFF',
]
const JSONS = [
  '[',
  ']',
  '{',
  '}',
  ',',
  '"',
  '\\',
  '\\"',
  '1',
  'null',
  ' ',
  '\n',
  '\r\n',
  '"é"',
  '{}',
]
const VALID_ARRAYS = fc
  .tuple(
    fc.array(fc.oneof(fc.json(), fc.constantFrom('1', '"]"', '{"a":"\\"}"}')), { maxLength: 5 }),
    fc.constantFrom(',', ' , ', '\n,\r\n'),
    fc.constantFrom('', '\n', ' \r\n'),
  )
  .map(([elements, separator, rest]) => `[${elements.join(separator)}]${rest}`)
const MESSAGES = fc
  .array(fc.tuple(fc.string({ maxLength: 10 }), fc.uint8Array({ maxLength: 40 }), fc.boolean()), {
    maxLength: 4,
  })
  .map((messages) =>
    concat(
      messages.map(([value, data, isDamaged]) => {
        const headers = [{ name: 'h', type: 'string', value } as const]
        const bytes = framingOf('eventstream').encode({ data, headers })
        return isDamaged ? bytes.fill(1, bytes.length - 3) : bytes
      }),
    ),
  )

const ARBITRARY_BODIES = fc.oneof(
  arbitraryBytes,
  utf8Arbitrary(arbitraryText(LINES)),
  utf8Arbitrary(arbitraryText(JSONS)),
  utf8Arbitrary(VALID_ARRAYS),
  MESSAGES,
  fc.tuple(MESSAGES, arbitraryBytes).map(concat),
)

function trySplit(
  framing: Framing,
  reads: readonly Uint8Array[],
  maxFrameBytes: number,
): { frames: Frame[]; error?: WiretapeError } {
  try {
    return { frames: splitReads(framing, reads, { maxFrameBytes }) }
  } catch (error) {
    if (!WiretapeError.is(error)) throw error
    return { frames: [], error }
  }
}

describe.each(NAMES)('%s', (name) => {
  const framing = framingOf(name)

  test('gives every byte back in exactly one frame, wherever reads end', () => {
    fc.assert(
      fc.property(ARBITRARY_BODIES, arbitraryCuts, (body, cuts) => {
        const frames = splitReads(framing, cut(body, cuts))
        expect(concat(frames.map((frame) => frame.bytes))).toEqual(body)
        expect(frames.every((frame) => frame.bytes.length > 0)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('divides a body alike, wherever reads end', () => {
    fc.assert(
      fc.property(ARBITRARY_BODIES, arbitraryCuts, (body, cuts) => {
        const byCuts = contentOf(splitReads(framing, cut(body, cuts)))
        expect(byCuts).toEqual(contentOf(splitReads(framing, [body])))
        const byteByByte = Array.from(body, (byte) => Uint8Array.of(byte))
        expect(byCuts).toEqual(contentOf(splitReads(framing, byteByByte)))
      }),
      { numRuns: 300 },
    )
  })

  test('decodes what it encodes, and encodes a frame again exactly where it finds a style', () => {
    fc.assert(
      fc.property(ARBITRARY_BODIES, arbitraryCuts, (body, cuts) => {
        for (const frame of splitReads(framing, cut(body, cuts))) {
          const message = framing.decode(frame)
          if (message === undefined) continue
          const encoded = framing.encode(message)
          expect(framing.decode({ bytes: encoded, whole: true })).toEqual(message)
          const style = framing.detectStyle(frame, message)
          const exact = style === undefined ? frame.bytes : framing.encode(message, style)
          expect(new Uint8Array(exact)).toEqual(frame.bytes)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('throws nothing but a WiretapeError for a frame over the limit, whatever the bytes', () => {
    fc.assert(
      fc.property(ARBITRARY_BODIES, arbitraryCuts, fc.nat(40), (body, cuts, maxFrameBytes) => {
        const { frames, error } = trySplit(framing, cut(body, cuts), maxFrameBytes)
        const whole = frames.filter((frame) => frame.whole)
        expect(whole.every((frame) => frame.bytes.length <= maxFrameBytes)).toBe(true)
        expect([undefined, 'WT_FRAME_TOO_LARGE']).toContain(error?.code)
        expect([undefined, name]).toContain(error?.details['framing'])
      }),
    )
  })

  test('decodes arbitrary bytes to a message or to nothing', () => {
    fc.assert(
      fc.property(ARBITRARY_BODIES, fc.boolean(), (bytes, whole) => {
        const message = framing.decode({ bytes, whole })
        expect(message === undefined || message.data !== undefined).toBe(true)
      }),
    )
  })

  test('takes time in proportion to the bytes of a frame in many small reads', () => {
    const body = encodeUtf8(`["${'x'.repeat(400_000)}"]`)
    const started = performance.now()

    const frames = splitReads(
      framing,
      Array.from(body, (byte) => Uint8Array.of(byte)),
    )

    expect(frames.reduce((sum, frame) => sum + frame.bytes.length, 0)).toBe(body.length)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

test('an empty body has no frames', () => {
  const frames = NAMES.flatMap((name) => splitReads(framingOf(name), [new Uint8Array(0)]))

  expect(frames).toEqual([])
})

test('a body without frames is one frame at the end', () => {
  const splitter = framingOf('text').createSplitter()

  expect(splitter.push(encodeUtf8('Hello, '))).toEqual([])
  expect(splitter.push(encodeUtf8('world'))).toEqual([])
  expect(splitter.end()).toEqual([{ bytes: encodeUtf8('Hello, world'), whole: true }])
})

test('a frame over the limit names the limit and says what to do', () => {
  const splitter = framingOf('ndjson').createSplitter({ maxFrameBytes: 4 })
  splitter.push(encodeUtf8('123'))

  expect(() => splitter.push(encodeUtf8('45\n'))).toThrow(
    'WT_FRAME_TOO_LARGE: a frame of a body read as ndjson has at least 6 bytes, ' +
      'more than the limit of 4\n' +
      '→ Raise maxFrameBytes above 6, or leave this endpoint out of the recording.',
  )
  expect(() => splitter.push(encodeUtf8('1\n'))).toThrow('WT_FRAME_TOO_LARGE')
  expect(() => splitter.end()).toThrow('WT_FRAME_TOO_LARGE')
})

test('frames over several reads do not change when the reads are written to', () => {
  const splitter = framingOf('sse').createSplitter()
  const read = encodeUtf8('data: 1')
  splitter.push(read)
  read.fill(0)

  const frames = splitter.push(encodeUtf8('\n\n'))

  expect(frames).toEqual([{ bytes: encodeUtf8('data: 1\n\n'), whole: true }])
})
