import type { Frame } from '../framing/framing.ts'
import type { ReadEdge } from './answer.ts'

/** One read of a replay: its bytes, and when it came while recording (undefined where that is not known). */
export interface ReplayRead {
  readonly bytes: Uint8Array
  readonly at: number | undefined
}

/** How a replayed body is cut: as it came, a frame a read, in one piece, or at random to shake out parsers. */
export type ReadsOption =
  | 'recorded'
  | 'frames'
  | 'whole'
  | { readonly cut: number; readonly seed?: number | undefined }

/** Cuts frames into reads. Joined, the reads are always the frames, byte for byte. */
export function* cutReads(
  frames: readonly Frame[],
  edges: readonly ReadEdge[],
  option: ReadsOption,
): Generator<ReplayRead> {
  const bytes = Buffer.concat(frames.map((frame) => frame.bytes))
  if (bytes.length === 0) return
  if (option === 'whole') {
    yield { bytes, at: edges.at(-1)?.at }
    return
  }
  let start = 0
  for (const { end, at } of typeof option === 'object'
    ? randomEnds(bytes.length, option)
    : frameEnds(frames, option === 'frames' ? [] : edges)) {
    if (end <= start || end > bytes.length) continue
    yield { bytes: bytes.subarray(start, end), at }
    start = end
  }
  if (start < bytes.length) yield { bytes: bytes.subarray(start), at: undefined }
}

interface End {
  readonly end: number
  readonly at: number | undefined
}

/** The recorded ends, and after them, or where there are none, one a frame. */
function frameEnds(frames: readonly Frame[], edges: readonly ReadEdge[]): End[] {
  const starts = [0]
  for (const { bytes } of frames) starts.push((starts.at(-1) ?? 0) + bytes.length)
  const recorded = edges.flatMap(({ frames: whole, offset, at }) => {
    const start = starts[whole]
    return start === undefined ? [] : [{ end: start + offset, at }]
  })
  const covered = recorded.at(-1)?.end ?? 0
  return [
    ...recorded,
    ...starts.filter((end) => end > covered).map((end) => ({ end, at: undefined })),
  ]
}

/** Pieces of 1 to `cut` bytes from a seeded generator (mulberry32), so that a failure can be had again. */
function* randomEnds(
  length: number,
  { cut, seed = 1 }: { readonly cut: number; readonly seed?: number | undefined },
): Generator<End> {
  let state = seed >>> 0
  let end = 0
  while (end < length) {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    const fraction = ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
    end += 1 + Math.floor(fraction * cut)
    yield { end: Math.min(end, length), at: undefined }
  }
}
