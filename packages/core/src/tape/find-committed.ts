import type { FoundRecording } from '../store/corpus.ts'
import type { Claim } from './claims.ts'
import { type ExchangeContext, findRecording, type Subject } from './subject.ts'

interface Committed {
  readonly claim: Claim
  /** Whether a recording will do. Default: any will. */
  readonly isSettled?: (found: FoundRecording) => Promise<boolean>
}

/**
 * What another process has put in place between the first look and the claim without leaving word: it is of no run, or was
 * killed. The claim is then over.
 */
export async function findCommitted(
  context: ExchangeContext,
  subject: Subject,
  { claim, isSettled }: Committed,
): Promise<FoundRecording | undefined> {
  if (context.options.mode !== 'record-if-missing') return undefined
  try {
    const found = await findRecording(context, subject)
    if (found === undefined || (await isSettled?.(found)) === false) return undefined
    await claim.release(true)
    return found
  } catch (error) {
    await claim.release(false)
    throw error
  }
}
