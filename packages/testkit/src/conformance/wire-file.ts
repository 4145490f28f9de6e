import { createMemoryStore, createTape, type Store, type WireRequest } from '@wiretape/core'
import { cutRandomly } from '../cut-body.ts'
import { type AssemblyCounts, checkAssembly } from './assembly.ts'
import { bytesOf, give } from './cassette-program.ts'
import { checkAgainstOracles } from './oracles.ts'
import { redactedSpans } from './redacted-view.ts'
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
  /** How often each placeholder stands in an answer. */
  readonly redacted: Map<string, number>
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
    redacted: new Map(),
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
    `  texts of answers that redaction replaced: ${[...figures.redacted].map(([span, count]) => `${count} ${span}`).join(', ')}`,
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
  failures.push(...(await checkAsUsual(request, { exchange, cuts, figures })))
  failures.push(...lookAtFile(text, exchange, figures))
  failures.push(...checkAgainstOracles(text, exchange, figures.messages))
  failures.push(...checkAssembly(text, figures.assembly))
  return failures
}

/** With ids rewritten and secrets out, the replay is byte for byte what the program saw while recording, secrets aside. */
async function checkAsUsual(
  request: WireRequest,
  { exchange, cuts, figures }: Looked,
): Promise<string[]> {
  const store = createMemoryStore()
  const usual = { exchange, normalize: true, redact: true }
  const seen = await pass(store, request, { mode: 'record', cuts, ...usual })
  const replayed = await pass(store, request, { mode: 'replay', cuts: [], ...usual })
  const spans = redactedSpans(seen, replayed)
  if (spans === undefined)
    return ['normalised and redacted, the replay is not what the program saw']
  for (const span of spans) figures.redacted.set(span, (figures.redacted.get(span) ?? 0) + 1)
  return []
}

interface Looked {
  readonly exchange: WireExchange
  readonly cuts: readonly Uint8Array[]
  readonly figures: Figures
}

async function pass(
  store: Store,
  request: WireRequest,
  how: {
    mode: 'record' | 'replay'
    exchange: WireExchange
    cuts: readonly Uint8Array[]
    normalize?: boolean
    redact?: boolean
  },
): Promise<Buffer> {
  const { exchange, cuts } = how
  const tape = createTape({
    mode: how.mode,
    recordings: store,
    normalize: how.normalize ?? false,
    redact: how.redact ?? false,
    recordErrors: true,
  })
  const response = await tape.handle(request, async () => ({
    status: exchange.status,
    headers: [['content-type', exchange.contentType]],
    body: give(cuts),
  }))
  const body = await bytesOf(response.body)
  await tape.close()
  return body
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
