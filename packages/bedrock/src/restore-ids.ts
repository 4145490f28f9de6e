import type { Tape } from '@wiretape/core'
import { isBidirectional } from './bidirectional.ts'
import { programRequest } from './program-request.ts'
import type { Middleware, SmithyRequest } from './smithy.ts'
import { headersOf, readdressed, urlOf, wireBodyOf } from './wire-request.ts'

const TEST_ID_HEADER = 'x-wiretape-test-id'

/**
 * Puts the provider's own ids into a request while it is still unsigned, and takes the test's id off. What the program made
 * is kept for the handler: that is what is recorded, and what counts.
 */
export function restoreIds(tape: Tape): Middleware {
  return (next) => async (args) => {
    const request = args.request as SmithyRequest
    const body = wireBodyOf(request.body)
    // A stream is read once, by whoever sends it.
    if (isBidirectional(request) || (body !== null && !(body instanceof Uint8Array)))
      return next(args)
    const named = headersOf(request.headers).filter(
      ([name]) => name.toLowerCase() === TEST_ID_HEADER,
    )
    const made = { method: request.method, url: urlOf(request), headers: named, body }
    const restored = await tape.restoreIds(made)
    const isAsMade = restored.url === made.url && restored.body === body
    const sent = isAsMade ? request : readdressed(request, restored)
    for (const [name] of named) delete sent.headers[name]
    return programRequest.run(made, () => next({ ...args, request: sent }))
  }
}
