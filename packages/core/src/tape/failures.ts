import { isError } from '../errors/is-error.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { asWiretapeError } from './not-recorded.ts'

/** What went wrong while a tape was open: a client may swallow it; closing the tape does not. */
export interface Failures {
  readonly add: (error: WiretapeError) => void
  /** The same result; what it fails with is remembered. */
  readonly remembering: <Result>(result: Promise<Result>) => Promise<Result>
  /** Waits for a step of closing: what fails in it must not hide what failed before. */
  readonly settling: (step: Promise<unknown>) => Promise<void>
  /** A failure that a test expects, as its client told it. */
  readonly acknowledge: (error: unknown) => void
  /** What nobody expected. */
  readonly unsettled: () => readonly WiretapeError[]
  /** @throws the one error that there was; WT_TAPE_FAILED where there were several */
  readonly throwUnsettled: () => void
}

export function createFailures(): Failures {
  const failures: WiretapeError[] = []
  const acknowledged: Error[] = []
  const unsettled = (): WiretapeError[] =>
    failures.filter((failure) => !acknowledged.some((error) => isAbout(error, failure)))
  return {
    add: (error) => void failures.push(error),
    remembering: async (result) => {
      try {
        return await result
      } catch (error) {
        if (WiretapeError.is(error) && !failures.includes(error)) failures.push(error)
        throw error
      }
    },
    settling: async (step) => {
      try {
        await step
      } catch (error) {
        failures.push(asWiretapeError(error))
      }
    },
    acknowledge: (error) => {
      if (isError(error)) acknowledged.push(error)
    },
    unsettled,
    throwUnsettled: () => {
      const left = unsettled()
      if (left.length === 1) throw left[0] as WiretapeError
      if (left.length > 1) throw severalFailures(left)
    },
  }
}

/** Whether a client's error is this failure, wraps it, or repeats its message: all that some clients keep, some as JSON. */
function isAbout(error: Error, failure: WiretapeError): boolean {
  const told = [failure.message, JSON.stringify(failure.message).slice(1, -1)]
  const seen = new Set<Error>()
  for (let part: unknown = error; isError(part) && !seen.has(part); part = part.cause) {
    seen.add(part)
    const { message } = part
    if (part === failure || told.some((text) => message.includes(text))) return true
  }
  return false
}

function severalFailures(errors: readonly WiretapeError[]): WiretapeError {
  return new WiretapeError('WT_TAPE_FAILED', {
    message: `${errors.length} requests went wrong:\n${errors.map(({ message }) => message).join('\n')}`,
    hint: 'take them one by one, the first first; tape.acknowledge(error) lets an expected one pass',
    details: { errors },
    cause: errors[0],
  })
}
