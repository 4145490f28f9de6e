import { WiretapeError } from '../errors/wiretape-error.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { withConstants } from '../request/placeholders.ts'
import type { Difference } from '../request/differences.ts'
import { hasRecordings } from '../store/corpus-keys.ts'
import type { Corpus } from '../store/corpus.ts'
import type { UnreadableFile } from '../store/foreign-index.ts'
import type { Store } from '../store/store.ts'
import { maskedDifferences } from './masked-differences.ts'
import { cutText, fitLines, type MissLines, shorten } from './miss-text.ts'
import { findNearest, MOST_COUNTED, type NearRecording } from './nearest.ts'
import { recordCommand } from './record-command.ts'
import { endingOf, type ExchangeContext, type Subject, type UsedRecording } from './subject.ts'

/** What a message shows at most; the details hold somewhat more. */
const MOST_SHOWN = 3
const MOST_CORPORA = 3
const MOST_UNREADABLE = 3
const MOST_IN_DETAILS = 10
const MOST_OTHERS = 2
const LONGEST_VALUE = 160

/** Why no recording answers, as data. */
export type MissReason =
  | 'no-corpus'
  | 'no-endpoint'
  | 'differs'
  | 'other-test'
  | 'used-up'
  | 'ended-early'
  | 'unclaimed'

/** One reason: its lines in the message, and the same as data. */
interface Explanation {
  readonly reason: MissReason
  readonly lines: MissLines
  readonly details: Readonly<Record<string, unknown>>
}

/** Explains a miss: what was asked, the nearest recording, the first differences, and the command that records it. */
export async function explainMiss(
  missed: Subject,
  context: ExchangeContext,
): Promise<WiretapeError> {
  const { address, scope } = missed
  const { corpora } = context.layers
  const redactor = context.redaction.forMessages()
  const used = address.occurrence > 1 ? context.used.get(address.hash) : undefined
  const { reason, lines, details } =
    used === undefined
      ? await explainNearest(missed, corpora, redactor)
      : explainUse(address.occurrence, used)
  const unreadable = corpora.flatMap((corpus) => corpus.unreadable())
  const mask = (text: string): string => withConstants(redactor.text(text, '/request'))
  const hint = `to record it: ${recordCommand('record-if-missing', scope.testId)}`
  const message = fitLines(
    (length) => [
      `no recording answers ${cutText(missed.title)}`,
      ...(scope.testId === null ? [] : [`  test: ${cutText(scope.testId)}`]),
      `  looked in: ${namesOf(corpora)}`,
      ...lines(length),
      ...unreadableLines(unreadable, mask),
    ],
    `WT_RECORDING_NOT_FOUND: \n→ ${hint}`,
  )
  return new WiretapeError('WT_RECORDING_NOT_FOUND', {
    message,
    hint,
    details: {
      ...missed.details,
      testId: scope.testId,
      occurrence: address.occurrence,
      corpora: corpora.map(({ store }) => store.name),
      reason,
      nearest: null,
      others: [],
      used: null,
      ...details,
      unreadable: unreadable
        .slice(0, MOST_IN_DETAILS)
        .map(({ error }) => maskedDetails(error, mask)),
    },
    ...(unreadable[0] === undefined ? {} : { cause: unreadable[0].error }),
  })
}

function explainUse(
  asked: number,
  { recording, address: { occurrence }, ending }: UsedRecording,
): Explanation {
  const times = occurrence === 1 ? 'once' : `${occurrence} times`
  return {
    reason: ending === 'complete' ? 'used-up' : 'ended-early',
    lines: () => [
      `  it was asked ${asked} times in this scope, and recorded ${times}: ${recording}`,
      ...endingLines(ending),
    ],
    details: { used: { recording, occurrence, ending } },
  }
}

async function explainNearest(
  missed: Subject,
  corpora: readonly Corpus[],
  redactor: Redactor,
): Promise<Explanation> {
  const [nearest, ...others] = await findNearest(missed, corpora)
  if (nearest !== undefined) return explainDifferences(nearest, others, redactor)
  for (const { store } of corpora) if (await hasAny(store)) return NO_ENDPOINT
  return NO_CORPUS
}

const NO_ENDPOINT: Explanation = {
  reason: 'no-endpoint',
  lines: () => ['  nothing is recorded for this endpoint'],
  details: {},
}

const NO_CORPUS: Explanation = {
  reason: 'no-corpus',
  lines: () => ['  nothing is recorded there at all'],
  details: {},
}

async function hasAny(store: Store): Promise<boolean> {
  try {
    return await hasRecordings(store)
  } catch (error) {
    // Another line of the message tells what can't be listed.
    if (!WiretapeError.is(error)) throw error
    return true
  }
}

function explainDifferences(
  nearest: NearRecording,
  others: readonly NearRecording[],
  redactor: Redactor,
): Explanation {
  const recording = placeOf(nearest)
  const ending = endingOf(nearest.found.document)
  const all = maskedDifferences(nearest, redactor, MOST_COUNTED)
  return {
    reason: nearest.isOfOtherTest ? 'other-test' : 'differs',
    lines: (length) => [
      `  nearest: ${recording}`,
      ...endingLines(ending),
      ...differenceLines(all, length),
    ],
    details: {
      nearest: {
        recording,
        ending,
        differences: all.slice(0, MOST_SHOWN * 2).map((one) => shorten(one, LONGEST_VALUE)),
        differenceCount: all.length,
      },
      others: others
        .slice(0, MOST_OTHERS)
        .map((other) => ({ recording: placeOf(other), differenceCount: other.count })),
    },
  }
}

function differenceLines(all: readonly Difference[], length: number): string[] {
  if (all.length === 0) return ['  differs only in secrets, which are not shown']
  const shown = all.slice(0, MOST_SHOWN).map((one) => shorten(one, length))
  const hidden = all.length - shown.length
  const bound = all.length === MOST_COUNTED ? ' or more' : ''
  const places = hidden === 1 ? 'place' : 'places'
  return [
    ...shown.flatMap(({ path, recorded, asked }) => [
      `  differs at ${path}`,
      `    recorded: ${recorded ?? '(absent)'}`,
      `    asked:    ${asked ?? '(absent)'}`,
    ]),
    ...(hidden > 0 ? [`  and at ${hidden}${bound} other ${places}`] : []),
  ]
}

/** A program asks again after an answer that broke off, and what it asks then was perhaps not recorded. */
function endingLines(ending: string): string[] {
  return ending === 'complete' ? [] : [`  its answer ended early (${ending})`]
}

function namesOf(corpora: readonly Corpus[]): string {
  const names = corpora.slice(0, MOST_CORPORA).map(({ store }) => store.name)
  const hidden = corpora.length - names.length
  return names.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '')
}

/** What is wrong with a file may be shown by what stands there. */
type Mask = (text: string) => string

function unreadableLines(unreadable: readonly UnreadableFile[], mask: Mask): string[] {
  return unreadable
    .slice(0, MOST_UNREADABLE)
    .map(({ error }) => `  can't be read: ${mask(error.message.split('\n')[0] ?? '')}`)
}

function maskedDetails({ details }: WiretapeError, mask: Mask): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' ? mask(value) : value,
    ]),
  )
}

function placeOf({ found: { store, path } }: NearRecording): string {
  return store.locate(path)
}
