import { expect, test } from 'vitest'
import { createResponseBody } from './response-body.ts'

/** Reads of two bytes each, counted as they are asked for. */
function countedReads(count: number): { reads: AsyncIterable<Uint8Array>; fetched: () => number } {
  let fetched = 0
  async function* generate(): AsyncGenerator<Uint8Array> {
    while (fetched < count) {
      fetched += 1
      yield new Uint8Array([fetched, 0])
    }
  }
  return { reads: generate(), fetched: () => fetched }
}

async function* brokenReads(): AsyncGenerator<Uint8Array> {
  yield* countedReads(20).reads
  throw new Error('the peer went away')
}

const { signal } = new AbortController()

/** Long enough for all that may be fetched. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test.each([
  [0, 0],
  [1, 1],
  [7, 4],
  [1000, 50],
])('of what nobody reads, %i bytes and no more are fetched', async (readAhead, expected) => {
  const { reads, fetched } = countedReads(50)
  const body = createResponseBody(reads, { readAhead, signal, endsOnAbort: true })

  await settle()

  expect(fetched()).toBe(expected)
  body.destroy()
})

test.each([0, 7, 1000])(
  'each read is given as it came (read ahead: %i bytes)',
  async (readAhead) => {
    const { reads } = countedReads(50)
    const body = createResponseBody(reads, { readAhead, signal, endsOnAbort: true })
    const given: Uint8Array[] = []
    for await (const read of body as AsyncIterable<Uint8Array>) given.push(read)

    expect(given.map(([n]) => n)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  },
)

test.each([0, 7, 1000])(
  'all is given before an error is (read ahead: %i bytes)',
  async (readAhead) => {
    const body = createResponseBody(brokenReads(), { readAhead, signal, endsOnAbort: true })
    let given = 0
    await settle()

    const reading = (async () => {
      for await (const _ of body) given += 1
    })()

    await expect(reading).rejects.toThrow('the peer went away')
    expect(given).toBe(20)
  },
)
