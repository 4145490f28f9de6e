import type { Tape } from '@wiretape/core'
import type { Dispatcher } from 'undici'
import { answerCall } from './answer-call.ts'
import { type AnyHandler, newHandler, speakBothWays } from './handler.ts'
import { headOf } from './request-parts.ts'

export interface TapeInterceptorOptions {
  /**
   * Where requests go that don't say it themselves: those of a `Client` or `Pool`.
   *
   * @defaultValue the origin of each request
   */
  readonly origin?: string | URL | undefined
}

/**
 * An interceptor for `compose` through which a dispatcher's requests go to the tape. Those named after it see the requests
 * first: a retry after it is an occurrence of its own, one before it is not seen.
 *
 * @example
 * const dispatcher = new Agent().compose(tapeInterceptor(tape))
 *
 * @public
 */
export function tapeInterceptor(
  tape: Tape,
  { origin }: TapeInterceptorOptions = {},
): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    // No exchange of a request and an answer.
    if (options.upgrade || options.method === 'CONNECT') return dispatch(options, handler)
    const head = headOf(options, origin)
    const caller = newHandler(handler as AnyHandler)
    if (tape.passes(head)) return dispatch(options, speakBothWays(caller) as typeof handler)
    void answerCall(tape, { head, options, dispatch, caller })
    return true
  }
}
