import * as fc from 'fast-check'
import type { Frame, Framing, SplitterLimits } from './framing.ts'
import { encodeUtf8 } from './utf8.ts'

/** Reads of any length, empty ones included. */
export const arbitraryCuts: fc.Arbitrary<number[]> = fc.array(fc.nat(80), { maxLength: 40 })

export const arbitraryBytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 200 })

/** Texts from pieces that mean something to a framing, which random characters seldom meet. */
export function arbitraryText(pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''))
}

export function utf8Arbitrary(texts: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  return texts.map(encodeUtf8)
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

export function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts.map((at) => Math.min(at, bytes.length)), bytes.length]
  const sorted = edges.toSorted((left, right) => left - right)
  return sorted.slice(1).map((edge, index) => bytes.slice(sorted[index], edge))
}

export function splitReads(
  framing: Framing,
  reads: readonly Uint8Array[],
  limits?: SplitterLimits,
): Frame[] {
  const splitter = framing.createSplitter(limits)
  return [...reads.flatMap((read) => splitter.push(read)), ...splitter.end()]
}

export function splitText(framing: Framing, text: string, cuts: readonly number[] = []): Frame[] {
  return splitReads(framing, cut(encodeUtf8(text), cuts))
}

export function textsOf(frames: readonly Frame[]): string[] {
  return frames.map((frame) => Buffer.from(frame.bytes).toString())
}

/** The frames by content, with the ones that aren't whole as one: damaged bytes are passed on read by read. */
export function contentOf(frames: readonly Frame[]): string[] {
  const whole = frames.filter((frame) => frame.whole)
  const rest = concat(frames.filter((frame) => !frame.whole).map((frame) => frame.bytes))
  return [...whole.map((frame) => frame.bytes), rest].map((bytes) =>
    Buffer.from(bytes).toString('latin1'),
  )
}
