import { HOSTILE_TEXTS } from './hostile-values.ts'
import type { Random } from './random.ts'

/** Bytes that mean something in one framing or another. */
const TELLING = [0x00, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x80, 0xff]

/** Pieces of framings. */
const PIECES: readonly string[] = [
  '\n\n',
  '\r\n\r\n',
  '\r',
  'data: ',
  'data:',
  'event: ',
  'id: ',
  'retry: 10\n',
  ': comment\n\n',
  'data: [DONE]\n\n',
  '\ufeff',
  '[',
  ']',
  ',',
  '{',
  '}',
  '"',
  '\\',
  '\\u',
  '\\ud83d',
]

/** The bytes with one to four places changed; `other` lends pieces. */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result = bytes
  for (let left = 1 + random.below(4); left > 0; left--) result = mutateOnce(result, other, random)
  return result
}

function mutateOnce(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  const end = Math.min(bytes.length, at + random.below(random.percent(80) ? 8 : 400))
  switch (random.below(9)) {
    case 0:
      return replaced(bytes, [at, at + 1], Buffer.from([(bytes[at] ?? 0) ^ (1 << random.below(8))]))
    case 1:
      return replaced(bytes, [at, at + 1], Buffer.from([random.pick(TELLING)]))
    case 2:
      return replaced(bytes, [at, end], new Uint8Array())
    case 3:
      return replaced(bytes, [at, at], bytes.subarray(at, end))
    case 4:
      return replaced(bytes, [at, at], Buffer.from(random.pick(PIECES)))
    case 5:
      return replaced(bytes, [at, end], Buffer.from(random.pick(HOSTILE_TEXTS)))
    case 6:
      return bytes.subarray(0, at)
    case 7: {
      const from = random.below(other.length + 1)
      return replaced(bytes, [at, end], other.subarray(from, from + random.below(400)))
    }
    default:
      return withOtherLength(bytes, at, random)
  }
}

function replaced(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
  piece: Uint8Array,
): Uint8Array {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)])
}

/** Lies about a length: the four bytes at a place are another whole number. */
function withOtherLength(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(random.pick([0, 1, 15, 16, 17, 0xffff, 0x7fff_ffff, 0xffff_ffff]))
  const start = random.percent(50) ? 0 : at
  return replaced(bytes, [start, start + 4], length)
}
