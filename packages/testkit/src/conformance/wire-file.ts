import { createMemoryStore, createTape, type Store, type WireRequest } from '@wiretape/core'
import { cutRandomly } from '../cut-body.ts'
import { type AssemblyCounts, checkAssembly } from './assembly.ts'
import { checkAgainstOracles } from './oracles.ts'
import type { ConformanceReport } from './report.ts'
import { readWireExchanges, type WireExchange } from './wire-exchanges.ts'

interface Figures {
  exchanges: number
  identical: number
  streams: number
  base64: number
  storedTwice: number
  notOneLine: number
  readonly sizes: number[]
  readonly streamSizes: number[]
  readonly messages: Map<string, number>
  readonly assembly: AssemblyCounts
}

/**
 * Records every exchange through a tape, verbatim and in random read cuts, replays it, and compares bytes; then looks at
 * what the recording's file is like.
 */
export async function checkWireFile(path: string, seed: number): Promise<ConformanceReport> {
  const figures: Figures = {
    exchanges: 0,
    identical: 0,
    streams: 0,
    base64: 0,
    storedTwice: 0,
    notOneLine: 0,
    sizes: [],
    streamSizes: [],
    messages: new Map(),
    assembly: { wholes: 0, streams: 0, completed: 0 },
  }
  const failures: string[] = []
  for await (const exchange of readWireExchanges(path)) {
    figures.exchanges += 1
    try {
      for (const failure of await checkExchange(exchange, figures, seed + figures.exchanges))
        failures.push(`${exchange.id} ${exchange.api} ${exchange.url}: ${failure}`)
    } catch (error) {
      failures.push(`${exchange.id} ${exchange.api} ${exchange.url}: ${String(error)}`)
    }
  }
  return { counts: countLines(path, figures), failures }
}

function countLines(path: string, figures: Figures): string[] {
  const { exchanges } = figures
  return [
    `${path}: ${exchanges} exchanges, ${figures.streams} of them streams`,
    `  byte-identical after record and replay: ${figures.identical} of ${exchanges}`,
    ...[...figures.messages].map(([oracle, count]) => `  messages equal to ${oracle}: ${count}`),
    `  whole answers that disassemble and assemble to themselves: ${figures.assembly.wholes}`,
    `  streams assembled: ${figures.assembly.streams}, of them equal to response.completed: ${figures.assembly.completed}`,
    `  recordings with base64 for UTF-8 bodies: ${figures.base64}`,
    `  recordings that hold a body's text twice: ${figures.storedTwice} (${percent(figures.storedTwice, exchanges)})`,
    `  streams with a chunk on more than one line: ${figures.notOneLine}`,
    `  file size less 1 kB, by the bytes of both bodies: median ${median(figures.sizes).toFixed(2)}, streams ${median(figures.streamSizes).toFixed(2)}`,
  ]
}

async function checkExchange(
  exchange: WireExchange,
  figures: Figures,
  seed: number,
): Promise<string[]> {
  const store = createMemoryStore()
  const cuts = cutRandomly(exchange.response, seed, Math.max(8, exchange.response.length / 6))
  const request: WireRequest = {
    method: exchange.method,
    url: exchange.url,
    headers: [['content-type', 'application/json']],
    body: exchange.request.length === 0 ? null : exchange.request,
  }
  const seen = await pass(store, request, { mode: 'record', exchange, cuts })
  const replayed = await pass(store, request, { mode: 'replay', exchange, cuts: [] })
  const failures: string[] = []
  if (!seen.equals(exchange.response)) failures.push('the program saw other bytes while recording')
  if (replayed.equals(exchange.response)) figures.identical += 1
  else
    failures.push(
      `replayed ${replayed.length} bytes that differ from the ${exchange.response.length} recorded`,
    )
  const text = await onlyRecording(store)
  failures.push(...(await checkNormalized(request, exchange, cuts)))
  failures.push(...lookAtFile(text, exchange, figures))
  failures.push(...checkAgainstOracles(text, exchange, figures.messages))
  failures.push(...checkAssembly(text, figures.assembly))
  return failures
}

/** With ids rewritten, the replay is byte for byte what the program saw while recording. */
async function checkNormalized(
  request: WireRequest,
  exchange: WireExchange,
  cuts: readonly Uint8Array[],
): Promise<string[]> {
  const store = createMemoryStore()
  const seen = await pass(store, request, { mode: 'record', exchange, cuts, normalize: true })
  const replayed = await pass(store, request, {
    mode: 'replay',
    exchange,
    cuts: [],
    normalize: true,
  })
  return seen.equals(replayed) ? [] : ['normalised, the replay is not what the program saw']
}

async function pass(
  store: Store,
  request: WireRequest,
  how: {
    mode: 'record' | 'replay'
    exchange: WireExchange
    cuts: readonly Uint8Array[]
    normalize?: boolean
  },
): Promise<Buffer> {
  const { exchange, cuts } = how
  const tape = createTape({
    mode: how.mode,
    recordings: store,
    normalize: how.normalize ?? false,
    redact: false,
    recordErrors: true,
  })
  const response = await tape.handle(request, async () => ({
    status: exchange.status,
    headers: [['content-type', exchange.contentType]],
    body: give(cuts),
  }))
  const reads: Uint8Array[] = []
  for await (const read of response.body) reads.push(read)
  await tape.close()
  return Buffer.concat(reads)
}

async function* give(cuts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const cut of cuts) yield cut
}

async function onlyRecording(store: Store): Promise<string> {
  const texts: string[] = []
  for await (const { path } of store.list())
    if (path !== 'wiretape.json' && !path.startsWith('blobs/'))
      texts.push(Buffer.from((await store.read(path)) ?? []).toString())
  if (texts.length !== 1) throw new Error(`${texts.length} recordings were written`)
  return texts[0] as string
}

interface WrittenRecording {
  readonly response: {
    readonly is_streaming: boolean
    readonly body: unknown
    readonly wire: { readonly frames?: readonly Record<string, unknown>[]; readonly tail?: unknown }
  }
}

function lookAtFile(text: string, exchange: WireExchange, figures: Figures): string[] {
  const failures: string[] = []
  const { response } = JSON.parse(text) as WrittenRecording
  const bodies = exchange.request.length + exchange.response.length
  const ratio = (Buffer.byteLength(text) - 1024) / Math.max(1, bodies)
  figures.sizes.push(ratio)
  if (response.is_streaming) {
    figures.streams += 1
    figures.streamSizes.push(ratio)
    const lines = text.split('\n').filter((line) => line.startsWith('      {"__type__":')).length
    if (Array.isArray(response.body) && lines !== response.body.length) {
      figures.notOneLine += 1
      failures.push('a chunk stands on more than one line')
    }
  }
  const frames = response.wire.frames ?? []
  if (frames.some((frame) => 'at' in frame && ('text' in frame || 'base64' in frame)))
    figures.storedTwice += 1
  const isText = isUtf8(exchange.response)
  const hasBase64 =
    frames.some((frame) => 'base64' in frame) ||
    (typeof response.wire.tail === 'object' && response.wire.tail !== null) ||
    /"__type__":\s*"wiretape\.[^."]+\.bytes"/.test(text)
  if (isText && hasBase64) {
    figures.base64 += 1
    failures.push('base64 for a body that is UTF-8')
  }
  return failures
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`
}
