import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { WiretapeError } from '../errors/wiretape-error.ts'

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants
const GZIP = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH }
const BROTLI = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH }

type Coding = (first: Uint8Array) => Transform

const CODINGS: ReadonlyMap<string, Coding> = new Map<string, Coding>([
  ['gzip', () => zlib.createGunzip(GZIP)],
  ['x-gzip', () => zlib.createGunzip(GZIP)],
  ['br', () => zlib.createBrotliDecompress(BROTLI)],
  // Some servers say deflate and leave out its header, and every browser puts up with it.
  [
    'deflate',
    ([first = 0]) => ((first & 15) === 8 ? zlib.createInflate(GZIP) : zlib.createInflateRaw(GZIP)),
  ],
  ...zstd(),
])

/** Node has it from 22.15 on; its types, those of Node 20, don't. */
function zstd(): [string, Coding][] {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: object) => Transform }
  const flush = Reflect.get(zlib.constants, 'ZSTD_e_flush') as number
  if (createZstdDecompress === undefined) return []
  return [['zstd', () => createZstdDecompress({ flush, finishFlush: flush })]]
}

/**
 * Takes off what `content-encoding` names, for a client whose transport leaves it on: a tape wants answers decoded. What one
 * read brings is handed on before the next is asked for.
 *
 * @public
 * @throws WT_RECORDING_NOT_WRITTEN for a coding that this Node does not know
 */
export function decodeBody(
  reads: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncIterable<Uint8Array> {
  return codingsOf(encoding)
    .toReversed()
    .reduce((decoded, name) => {
      const coding = CODINGS.get(name)
      if (coding === undefined) throw unknownCoding(name)
      return decode(decoded, coding)
    }, reads)
}

/** In the order in which they were put on. */
export function codingsOf(encoding: string): string[] {
  return encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
}

async function* decode(
  reads: AsyncIterable<Uint8Array>,
  coding: Coding,
): AsyncGenerator<Uint8Array> {
  let decoder: Transform | undefined
  try {
    for await (const read of reads) {
      decoder ??= coding(read)
      const bytes = await push(decoder, (done) => decoder?.write(read, done))
      if (bytes.length > 0) yield bytes
    }
    if (decoder === undefined) return
    const rest = await push(decoder, (done) => decoder?.end(done))
    if (rest.length > 0) yield rest
  } finally {
    decoder?.destroy()
  }
}

/** What comes out of a decoder for one write. */
function push(
  decoder: Transform,
  write: (done: (error?: Error | null) => void) => void,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const take = (): void => {
    for (let piece; (piece = decoder.read() as Uint8Array | null) !== null;) pieces.push(piece)
  }
  return new Promise((resolve, reject) => {
    decoder.on('readable', take).once('error', reject)
    write((error) => {
      take()
      decoder.off('readable', take).off('error', reject)
      if (error === undefined || error === null) resolve(Buffer.concat(pieces))
      else {
        // The decoder says it again as an event.
        decoder.on('error', reject)
        reject(error)
      }
    })
  })
}

function unknownCoding(name: string): WiretapeError {
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `the answer has the content-encoding ${JSON.stringify(name)}, which this Node can't decode`,
    hint: "ask for another: headers: { 'accept-encoding': 'gzip' }",
    details: { encoding: name },
  })
}
