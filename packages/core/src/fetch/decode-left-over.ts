import { codingsOf, decodeBody } from './decode-body.ts'

/**
 * Takes off what `fetch` has left on, which has taken off what it knows: it does not know zstd, and leaves the whole body as it
 * came (undici `fetch`, `httpNetworkFetch`). A newer one may know it, so the first read tells.
 *
 * @throws WT_RECORDING_NOT_WRITTEN where it is left on and this Node does not know it either
 */
export async function decodeLeftOver(
  reads: AsyncIterable<Uint8Array>,
  encoding: string,
): Promise<AsyncIterable<Uint8Array>> {
  if (!codingsOf(encoding).includes('zstd')) return reads
  const rest = reads[Symbol.asyncIterator]()
  const first = await rest.next()
  if (first.done === true) return startingWith(undefined, rest)
  if (!startsEncoded(first.value)) return startingWith(first.value, rest)
  try {
    return decodeBody(startingWith(first.value, rest), encoding)
  } catch (error) {
    await rest.return?.()
    throw error
  }
}

async function* startingWith(
  first: Uint8Array | undefined,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let finished = false
  try {
    if (first !== undefined) yield first
    for (;;) {
      const { done, value } = await rest.next()
      if (done === true) break
      yield value
    }
    finished = true
  } finally {
    if (!finished) await rest.return?.()
  }
}

/** How gzip (RFC 1952) and zstd (RFC 8878) begin. */
function startsEncoded(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  return start.startsWith('1f8b') || start === '28b52ffd'
}
