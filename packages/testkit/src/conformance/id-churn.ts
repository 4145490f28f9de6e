import { isDeepStrictEqual } from 'node:util'
import { createMemoryStore, createTape, type Store, type TapeOptions } from '@wiretape/core'
import { cutRandomly } from '../cut-body.ts'
import { createSeededRandom } from '../seeded-random.ts'
import { documentsOf, rewriteTexts, valueOf } from './body-documents.ts'
import type { ConformanceReport } from './report.ts'
import { readWireExchanges, type WireExchange } from './wire-exchanges.ts'

/** What one run of a cassette's program saw, and what its provider was sent. */
interface Run {
  readonly seen: Buffer[]
  readonly received: (Buffer | null)[]
  /** A provider's id → what the program was given for it. */
  readonly given: ReadonlyMap<string, string>
}

interface Provider {
  /** The corpus's spelling of an id of this provider's: what the program's requests hold in the corpus. */
  readonly unspell: (id: string) => string
  /** The provider's own spelling of an id of the corpus. */
  readonly spell: (text: string) => string
  readonly answer: (exchange: WireExchange) => Buffer
}

/**
 * Plays each cassette with more than one exchange as a program that sends back the ids it was given: recorded, replayed,
 * recorded again from a provider that mints every id, time and padding anew, and half replayed with the rest live.
 */
export async function checkIdChurn(path: string, seed: number): Promise<ConformanceReport> {
  const cassettes = new Map<string, WireExchange[]>()
  for await (const exchange of readWireExchanges(path))
    cassettes.set(exchange.cassette, [...(cassettes.get(exchange.cassette) ?? []), exchange])
  const failures: string[] = []
  const counts = { cassettes: 0, exchanges: 0, ids: 0, echoing: 0 }
  for (const [cassette, exchanges] of cassettes) {
    if (exchanges.length < 2) continue
    exchanges.sort((left, right) => left.n - right.n)
    counts.cassettes += 1
    counts.exchanges += exchanges.length
    try {
      const { ids, echoes, found } = await checkCassette(exchanges, seed)
      counts.ids += ids
      if (echoes) counts.echoing += 1
      for (const failure of found)
        failures.push(`${cassette} ${exchanges[0]?.api ?? ''}: ${failure}`)
    } catch (error) {
      failures.push(`${cassette} ${exchanges[0]?.api ?? ''}: ${String(error).slice(0, 600)}`)
    }
  }
  return {
    counts: [
      `${path}: ${counts.cassettes} conversations, ${counts.exchanges} exchanges`,
      `  ids that the provider minted and wiretape named: ${counts.ids}`,
      `  conversations that send such ids back: ${counts.echoing}`,
    ],
    failures,
  }
}

async function checkCassette(
  exchanges: readonly WireExchange[],
  seed: number,
): Promise<{ ids: number; echoes: boolean; found: string[] }> {
  const found: string[] = []
  const store = createMemoryStore()
  const original: Provider = {
    unspell: (id) => id,
    spell: (text) => text,
    answer: ({ response }) => response,
  }
  const recorded = await run(exchanges, store, { mode: 'record', provider: original, seed })
  found.push(...checkReceived(recorded, exchanges, { from: 0, spell: original.spell }))
  const kept = await filesOf(store)

  const replayed = await run(exchanges, store, { mode: 'replay', provider: original, seed })
  for (const [index, seen] of replayed.seen.entries())
    if (!seen.equals(recorded.seen[index] as Buffer))
      found.push(`exchange ${index}: the replay differs from what was seen while recording`)

  const churned = churn(recorded.given, seed)
  const again = createMemoryStore()
  const second = await run(exchanges, again, { mode: 'record', provider: churned, seed: seed + 1 })
  found.push(...checkReceived(second, exchanges, { from: 0, spell: churned.spell }))
  found.push(...compareFiles(kept, await filesOf(again)))

  // What was cut is fetched again, which is not what the last pass looks at.
  if ([...kept.values()].some((bytes) => Buffer.from(bytes).includes('"ending": "cut"')))
    return { ids: recorded.given.size, echoes: false, found }
  const half = Math.ceil(exchanges.length / 2)
  const rest = createMemoryStore(firstHalf(kept, half, recorded.paths))
  if ([...kept.values()].some((bytes) => Buffer.from(bytes).includes('"ending":"cut"')))
    return { ids: recorded.given.size, echoes: false, found }
  const live = await run(exchanges, rest, { mode: 'record-if-missing', provider: original, seed })
  found.push(...checkReceived(live, exchanges, { from: half, spell: original.spell }))
  const echoes = exchanges.some(({ request, url }) =>
    [...recorded.given.keys()].some((id) => request.includes(id) || url.includes(id)),
  )
  return { ids: recorded.given.size, echoes, found }
}

let runs = 0

async function run(
  exchanges: readonly WireExchange[],
  store: Store,
  how: { mode: TapeOptions['mode']; provider: Provider; seed: number },
): Promise<Run & { paths: string[] }> {
  process.env['WIRETAPE_RUN_ID'] = `id-churn-${(runs += 1)}`
  const tape = createTape({ mode: how.mode, recordings: store, recordErrors: true, redact: false })
  const given = new Map<string, string>()
  const spelled = new Map<string, string>()
  const seen: Buffer[] = []
  const received: (Buffer | null)[] = []
  const paths: string[] = []
  for (const exchange of exchanges) {
    const answer = how.provider.answer(exchange)
    const say = (text: string): string => replaceAll(text, spelled)
    received.push(null)
    const response = await tape.handle(
      {
        method: exchange.method,
        url: say(exchange.url),
        headers: [['content-type', 'application/json']],
        body: exchange.request.length === 0 ? null : sayBody(exchange.request, say),
      },
      async (outgoing) => {
        received[received.length - 1] = Buffer.from(
          `${outgoing.url}\n${Buffer.from(outgoing.body ?? []).toString('latin1')}`,
          'latin1',
        )
        return {
          status: exchange.status,
          headers: [['content-type', exchange.contentType]],
          body: give(cutRandomly(answer, how.seed, 700)),
        }
      },
    )
    const reads: Uint8Array[] = []
    for await (const read of response.body) reads.push(read)
    const body = Buffer.concat(reads)
    seen.push(body)
    const documents = documentsOf(body)
    for (const [index, document] of documentsOf(answer).entries())
      collectGiven(document, documents[index], given)
    for (const [id, name] of given) spelled.set(how.provider.unspell(id), name)
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

async function* give(cuts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const cut of cuts) yield cut
}

/** Every string that the program was given another for. */
function collectGiven(sent: unknown, seen: unknown, given: Map<string, string>): void {
  if (typeof sent === 'string' && typeof seen === 'string') {
    // A part of a tool's result is numbered behind its call's id, on both sides.
    const part = /:\d+$/.exec(seen)?.[0] ?? ''
    const [id, name] = [sent, seen].map((text) => text.slice(0, text.length - part.length))
    const isNamed = sent.endsWith(part) && sent !== seen && /rec-?[0-9a-f]{12}/.test(seen)
    if (isNamed) given.set(id ?? '', name ?? '')
    return
  }
  if (typeof sent !== 'object' || sent === null || typeof seen !== 'object' || seen === null) return
  for (const [key, value] of Object.entries(sent))
    collectGiven(value, (seen as Record<string, unknown>)[key], given)
}

function replaceAll(text: string, replacements: ReadonlyMap<string, string>): string {
  const ids = [...replacements.keys()].toSorted((left, right) => right.length - left.length)
  return ids.reduce((result, id) => {
    const name = replacements.get(id) as string
    // A short id only where it stands alone.
    return id.length >= 16 ? result.replaceAll(id, name) : result.replaceAll(`"${id}"`, `"${name}"`)
  }, text)
}

/** A provider that mints every id anew, at another time and with other padding. */
function churn(given: ReadonlyMap<string, string>, seed: number): Provider {
  const random = createSeededRandom(seed + 99)
  const minted = new Map<string, string>()
  const origins = new Map<string, string>()
  for (const id of given.keys()) {
    const start = Math.max(
      /^[A-Za-z]+[_-](?:[a-z]+[_-])?/.exec(id)?.[0].length ?? 0,
      Math.floor(id.length / 3),
    )
    const other = Array.from(id)
      .map((character, index) => (index < start ? character : mint(character, random)))
      .join('')
    minted.set(id, other)
    origins.set(other, id)
  }
  const spell = (text: string): string => replaceAll(text, minted)
  return {
    spell,
    unspell: (text) => origins.get(text) ?? text,
    answer: ({ response }) =>
      rewriteTexts(response, (text) =>
        spell(text)
          .replace(
            /("created(?:_at)?":\s*)(1\d{9})/g,
            (_, key: string) => key + String(1_700_000_000 + Math.floor(random() * 9e7)),
          )
          .replace(
            /("obfuscation":\s*")[A-Za-z0-9]*"/g,
            (_, key: string) => `${key}${'x'.repeat(1 + Math.floor(random() * 9))}"`,
          ),
      ),
  }
}

function mint(character: string, random: () => number): string {
  const alphabet = /[0-9]/.test(character)
    ? '0123456789'
    : /[a-f]/.test(character)
      ? 'abcdef'
      : /[a-z]/.test(character)
        ? 'ghijklmnopqrstuvwxyz'
        : /[A-Z]/.test(character)
          ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
          : character
  return alphabet[Math.floor(random() * alphabet.length)] as string
}

/** The provider was sent only ids of its own: what the corpus's program sent. */
function checkReceived(
  { received }: Run,
  exchanges: readonly WireExchange[],
  { from, spell }: { from: number; spell: (text: string) => string },
): string[] {
  return exchanges.flatMap((exchange, index) => {
    const got = received[index]
    if (index < from)
      return got === null ? [] : [`exchange ${index}: was sent, though it is recorded`]
    if (got === null || got === undefined) return [`exchange ${index}: was not sent`]
    const [url = '', ...body] = got.toString('latin1').split('\n')
    const expected = spell(exchange.request.toString('utf8'))
    const sent = Buffer.from(body.join('\n'), 'latin1').toString('utf8')
    if (url !== spell(exchange.url)) return [`exchange ${index}: sent to ${url}`]
    return sent === expected || isDeepStrictEqual(valueOf(sent), valueOf(expected))
      ? []
      : [`exchange ${index}: sent ${firstDifference(sent, expected)}`]
  })
}

function firstDifference(left: string, right: string): string {
  let index = 0
  while (index < left.length && left[index] === right[index]) index += 1
  return `…${left.slice(Math.max(0, index - 60), index + 60)}… for …${right.slice(Math.max(0, index - 20), index + 60)}…`
}

async function filesOf(store: Store): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for await (const { path } of store.list())
    files.set(path, (await store.read(path)) ?? new Uint8Array())
  return files
}

/** The same files, byte for byte, but for the mapping, the time of recording and the times of reads. */
function compareFiles(
  first: ReadonlyMap<string, Uint8Array>,
  second: ReadonlyMap<string, Uint8Array>,
): string[] {
  const paths = new Set([...first.keys(), ...second.keys()])
  return [...paths].flatMap((path) => {
    const left = first.get(path)
    const right = second.get(path)
    if (left === undefined || right === undefined)
      return [
        `${path} was only written by the ${left === undefined ? 'second' : 'first'} recording`,
      ]
    const [one, other] = [lasting(left), lasting(right)]
    return one === other ? [] : [`${path} differs: ${firstDifference(one, other)}`]
  })
}

function lasting(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/^ {2}"id_normalization_mapping": \{[^}]*\},?\n/m, '')
    .replace(/^ {4}"at": "[^"]*",?\n/m, '')
    .replace(/^ {4}"ids": \{[^}]*\},?\n/m, '')
    .replace(/"reads": ?\{[^\n]*\}/, '"reads"')
}

function firstHalf(
  files: ReadonlyMap<string, Uint8Array>,
  half: number,
  paths: readonly string[],
): Record<string, Uint8Array> {
  const dropped = new Set(paths.slice(half))
  return Object.fromEntries([...files].filter(([path]) => !dropped.has(path)))
}
