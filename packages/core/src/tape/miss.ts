import { WiretapeError } from '../errors/wiretape-error.ts'
import { stringMember } from '../json/access.ts'
import { mapStrings } from '../json/map-strings.ts'
import type { JsonNode } from '../json/node.ts'
import { redactJson } from '../redaction/redact-json.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { type Difference, differences } from '../request/differences.ts'
import { withConstants } from '../request/placeholders.ts'
import type { Matcher } from '../request/matcher.ts'
import type { Address, Corpus, FoundRecording } from '../store/corpus.ts'
import type { ExchangeContext, Subject } from './subject.ts'

/** How far a miss looks for what might have been meant. */
const MOST_CANDIDATES = 100
/** Differences that are counted for nearness, and those that are shown. */
const MOST_COUNTED = 50
const MOST_SHOWN = 3
const LONGEST_VALUE = 160

interface Nearest {
  readonly found: FoundRecording
  readonly differences: readonly Difference[]
  readonly count: number
  /** How much of the differing values is alike, for choosing between equally many differences. */
  readonly likeness: number
}

/** Explains a miss: what was asked, the nearest recording, the first differences, and the command that records it. */
export async function explainMiss(
  missed: Subject,
  { layers: { corpora }, redaction }: ExchangeContext,
): Promise<WiretapeError> {
  const { address, scope } = missed
  const masked = maskedBy(redaction.forMessages())
  const usedUp = address.occurrence > 1 ? await lastBefore(address, corpora) : undefined
  const nearest = usedUp === undefined ? await findNearest(missed, corpora, masked) : undefined
  const unreadable = corpora.flatMap((corpus) => corpus.unreadable())
  const lines = [
    `no recording answers ${missed.title}`,
    ...(scope.testId === null ? [] : [`  test: ${scope.testId}`]),
    `  looked in: ${corpora.map(({ store }) => store.name).join(', ')}`,
    ...(usedUp === undefined ? explainNearest(nearest) : [explainUse(address, usedUp)]),
    ...unreadable
      .slice(0, 3)
      .map(({ error }) => `  can't be read: ${error.message.split('\n')[0] ?? ''}`),
  ]
  return new WiretapeError('WT_RECORDING_NOT_FOUND', {
    message: lines.join('\n'),
    hint: `to record it: ${recordCommand(scope.testId)}`,
    details: {
      ...missed.details,
      testId: scope.testId,
      occurrence: address.occurrence,
      nearest:
        nearest === undefined
          ? null
          : {
              recording: placeOf(nearest.found),
              differences: nearest.differences,
              differenceCount: nearest.count,
            },
      unreadable: unreadable.map(({ error }) => error.details),
    },
    ...(unreadable[0] === undefined ? {} : { cause: unreadable[0].error }),
  })
}

function explainUse({ occurrence }: Address, last: UsedUp): string {
  const times = last.occurrence === 1 ? 'once' : `${last.occurrence} times`
  return `  it was asked ${occurrence} times in this scope, and recorded ${times}: ${placeOf(last.found)}`
}

function explainNearest(nearest: Nearest | undefined): string[] {
  if (nearest === undefined) return ['  nothing is recorded for this endpoint']
  const shown = nearest.differences.slice(0, MOST_SHOWN)
  const hidden = nearest.count - shown.length
  const bound = nearest.count === MOST_COUNTED ? ' or more' : ''
  return [
    `  nearest: ${placeOf(nearest.found)}`,
    ...shown.flatMap((difference) => [
      `  differs at ${difference.path}`,
      `    recorded: ${difference.recorded ?? '(absent)'}`,
      `    asked:    ${difference.asked ?? '(absent)'}`,
    ]),
    ...(hidden > 0 ? [`  and at ${hidden}${bound} other places`] : []),
  ]
}

/** The last occurrence that is recorded. */
interface UsedUp {
  readonly found: FoundRecording
  readonly occurrence: number
}

async function lastBefore(
  address: Address,
  corpora: readonly Corpus[],
): Promise<UsedUp | undefined> {
  for (let occurrence = address.occurrence - 1; occurrence >= 1; occurrence--)
    for (const corpus of corpora) {
      const found = await corpus.find({ ...address, occurrence })
      if (found !== undefined) return { found, occurrence }
    }
  return undefined
}

async function findNearest(
  missed: Subject,
  corpora: readonly Corpus[],
  masked: (canonical: JsonNode) => JsonNode,
): Promise<Nearest | undefined> {
  const { call } = missed.address
  const asked = new Map<Matcher, JsonNode>()
  let nearest: Nearest | undefined
  let looked = 0
  for (const corpus of corpora)
    for await (const found of corpus.candidates(call)) {
      if (looked++ >= MOST_CANDIDATES) return nearest
      // By the options of the corpus that it is in: what doesn't count there is no difference.
      const { matcher } = found
      const recorded = missed.canonicalOf(found.document, matcher)
      if (recorded === undefined || !isSameEndpoint(recorded, missed.canonical)) continue
      const wanted = asked.get(matcher) ?? masked(missed.canonicalBy?.(matcher) ?? missed.canonical)
      asked.set(matcher, wanted)
      const all = differences(masked(recorded), wanted, MOST_COUNTED)
      const likeness = likenessOf(all)
      const isNearer =
        nearest === undefined ||
        all.length < nearest.count ||
        (all.length === nearest.count && likeness > nearest.likeness)
      if (!isNearer) continue
      const shown = all.slice(0, MOST_SHOWN * 2).map(shorten)
      nearest = { found, differences: shown, count: all.length, likeness }
    }
  return nearest
}

/** Canonical requests without their secrets, whatever the recording was allowed to keep: what differs is shown. */
function maskedBy(redactor: Redactor): (canonical: JsonNode) => JsonNode {
  return (canonical) => mapStrings(redactJson(canonical, '/request', redactor), withConstants)
}

/** How many words the first differing values share, as a part of all their words. */
function likenessOf(all: readonly Difference[]): number {
  const [first] = all
  if (first?.recorded === undefined || first.asked === undefined) return 0
  const [recorded, asked] = [wordsOf(first.recorded), wordsOf(first.asked)]
  const shared = [...asked].filter((word) => recorded.has(word)).length
  return shared / Math.max(1, new Set([...recorded, ...asked]).size)
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    text
      .slice(0, 2000)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u),
  )
}

function isSameEndpoint(recorded: JsonNode, asked: JsonNode): boolean {
  return stringMember(recorded, 'endpoint') === stringMember(asked, 'endpoint')
}

/** Long values by the part where they begin to differ. */
function shorten({ path, recorded, asked }: Difference): Difference {
  const start = recorded === undefined || asked === undefined ? 0 : commonStart(recorded, asked)
  const from = start < LONGEST_VALUE / 2 ? 0 : start - 40
  return { path, recorded: cut(recorded, from), asked: cut(asked, from) }
}

function cut(value: string | undefined, from: number): string | undefined {
  if (value === undefined || value.length <= LONGEST_VALUE) return value
  const part = value.slice(from, from + LONGEST_VALUE)
  return `${from > 0 ? '…' : ''}${part}${from + LONGEST_VALUE < value.length ? '…' : ''}`
}

function commonStart(left: string, right: string): number {
  let index = 0
  while (index < left.length && left[index] === right[index]) index++
  return index
}

function placeOf({ store, path }: FoundRecording): string {
  return store.locate(path)
}

function recordCommand(testId: string | null): string {
  const filter = testId === null ? '' : ` -- -t ${JSON.stringify(testId)}`
  return `WIRETAPE_MODE=record-if-missing npm test${filter}`
}
