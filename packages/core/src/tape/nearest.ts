import { stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import {
  createRequestLines,
  type LineDifference,
  type RequestLines,
} from '../recording/request-lines.ts'
import { type Difference, differences } from '../request/differences.ts'
import type { Matcher } from '../request/matcher.ts'
import type { Candidate, SearchBudget } from '../store/candidates.ts'
import type { Corpus, FoundRecording } from '../store/corpus.ts'
import { commonStart } from './miss-text.ts'
import type { Subject } from './subject.ts'

/** How far a miss looks for what might have been meant, over all corpora. */
const MOST_FILES = 100
const MOST_BYTES = 16 * 1024 * 1024

/** Files that are compared field by field: the likeliest by their lines, until this much of them was. */
const MOST_COMPARED = 192 * 1024
const FEWEST_COMPARED = 2
/** A file of which so many times more lines differ is not looked at. */
const FAR = 4

/** Differences that are counted. */
export const MOST_COUNTED = 50

/** A recording that might have been meant. */
export interface NearRecording {
  readonly found: FoundRecording
  /** Both canonical forms by the options of its corpus: what doesn't count there is no difference. */
  readonly recorded: JsonNode
  readonly asked: JsonNode
  /** Differences, at most {@link MOST_COUNTED}. */
  readonly count: number
  /** It is the same request, of another test. */
  readonly isOfOtherTest: boolean
}

interface Ranked extends NearRecording {
  /** How much of the first differing values is alike, for choosing between equally many differences. */
  readonly likeness: () => number
}

interface Rough {
  readonly candidate: Omit<Candidate, 'bytes'>
  readonly size: number
  readonly difference: LineDifference
}

/** Recordings of the same endpoint, the nearest first: the same request of another test, then by how little differs. */
export async function findNearest(
  missed: Subject,
  corpora: readonly Corpus[],
): Promise<readonly NearRecording[]> {
  const lines = createRequestLines(missed.canonical)
  const asked = new Map<Matcher, JsonNode>()
  const near: Ranked[] = []
  let left = MOST_COMPARED
  let farthest = Infinity
  for (const rough of likeliestFirst(await readAll(missed, corpora, lines))) {
    const { candidate, size, difference } = rough
    if (difference.count > farthest || (near.length >= FEWEST_COMPARED && size > left)) break
    left -= size
    const found = await candidate.open()
    const recorded = found === undefined ? undefined : missed.canonicalOf(found)
    if (found === undefined || recorded === undefined) continue
    if (stringMember(recorded, 'endpoint') !== stringMember(missed.canonical, 'endpoint')) continue
    const { matcher } = found
    const wanted = asked.get(matcher) ?? missed.canonicalBy?.(matcher) ?? missed.canonical
    asked.set(matcher, wanted)
    near.push(rank(found, recorded, wanted))
    farthest = Math.min(farthest, FAR * (difference.count + 1))
  }
  return near.toSorted(byNearness)
}

async function readAll(
  missed: Subject,
  corpora: readonly Corpus[],
  lines: RequestLines,
): Promise<Rough[]> {
  const budget: SearchBudget = { files: MOST_FILES, bytes: MOST_BYTES }
  const wanted = { call: missed.address.call, size: lines.size }
  const all: Rough[] = []
  for (const corpus of corpora)
    for await (const { bytes, ...candidate } of corpus.candidates(wanted, budget))
      all.push({ candidate, size: bytes.length, difference: lines.compare(bytes) })
  return all
}

/** Those with the fewest lines that differ; of equally many, those whose lines are likest, where not all can be compared. */
function likeliestFirst(all: readonly Rough[]): readonly Rough[] {
  const sorted = all.toSorted((left, right) => left.difference.count - right.difference.count)
  if (all.reduce((sum, { size }) => sum + size, 0) <= MOST_COMPARED) return sorted
  const fewest = sorted[0]?.difference.count
  const tied = sorted.filter(({ difference }) => difference.count === fewest)
  if (tied.length <= FEWEST_COMPARED) return sorted
  const likest = tied
    .map((rough) => ({ rough, likeness: likenessOf(rough.difference) }))
    .toSorted((left, right) => right.likeness - left.likeness)
  return [...likest.map(({ rough }) => rough), ...sorted.slice(tied.length)]
}

function rank(found: FoundRecording, recorded: JsonNode, asked: JsonNode): Ranked {
  const all = differences(recorded, asked, MOST_COUNTED)
  return {
    found,
    recorded,
    asked,
    count: all.length,
    isOfOtherTest: all.length === 1 && all[0]?.path === 'test_id',
    likeness: once(() => likenessOf(all[0])),
  }
}

function byNearness(left: Ranked, right: Ranked): number {
  if (left.isOfOtherTest !== right.isOfOtherTest) return left.isOfOtherTest ? -1 : 1
  return left.count - right.count || right.likeness() - left.likeness()
}

/** How many words two values share from shortly before where they begin to differ, as a part of all those words. */
function likenessOf(difference: Pick<Difference, 'recorded' | 'asked'> | undefined): number {
  if (difference?.recorded === undefined || difference.asked === undefined) return 0
  const start = Math.max(0, commonStart(difference.recorded, difference.asked) - BEFORE)
  const [recorded, asked] = [wordsOf(difference.recorded, start), wordsOf(difference.asked, start)]
  const shared = [...asked].filter((word) => recorded.has(word)).length
  return shared / Math.max(1, recorded.size + asked.size - shared)
}

/** Characters that are compared for likeness. */
const BEFORE = 100
const COMPARED = 500

/** Blanks and punctuation; by classes of Unicode it would take longer than the rest of a comparison. */
const BETWEEN_WORDS = /[\s!-/:-@[-`{-~\u2010-\u206f\u3000-\u303f\uff01-\uff0f]+/

function wordsOf(text: string, start: number): ReadonlySet<string> {
  return new Set(
    text
      .slice(start, start + COMPARED)
      .toLowerCase()
      .split(BETWEEN_WORDS),
  )
}

function once<Value>(make: () => Value): () => Value {
  let value: { readonly made: Value } | undefined
  return () => (value ??= { made: make() }).made
}
