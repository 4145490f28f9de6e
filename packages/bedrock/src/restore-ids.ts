import type { Tape } from '@wiretape/core'
import { programRequest } from './program-request.ts'
import type { Middleware, SmithyRequest } from './smithy.ts'
import { bareRequestOf, headersOf, readdressed } from './wire-request.ts'

const TEST_ID_HEADER = 'x-wiretape-test-id'

/**
 * Puts the provider's own ids into a request while it is still unsigned, and takes the test's id off. What the program made
 * is kept for the handler: that is what is recorded, and what counts.
 */
export function restoreIds(tape: Tape): Middleware {
  return (next) => async (args) => {
    const request = args.request as SmithyRequest
    const named = headersOf(request.headers).filter(
      ([name]) => name.toLowerCase() === TEST_ID_HEADER,
    )
    const made = { ...bareRequestOf(request), headers: named }
    const { url, body } = made
    // A stream is read once, by whoever sends it.
    if (body !== null && !(body instanceof Uint8Array)) return next(args)
    const restored = await tape.restoreIds(made)
    const isAsMade = restored.url === url && restored.body === body
    const sent = isAsMade ? request : readdressed(request, restored)
    for (const [name] of named) delete sent.headers[name]
    return programRequest.run(made, () => next({ ...args, request: sent }))
  }
}
