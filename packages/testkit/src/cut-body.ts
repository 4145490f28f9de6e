import { createSeededRandom } from './seeded-random.ts'

/**
 * Cuts a body into writes at the given byte offsets, in the middle of characters and events if need
 * be. Edges at 0, at the end, or given twice cut nothing, since an empty write is no write.
 *
 * @public
 * @throws RangeError for an edge that is no offset in the body
 */
export function cutAt(body: Uint8Array | string, edges: readonly number[]): Uint8Array[] {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const wrong = edges.find((edge) => !Number.isInteger(edge) || edge < 0 || edge > bytes.length)
  if (wrong !== undefined) {
    throw new RangeError(`cutAt: edge ${wrong} is no offset in a body of ${bytes.length} bytes`)
  }
  const ordered = [0, ...edges, bytes.length].toSorted((one, other) => one - other)
  return ordered
    .slice(1)
    .map((edge, index) => bytes.subarray(ordered[index], edge))
    .filter((piece) => piece.length > 0)
}

/**
 * Cuts a body into writes of a fixed number of bytes; the last may be shorter.
 *
 * @public
 */
export function cutEvery(body: Uint8Array | string, length: number): Uint8Array[] {
  if (!Number.isInteger(length) || length < 1) {
    throw new RangeError(`cutEvery: a length is a whole number of 1 or more, not ${length}`)
  }
  const total = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  const count = Math.floor(total / length)
  return cutAt(
    body,
    Array.from({ length: count }, (_, index) => (index + 1) * length),
  )
}

/**
 * Cuts a body into writes of 1 to `longest` bytes, short ones more often; the same seed cuts the
 * same way.
 *
 * @public
 */
export function cutRandomly(body: Uint8Array | string, seed: number, longest = 64): Uint8Array[] {
  const random = createSeededRandom(seed)
  const total = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  const edges: number[] = []
  let edge = 0
  while (edge < total) {
    edge = Math.min(total, edge + 1 + Math.floor(random() ** 2 * longest))
    edges.push(edge)
  }
  return cutAt(body, edges)
}
