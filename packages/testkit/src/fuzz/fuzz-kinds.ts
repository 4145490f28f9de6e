import { createMemoryStore, createTape, type Store } from '@wiretape/core'
import type { FuzzKind } from './fuzz-run.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateJson, textOf, treeOf } from './mutate-json.ts'
import { createRandom } from './random.ts'
import { runRecording } from './recording-case.ts'
import { runStream } from './stream-case.ts'
import { type StreamSeed, streamSeeds } from './stream-seeds.ts'
import { VERSION_ZERO_SEEDS } from './version-zero-seeds.ts'

/**
 * Recordings of every API and of OGX, changed as text and as JSON.
 *
 * @param more texts of recordings besides
 */
export async function recordingKind(more: readonly string[] = []): Promise<FuzzKind> {
  const recorded = await Promise.all(streamSeeds().map(record))
  const texts = [
    ...recorded,
    ...VERSION_ZERO_SEEDS.map((seed) => JSON.stringify(seed, null, 2)),
    ...more,
  ]
  const trees = texts.map((text) => treeOf(JSON.parse(text)))
  return {
    name: 'recordings',
    input: (seed, index) => {
      const random = createRandom(seed, index)
      const at = random.below(texts.length)
      const other = random.below(texts.length)
      const tree = trees[at]
      const lender = trees[other]
      const isText = random.percent(15) || tree === undefined || lender === undefined
      const bytes = isText
        ? mutateBytes(Buffer.from(texts[at] ?? ''), Buffer.from(texts[other] ?? ''), random)
        : Buffer.from(textOf(mutateJson(tree, lender, random)))
      return { bytes, run: (input) => runRecording(input, createRandom(seed, index)) }
    },
  }
}

/** Answers of every API and framing, changed as bytes. */
export function streamKind(): FuzzKind {
  const seeds = streamSeeds()
  return {
    name: 'streams',
    input: (seed, index) => {
      const random = createRandom(seed, index)
      const stream = random.pick(seeds)
      const bytes = mutateBytes(stream.answer, random.pick(seeds).answer, random)
      const contentType = random.percent(80) ? stream.contentType : random.pick(seeds).contentType
      const asked = { ...stream, contentType }
      return { bytes, run: (input) => runStream(asked, input, createRandom(seed, index)) }
    },
  }
}

/** The recording of an exchange. */
async function record(seed: StreamSeed): Promise<string> {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store })
  const response = await tape.handle(
    { method: seed.method, url: seed.url, headers: [], body: seed.request },
    async () => ({
      status: 200,
      headers: [['content-type', seed.contentType]],
      body: inOneRead(seed.answer),
    }),
  )
  for await (const read of response.body) void read.length
  await tape.close()
  return textIn(store)
}

async function* inOneRead(answer: Uint8Array): AsyncGenerator<Uint8Array> {
  if (answer.length > 0) yield answer
}

async function textIn(store: Store): Promise<string> {
  for await (const { path } of store.list())
    if (path !== 'wiretape.json') return Buffer.from((await store.read(path)) ?? []).toString()
  throw new Error('nothing was recorded')
}
