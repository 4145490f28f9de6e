import {
  assemble,
  createMemoryStore,
  createTape,
  parseRecording,
  type Store,
  type Tape,
  type WireRequest,
} from '@wiretape/core'
import { cutRandomly } from '../cut-body.ts'
import type { Random } from './random.ts'
import { type CaseResult, codeOf } from './recording-case.ts'
import type { StreamSeed } from './stream-seeds.ts'

/** Records what may be an answer, in random reads; what was written is read, replayed and assembled. */
export async function runStream(
  seed: StreamSeed,
  answer: Uint8Array,
  random: Random,
): Promise<CaseResult> {
  const store = createMemoryStore()
  const isVerbatim = random.percent(50)
  const isRedacted = random.percent(50)
  const options = {
    recordings: store,
    normalize: !isVerbatim,
    redact: isRedacted ? undefined : false,
    recordErrors: true,
  } as const
  const status = random.pick([200, 200, 200, 200, 400, 429, 500])
  const request: WireRequest = {
    method: seed.method,
    url: seed.url,
    headers: [['content-type', 'application/json']],
    body: seed.request,
  }
  const codes: string[] = []
  const cuts = cutRandomly(answer, random.below(1 << 30), random.pick([1, 8, 64, 4096]))
  const seen = await attempt(codes, createTape({ ...options, mode: 'record' }), async (tape) => {
    const response = await tape.handle(request, async () => ({
      status,
      headers: [['content-type', seed.contentType]],
      body: give(cuts),
    }))
    return collect(response.body)
  })
  const text = await recordingIn(store)
  if (text === undefined || seen === undefined) return codes.length === 0 ? ['unkept'] : codes
  // What was written must be readable, and give back what the program saw.
  const recording = parseRecording(text)
  const replayed = await attempt(codes, createTape(options), async (tape) => {
    const response = await tape.handle(request, neverLive)
    return collect(response.body)
  })
  // What looks like a secret is seen by the program that records, and by no other.
  if (codes.length === 0 && !isRedacted && replayed?.equals(seen) !== true)
    throw new Error(`the replay is not what the program saw (${isVerbatim ? 'verbatim' : 'named'})`)
  const { body } = recording.response
  try {
    if (Array.isArray(body)) assemble(body as unknown[])
  } catch (error) {
    codes.push(codeOf(error))
  }
  return codes.length === 0 ? ['none'] : codes
}

async function attempt<Result>(
  codes: string[],
  tape: Tape,
  run: (tape: Tape) => Promise<Result>,
): Promise<Result | undefined> {
  let result: Result | undefined
  try {
    result = await run(tape)
  } catch (error) {
    codes.push(codeOf(error))
  }
  try {
    await tape.close()
  } catch (error) {
    codes.push(codeOf(error))
  }
  return result
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const reads: Uint8Array[] = []
  for await (const read of body) reads.push(read)
  return Buffer.concat(reads)
}

async function* give(cuts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const cut of cuts) yield cut
}

async function neverLive(): Promise<never> {
  throw new Error('a replay asked the network')
}

async function recordingIn(store: Store): Promise<Uint8Array | undefined> {
  for await (const { path } of store.list())
    if (path !== 'wiretape.json' && path.endsWith('.json')) return store.read(path)
  return undefined
}
