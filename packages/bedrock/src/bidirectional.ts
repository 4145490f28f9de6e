import type { Tape } from '@wiretape/core'
import type { SmithyRequest } from './smithy.ts'
import { urlOf } from './wire-request.ts'

let hasWarned = false

/** A bidirectional stream: events go out while others come in (`@aws-sdk/middleware-eventstream`). */
export function isBidirectional({ headers }: SmithyRequest): boolean {
  return headers['content-type'] === 'application/vnd.amazon.eventstream'
}

/**
 * Says once that such a stream is not recorded. Replay opens no socket: there it is a miss, unless the tape lets the host
 * pass.
 */
export async function admitBidirectional(tape: Tape, request: SmithyRequest): Promise<void> {
  if (!hasWarned && tape.mode !== 'live') {
    hasWarned = true
    process.emitWarning(
      `${request.path}: a bidirectional stream is not recorded; it goes to Bedrock as it is`,
      'WiretapeWarning',
    )
  }
  if (tape.mode !== 'replay') return
  const wire = { method: request.method, url: urlOf(request), headers: [] }
  await tape.handle(wire, async () => ({ status: 200, headers: [], body: nothing() }))
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // Only whether it may pass is asked.
}
