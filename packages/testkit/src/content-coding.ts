import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  deflateSync,
  gzipSync,
} from 'node:zlib'

/** How a body is compressed, as `content-encoding` says it. */
export type ContentCoding = 'gzip' | 'br' | 'deflate'

/** At most one of the three. @public */
export interface ContentCodingOptions {
  /** @defaultValue false */
  readonly gzip?: boolean | undefined
  /** @defaultValue false */
  readonly br?: boolean | undefined
  /** @defaultValue false */
  readonly deflate?: boolean | undefined
}

/** Compresses a stream piece by piece, such that each piece can be read as soon as it is there. */
export interface Compressor {
  compress(bytes: Uint8Array): Promise<Uint8Array>
  finish(): Promise<Uint8Array>
}

export function chooseCoding(options: ContentCodingOptions): ContentCoding | undefined {
  const chosen = (['gzip', 'br', 'deflate'] as const).filter((coding) => options[coding] === true)
  if (chosen.length > 1) throw new TypeError(`An answer takes one coding, not ${chosen.join(', ')}`)
  return chosen[0]
}

export function compressWhole(bytes: Uint8Array, coding: ContentCoding): Uint8Array {
  switch (coding) {
    case 'gzip':
      return gzipSync(bytes)
    case 'br':
      return brotliCompressSync(bytes)
    case 'deflate':
      return deflateSync(bytes)
  }
}

export function createCompressor(coding: ContentCoding): Compressor {
  const stream = createStream(coding)
  const flush = coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH
  let ready: Buffer[] = []
  stream.on('data', (piece: Buffer) => ready.push(piece))
  const take = (): Uint8Array => {
    const taken = Buffer.concat(ready)
    ready = []
    return taken
  }
  return {
    compress: (bytes) =>
      new Promise((resolve, reject) => {
        stream.once('error', reject)
        stream.write(bytes)
        stream.flush(flush, () => {
          stream.off('error', reject)
          resolve(take())
        })
      }),
    finish: () =>
      new Promise((resolve, reject) => {
        stream.once('error', reject)
        stream.once('end', () => resolve(take()))
        stream.end()
      }),
  }
}

function createStream(
  coding: ContentCoding,
): ReturnType<typeof createGzip | typeof createDeflate | typeof createBrotliCompress> {
  if (coding === 'gzip') return createGzip()
  return coding === 'br' ? createBrotliCompress() : createDeflate()
}
