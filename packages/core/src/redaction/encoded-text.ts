import { decodeUtf8 } from '../request/request-view.ts'
import type { Run } from './scan-runs.ts'

/** What base64 in a text says. */
export interface EncodedText {
  /** Where the base64 begins; it goes to the end of its run. */
  readonly start: number
  readonly bytes: Buffer
  /** Undefined where the bytes are no text. */
  readonly text: string | undefined
  /** The base64 of another text, padded as this is. */
  encode(text: string): string
}

const SHORTEST = 24
const SAMPLE = 16

/** Decodes a run of base64; undefined where it is none. Bytes that are no text are decoded only on demand. */
export function decodeRun(text: string, run: Run, takesBinary: boolean): EncodedText | undefined {
  const start = startWithin(text, run)
  const length = run.end - start
  if (length < SHORTEST) return undefined
  const sample = Buffer.from(text.slice(start, start + SAMPLE), 'base64')
  const isText = looksLikeText(sample)
  if (!isText && !takesBinary) return undefined
  const written = text.slice(start, run.end)
  const bare = written.replace(/=+$/, '')
  const encoding = /[-_]/.test(bare) ? 'base64url' : 'base64'
  const bytes = Buffer.from(bare, encoding)
  if (bytes.toString(encoding).replace(/=+$/, '') !== bare) return undefined
  const isPadded = written.length > bare.length || bare.length % 4 === 0
  const decoded = isText ? decodeUtf8(bytes) : undefined
  if (decoded === undefined && !takesBinary) return undefined
  return {
    start,
    bytes,
    text: decoded,
    encode: (replaced) => {
      const encoded = Buffer.from(replaced).toString(encoding).replace(/=+$/, '')
      return isPadded ? encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '=') : encoded
    },
  }
}

/** Behind the last `=` that is no padding: `data=eyJ…`. */
function startWithin(text: string, { start, end }: Run): number {
  let last = end
  while (last > start && text[last - 1] === '=') last -= 1
  return start + text.slice(start, last).lastIndexOf('=') + 1
}

function looksLikeText(sample: Buffer): boolean {
  let plain = 0
  for (const byte of sample) {
    if (byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d))
      return false
    if (byte < 0x7f) plain += 1
  }
  return plain >= sample.length - 4
}
