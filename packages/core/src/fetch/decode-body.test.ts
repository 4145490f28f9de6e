import * as zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeBody } from './decode-body.ts'

const text = 'data: Sól ☀️\n\n'.repeat(5000)

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

async function textOf(reads: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const read of reads) all.push(read)
  return Buffer.concat(all).toString()
}

test.each<[string, Uint8Array]>([
  ['gzip', zlib.gzipSync(text)],
  ['X-GZIP', zlib.gzipSync(text)],
  ['br', zlib.brotliCompressSync(text)],
  ['deflate', zlib.deflateSync(text)],
  ['deflate', zlib.deflateRawSync(text)],
  ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(text))],
  ['identity', Buffer.from(text)],
  ['', Buffer.from(text)],
])('%s, cut anywhere, is taken off', async (encoding, bytes) => {
  for (const length of [1, 7, 4096, bytes.length])
    expect(await textOf(decodeBody(pieces(bytes, length), encoding))).toBe(text)
})

test('what one read brings is handed on before the next is asked for', async () => {
  const gzip = zlib.createGzip()
  const asked: number[] = []
  async function* flushed(): AsyncGenerator<Uint8Array> {
    for (const n of [1, 2]) {
      asked.push(n)
      gzip.write(`event ${n}`)
      await new Promise<void>((resolve) => gzip.flush(zlib.constants.Z_SYNC_FLUSH, resolve))
      yield gzip.read() as Uint8Array
    }
  }
  const reads = decodeBody(flushed(), 'gzip')[Symbol.asyncIterator]()
  const first = await reads.next()

  expect(Buffer.from(first.value as Uint8Array).toString()).toBe('event 1')
  expect(asked).toEqual([1])
  expect(Buffer.from((await reads.next()).value as Uint8Array).toString()).toBe('event 2')
  // An answer that its peer cut ends where it was cut.
  expect(await reads.next()).toEqual({ done: true, value: undefined })
})

test('bytes that are not in the coding are an error, and nothing is left open', async () => {
  const reads = decodeBody(pieces(Buffer.from('no gzip at all'), 5), 'gzip')

  await expect(textOf(reads)).rejects.toThrow('incorrect header check')
})

test('a coding that nobody knows is an error at once', () => {
  expect(() => decodeBody(pieces(Buffer.from('x'), 1), 'gzip, rot13')).toThrow(
    "WT_RECORDING_NOT_WRITTEN: the answer has the content-encoding \"rot13\", which this Node can't decode\n→ ask for another: headers: { 'accept-encoding': 'gzip' }",
  )
})
