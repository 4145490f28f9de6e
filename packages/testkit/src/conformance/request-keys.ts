import { isDeepStrictEqual } from 'node:util'
import {
  createMemoryStore,
  createTape,
  requestKey,
  type Store,
  type Tape,
  type WireRequest,
} from '@wiretape/core'
import { valueOf } from './body-documents.ts'
import { bytesOf, give } from './cassette-program.ts'
import { readCassettes } from './cassettes.ts'
import type { ConformanceReport } from './report.ts'
import type { WireExchange } from './wire-exchanges.ts'

/** So many requests with one key are made at once, by as many programs as it takes. */
const AT_ONCE = 50

interface Counts {
  requests: number
  keys: number
  kinds: number
  equal: number
  inOrder: number
  atOnce: number
  inOrderAtOnce: number
}

/**
 * Compares the requests of each cassette: two with one key must say the same, two that say the same must have one key, and
 * equal ones must be replayed in the order in which they were recorded, one after another and many at once.
 */
export async function checkRequestKeys(path: string): Promise<ConformanceReport> {
  const counts: Counts = {
    requests: 0,
    keys: 0,
    kinds: 0,
    equal: 0,
    inOrder: 0,
    atOnce: 0,
    inOrderAtOnce: 0,
  }
  const failures: string[] = []
  for (const [cassette, exchanges] of await readCassettes(path)) {
    const groups = groupByKey(exchanges)
    counts.requests += exchanges.length
    counts.keys += groups.length
    const found = [...compareRequests(groups), ...(await replayEqual(exchanges, groups, counts))]
    for (const failure of found) failures.push(`${cassette} ${exchanges[0]?.api ?? ''}: ${failure}`)
  }
  return {
    counts: [
      `${path}: ${counts.requests} requests, ${counts.keys} of them different from all others of their cassette`,
      `  equal requests: ${counts.equal} of ${counts.kinds} kinds; replayed in their order: ${counts.inOrder}`,
      `  the same with ${AT_ONCE} and more of a kind at once: ${counts.inOrderAtOnce} of ${counts.atOnce}`,
    ],
    failures,
  }
}

function groupByKey(exchanges: readonly WireExchange[]): (readonly WireExchange[])[] {
  const groups = new Map<string, WireExchange[]>()
  for (const exchange of exchanges) {
    const { hash } = requestKey(requestOf(exchange))
    groups.set(hash, [...(groups.get(hash) ?? []), exchange])
  }
  return [...groups.values()]
}

/** Replays a cassette with requests that come more than once, and then each kind of these alone, many at once. */
async function replayEqual(
  exchanges: readonly WireExchange[],
  groups: readonly (readonly WireExchange[])[],
  counts: Counts,
): Promise<string[]> {
  const equal = groups.filter(({ length }) => length > 1)
  if (equal.length === 0) return []
  const failures: string[] = []
  const store = await record(exchanges)
  const answers = await replay(exchanges, store)
  for (const group of equal) {
    const place = `exchange ${group[0]?.n ?? 0} and its like`
    const own = group.map((exchange) => answers[exchanges.indexOf(exchange)] as Buffer)
    const right = countRight(group, own)
    counts.kinds += 1
    counts.equal += group.length
    counts.inOrder += right
    if (right < group.length) failures.push(`${place} were replayed in another order`)

    const programs = Math.ceil(AT_ONCE / group.length)
    const rightAtOnce = await replayAtOnce(group, programs)
    counts.atOnce += programs * group.length
    counts.inOrderAtOnce += rightAtOnce
    if (rightAtOnce < programs * group.length)
      failures.push(`${place} were replayed in another order, ${programs * group.length} at once`)
  }
  return failures
}

const VERBATIM = { normalize: false, redact: false, recordErrors: true } as const

async function record(exchanges: readonly WireExchange[]): Promise<Store> {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store, ...VERBATIM })
  for (const exchange of exchanges) await ask(tape, exchange)
  await tape.close()
  return store
}

async function replay(exchanges: readonly WireExchange[], store: Store): Promise<Buffer[]> {
  const tape = createTape({ mode: 'replay', recordings: store, ...VERBATIM })
  const answers: Buffer[] = []
  for (const exchange of exchanges) answers.push(await ask(tape, exchange))
  await tape.close()
  return answers
}

/** How many of the requests were answered in their order, by so many programs at the same time. */
async function replayAtOnce(group: readonly WireExchange[], programs: number): Promise<number> {
  const store = await record(group)
  const tapes = Array.from({ length: programs }, () =>
    createTape({ mode: 'replay', recordings: store, ...VERBATIM }),
  )
  const answers = await Promise.all(
    tapes.map((tape) => Promise.all(group.map((exchange) => ask(tape, exchange)))),
  )
  for (const tape of tapes) await tape.close()
  return answers.reduce((sum, own) => sum + countRight(group, own), 0)
}

function countRight(exchanges: readonly WireExchange[], answers: readonly Buffer[]): number {
  return exchanges.filter(({ response }, n) => answers[n]?.equals(response) === true).length
}

/** Groups by key must be groups by content. */
function compareRequests(groups: readonly (readonly WireExchange[])[]): string[] {
  const failures: string[] = []
  for (const [index, group] of groups.entries()) {
    const [first] = group
    if (first === undefined) continue
    for (const other of group)
      if (!saysTheSame(first, other))
        failures.push(`exchanges ${first.n} and ${other.n} differ, and have one key`)
    for (const [other] of groups.slice(index + 1))
      if (other !== undefined && saysTheSame(first, other))
        failures.push(`exchanges ${first.n} and ${other.n} say the same, and have two keys`)
  }
  return failures
}

/** By what everybody's parser makes of it; no field is left out, since no cassette changes one that must not count. */
function saysTheSame(one: WireExchange, other: WireExchange): boolean {
  if (one.method !== other.method || one.url !== other.url) return false
  if (one.request.equals(other.request)) return true
  const [left, right] = [one, other].map(({ request }) => valueOf(request.toString('utf8')))
  return typeof left === 'object' && isDeepStrictEqual(left, right)
}

function requestOf({
  method,
  url,
  request,
}: WireExchange): WireRequest & { body: Uint8Array | null } {
  const headers = [['content-type', 'application/json']] as const
  return { method, url, headers, body: request.length === 0 ? null : request }
}

async function ask(tape: Tape, exchange: WireExchange): Promise<Buffer> {
  const response = await tape.handle(requestOf(exchange), async () => ({
    status: exchange.status,
    headers: [['content-type', exchange.contentType]],
    body: give([exchange.response]),
  }))
  return bytesOf(response.body)
}
