import type { Tape, WireRequest } from '@wiretape/core'
import type { SmithyRequest } from './smithy.ts'

/** The type of a body of messages, of the SDK's too where it sends them while others come in. */
export const EVENT_STREAM = 'application/vnd.amazon.eventstream'

let hasWarned = false

/** A bidirectional stream: events go out while others come in (`@aws-sdk/middleware-eventstream`). */
export function isBidirectional({ headers }: SmithyRequest): boolean {
  return headers['content-type'] === EVENT_STREAM
}

/** Such a stream is not recorded, which is said once; replay opens no socket: there it is a miss. */
export async function refuseBidirectional(
  tape: Tape,
  { method, url, headers }: WireRequest,
): Promise<void> {
  if (tape.mode === 'replay')
    // Always a miss, so nobody is asked.
    await tape.handle({ method, url, headers }, () => Promise.reject(new Error(url)))
  if (hasWarned) return
  hasWarned = true
  process.emitWarning(
    `${new URL(url).pathname}: a bidirectional stream is not recorded; it goes to Bedrock as it is`,
    'WiretapeWarning',
  )
}
