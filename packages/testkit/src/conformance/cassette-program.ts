import { createTape, type Mode, type Store } from '@wiretape/core'
import { cutRandomly } from '../cut-body.ts'
import { documentsOf } from './body-documents.ts'
import { type Provider, replaceIds } from './churned-provider.ts'
import { hasPlaceholder } from './redacted-view.ts'
import type { WireExchange } from './wire-exchanges.ts'

/** What one run of a cassette's program saw, and what its provider was sent. */
export interface Run {
  readonly seen: readonly Buffer[]
  readonly received: readonly (Received | null)[]
  /** A provider's id → what the program was given for it. */
  readonly given: ReadonlyMap<string, string>
  /** Where each exchange was recorded, or replayed from. */
  readonly paths: readonly string[]
}

interface Received {
  readonly url: string
  readonly body: Buffer
}

export interface RunOptions {
  readonly mode: Mode
  readonly provider: Provider
  readonly seed: number
}

let runs = 0

/** Plays a cassette as a program that sends back what it was given: ids by the names it saw, texts as it saw them. */
export async function runProgram(
  exchanges: readonly WireExchange[],
  store: Store,
  { mode, provider, seed }: RunOptions,
): Promise<Run> {
  process.env['WIRETAPE_RUN_ID'] = `id-churn-${(runs += 1)}`
  const tape = createTape({ mode, recordings: store, recordErrors: true })
  const given = new Map<string, string>()
  const spelled = new Map<string, string>()
  const seen: Buffer[] = []
  const received: (Received | null)[] = []
  const paths: string[] = []
  for (const exchange of exchanges) {
    const answer = provider.answer(exchange)
    const say = (text: string): string => replaceIds(text, spelled)
    const place = received.push(null) - 1
    const response = await tape.handle(
      {
        method: exchange.method,
        url: say(exchange.url),
        headers: [['content-type', 'application/json']],
        body: exchange.request.length === 0 ? null : sayBody(exchange.request, say),
      },
      async ({ url, body }) => {
        received[place] = { url, body: Buffer.from(body ?? []) }
        return {
          status: exchange.status,
          headers: [['content-type', exchange.contentType]],
          body: give(cutRandomly(answer, seed, 700)),
        }
      },
    )
    const body = await bytesOf(response.body)
    seen.push(body)
    const documents = documentsOf(body)
    for (const [index, document] of documentsOf(answer).entries())
      collectGiven(document, documents[index], { given, spelled })
    for (const [id, name] of given) spelled.set(provider.unspell(id), name)
    const entry = tape.report().recorded.at(-1) ?? tape.report().replayed.at(-1)
    paths.push(entry?.recording?.replace(/^memory-\d+:/, '') ?? '')
  }
  await tape.close()
  return { seen, received, given, paths }
}

function sayBody(body: Buffer, say: (text: string) => string): Buffer {
  const text = body.toString('utf8')
  return Buffer.from(text, 'utf8').equals(body) ? Buffer.from(say(text), 'utf8') : body
}

export async function* give(cuts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const cut of cuts) yield cut
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const reads: Uint8Array[] = []
  for await (const read of body) reads.push(read)
  return Buffer.concat(reads)
}

interface Learned {
  readonly given: Map<string, string>
  readonly spelled: Map<string, string>
}

/** Every string that the program was given another for: an id's name, or what redaction left of a text. */
function collectGiven(sent: unknown, seen: unknown, learned: Learned): void {
  if (typeof sent === 'string' && typeof seen === 'string') {
    if (sent === seen) return
    // A part of a tool's result is numbered behind its call's id, on both sides.
    const part = /:\d+$/.exec(seen)?.[0] ?? ''
    const [id, name] = [sent, seen].map((text) => text.slice(0, text.length - part.length))
    if (sent.endsWith(part) && /rec-?[0-9a-f]{12}/.test(seen))
      learned.given.set(id ?? '', name ?? '')
    else if (hasPlaceholder(seen)) learned.spelled.set(sent, seen)
    return
  }
  if (typeof sent !== 'object' || sent === null || typeof seen !== 'object' || seen === null) return
  for (const [key, value] of Object.entries(sent))
    collectGiven(value, (seen as Record<string, unknown>)[key], learned)
}
