import { version } from '../../package.json'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { refuseSecrets, refuseSecretsInPieces } from '../redaction/refuse-secrets.ts'
import type { Answer } from '../recording/answer.ts'
import type { Claim } from './claims.ts'
import { wallClock } from './clock.ts'
import { asWiretapeError } from './not-recorded.ts'
import { answerOf } from './replay.ts'
import type { Exchange } from './subject.ts'
import { writeRecording } from './write-recording.ts'

/** An answer that came to its end, one way or another. */
export interface Ended {
  readonly answer: () => Answer
  /** Normalised id → original. */
  readonly originals: ReadonlyMap<string, string>
  readonly claim: Claim
}

/** What became of an answer. */
export interface Kept {
  /** Whether there is a recording now: this answer's, or one of another process that came first. */
  readonly isKept: boolean
  /** Whether that is a complete one. */
  readonly isComplete: boolean
}

/** What is to be done with an answer. */
type Verdict =
  /** Write it where there is nothing, or over what there is. */
  | 'create'
  | 'replace'
  /** Another process has recorded the same meanwhile, and the first commit wins. */
  | 'forestalled'
  | 'refused'

export const NOT_KEPT: Kept = { isKept: false, isComplete: false }

/** Writes the recording, unless it must not be kept. Never rejects: the program's call goes on unharmed. */
export async function keepAnswer(current: Exchange, ended: Ended): Promise<Kept> {
  const { context, address } = current
  try {
    const answer = ended.answer()
    const isComplete = answer.ending === 'complete'
    for (;;) {
      const verdict = await judge(current, answer, ended.claim)
      if (verdict === 'refused') {
        context.report.refused.push({ ...current.entry, recording: null })
        return NOT_KEPT
      }
      const recording = context.layers.placeOf(address)
      if (verdict === 'forestalled') {
        context.report.refused.push({ ...current.entry, recording })
        return { isKept: true, isComplete: true }
      }
      if (!(await write(current, { ...ended, answer, ifAbsent: verdict === 'create' }))) continue
      context.report.recorded.push({ ...current.entry, recording })
      return { isKept: true, isComplete }
    }
  } catch (error) {
    if (WiretapeError.is(error) && error.code === 'WT_SECRET_FOUND')
      context.report.refused.push({ ...current.entry, recording: null })
    context.fail(asWiretapeError(error))
    return NOT_KEPT
  }
}

/** False where `ifAbsent` and another process has written it since it was judged. */
async function write(
  current: Exchange,
  {
    answer,
    originals,
    ifAbsent,
  }: Pick<Ended, 'originals'> & { readonly answer: Answer; readonly ifAbsent: boolean },
): Promise<boolean> {
  const { context, keyed, address, request } = current
  const redactor = context.redaction.current()
  const path = context.layers.placeOf(address)
  if (redactor !== null) refuseSecretsInPieces({ answer, call: keyed.call, path }, redactor)
  const document = writeRecording({
    keyed,
    redactor,
    occurrence: address.occurrence,
    testId: testIdOf(current),
    answer,
    originals,
    isVerbatim: context.options.normalization === null,
    by: { wiretape: version, node: process.versions.node, ...request.by },
    at: wallClock(),
  })
  if (redactor !== null) refuseSecrets(document, path, redactor)
  return context.layers.write(address, document, { ifAbsent })
}

/** The test that belongs to the key. */
function testIdOf({ keyed, scope }: Exchange): string | null {
  return scope.isolation === 'test' || keyed.call.endpoint.stateful === true ? scope.testId : null
}

async function judge(current: Exchange, answer: Answer, claim: Claim): Promise<Verdict> {
  const { context, address, keyed } = current
  const { mode, recordErrors } = context.options
  if (await claim.isOvertaken()) return 'forestalled'
  const completesOnly = mode === 'record-if-missing'
  const rank = recordErrors ? GOOD : rankOf(answer)
  const found = completesOnly || rank < GOOD ? await context.layers.find(address) : undefined
  const there = found === undefined ? undefined : answerOf(found.document, keyed.call)
  if (completesOnly && there !== undefined && rankOf(there) >= SETTLED) return 'forestalled'
  // They say something of the key only.
  if (!recordErrors && (answer.status === 401 || answer.status === 403)) return 'refused'
  if (there !== undefined && rank < rankOf(there)) return 'refused'
  const isFree = found === undefined || found.store !== context.layers.writable?.store
  return isFree && (completesOnly || rank < GOOD) ? 'create' : 'replace'
}

const INCOMPLETE = 0
const PASSING = 1
const SETTLED = 2
const GOOD = 3

/** No answer replaces one that ranks above it. */
function rankOf(answer: Answer): number {
  if (answer.ending !== 'complete' || answer.status === null) return INCOMPLETE
  if (isPassing(answer)) return PASSING
  return answer.status < 400 ? GOOD : SETTLED
}

/** An error that says something of the moment only. */
export function isPassing({ status }: Pick<Answer, 'status'>): boolean {
  return status === 408 || status === 429 || (status ?? 0) >= 500
}
