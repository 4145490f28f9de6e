import { isDeepStrictEqual } from 'node:util'
import { createMemoryStore } from '@wiretape/core'
import { valueOf } from './body-documents.ts'
import { type Run, runProgram } from './cassette-program.ts'
import { readCassettes } from './cassettes.ts'
import { churnedProvider, ORIGINAL, type Provider } from './churned-provider.ts'
import { compareFiles, type Files, filesOf, firstDifference } from './compare-corpora.ts'
import { redactedSpans } from './redacted-view.ts'
import type { ConformanceReport } from './report.ts'
import type { WireExchange } from './wire-exchanges.ts'

/** What was found of one cassette. */
interface Findings {
  readonly ids: number
  /** Whether its program sends such ids back. */
  readonly echoes: boolean
  /** Placeholders that a replay shows where the program saw a secret while it recorded. */
  readonly redacted: readonly string[]
  readonly failures: readonly string[]
}

/**
 * Plays each cassette with more than one exchange as a program that sends back what it was given: recorded, replayed,
 * recorded again from a provider that mints every id, time and padding anew, and half replayed with the rest live.
 */
export async function checkIdChurn(path: string, seed: number): Promise<ConformanceReport> {
  const failures: string[] = []
  const counts = { cassettes: 0, exchanges: 0, ids: 0, echoing: 0 }
  const redacted: string[] = []
  for (const [cassette, exchanges] of await readCassettes(path)) {
    if (exchanges.length < 2) continue
    const title = `${cassette} ${exchanges[0]?.api ?? ''}`
    counts.cassettes += 1
    counts.exchanges += exchanges.length
    try {
      const findings = await checkCassette(exchanges, seed)
      counts.ids += findings.ids
      if (findings.echoes) counts.echoing += 1
      redacted.push(...findings.redacted)
      for (const failure of findings.failures) failures.push(`${title}: ${failure}`)
    } catch (error) {
      failures.push(`${title}: ${String(error).slice(0, 600)}`)
    }
  }
  return {
    counts: [
      `${path}: ${counts.cassettes} conversations, ${counts.exchanges} exchanges`,
      `  ids that the provider minted and wiretape named: ${counts.ids}`,
      `  conversations that send such ids back: ${counts.echoing}`,
      `  texts of answers that redaction replaced: ${[redacted.length, ...redacted].join(' ')}`,
    ],
    failures,
  }
}

async function checkCassette(exchanges: readonly WireExchange[], seed: number): Promise<Findings> {
  const failures: string[] = []
  const store = createMemoryStore()
  const recorded = await runProgram(exchanges, store, { mode: 'record', provider: ORIGINAL, seed })
  failures.push(...checkReceived(recorded, exchanges, { from: 0, provider: ORIGINAL }))
  const kept = await filesOf(store)

  const replayed = await runProgram(exchanges, store, { mode: 'replay', provider: ORIGINAL, seed })
  const redacted = replayed.seen.flatMap((seen, index) => {
    const spans = redactedSpans(recorded.seen[index] as Buffer, seen)
    if (spans !== undefined) return spans
    failures.push(`exchange ${index}: the replay differs from what was seen while recording`)
    return []
  })

  const churned = churnedProvider(recorded.given.keys(), seed)
  const again = createMemoryStore()
  const second = await runProgram(exchanges, again, {
    mode: 'record',
    provider: churned,
    seed: seed + 1,
  })
  failures.push(...checkReceived(second, exchanges, { from: 0, provider: churned }))
  failures.push(...compareFiles(kept, await filesOf(again)))

  const findings = { ids: recorded.given.size, redacted, failures }
  // What was cut is fetched again, which is not what the last pass looks at.
  if ([...kept.values()].some((bytes) => /"ending": ?"cut"/.test(Buffer.from(bytes).toString())))
    return { ...findings, echoes: false }
  const half = Math.ceil(exchanges.length / 2)
  const rest = createMemoryStore(without(kept, recorded.paths.slice(half)))
  const live = await runProgram(exchanges, rest, {
    mode: 'record-if-missing',
    provider: ORIGINAL,
    seed,
  })
  failures.push(...checkReceived(live, exchanges, { from: half, provider: ORIGINAL }))
  const echoes = exchanges.some(({ request, url }) =>
    [...recorded.given.keys()].some((id) => request.includes(id) || url.includes(id)),
  )
  return { ...findings, echoes }
}

/** The provider was sent only ids of its own: what the corpus's program sent, but for what redaction took out. */
function checkReceived(
  { received }: Run,
  exchanges: readonly WireExchange[],
  { from, provider }: { readonly from: number; readonly provider: Provider },
): string[] {
  return exchanges.flatMap((exchange, index) => {
    const got = received[index] ?? null
    if (index < from)
      return got === null ? [] : [`exchange ${index}: was sent, though it is recorded`]
    if (got === null) return [`exchange ${index}: was not sent`]
    if (got.url !== provider.spell(exchange.url)) return [`exchange ${index}: sent to ${got.url}`]
    const expected = provider.spell(exchange.request.toString('utf8'))
    const sent = got.body.toString('utf8')
    return isSame(sent, expected)
      ? []
      : [`exchange ${index}: sent ${firstDifference(sent, expected)}`]
  })
}

function isSame(sent: string, expected: string): boolean {
  return (
    isDeepStrictEqual(valueOf(sent), valueOf(expected)) ||
    redactedSpans(Buffer.from(expected), Buffer.from(sent)) !== undefined
  )
}

function without(files: Files, paths: readonly string[]): Record<string, Uint8Array> {
  const dropped = new Set(paths)
  return Object.fromEntries([...files].filter(([path]) => !dropped.has(path)))
}
