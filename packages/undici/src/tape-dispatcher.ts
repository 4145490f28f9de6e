import type { Tape } from '@wiretape/core'
import { Dispatcher, getGlobalDispatcher } from 'undici'
import { tapeInterceptor, type TapeInterceptorOptions } from './tape-interceptor.ts'

export interface TapeDispatcherOptions extends TapeInterceptorOptions {
  /**
   * What sends real requests, e.g. a `ProxyAgent`; closing the tape's dispatcher closes it.
   *
   * @defaultValue the global one at this time, which is left open
   */
  readonly dispatcher?: Dispatcher | undefined
}

/**
 * A dispatcher whose requests go to the tape, for `fetch(url, { dispatcher })`, undici's own functions, and clients that take
 * one, as the OpenAI SDK does in `fetchOptions`.
 *
 * An error of wiretape is answered as a 404 in the dialect's error shape; the tape remembers it.
 *
 * @example
 * const client = new OpenAI({ fetchOptions: { dispatcher: createTapeDispatcher(tape) } })
 *
 * @public
 */
export function createTapeDispatcher(
  tape: Tape,
  { dispatcher, origin }: TapeDispatcherOptions = {},
): Dispatcher {
  const inner = dispatcher ?? getGlobalDispatcher()
  const finish = dispatcher ?? { close: leaveOpen, destroy: leaveOpen }
  const own = {
    dispatch: tapeInterceptor(tape, { origin })((...call) => inner.dispatch(...call)),
    close: finish.close.bind(finish),
    destroy: finish.destroy.bind(finish),
  }
  return Object.assign(new Dispatcher(), own)
}

/** The process's dispatcher is not ours to close. */
function leaveOpen(...call: readonly unknown[]): Promise<void> {
  const callback = call.at(-1)
  if (typeof callback === 'function') queueMicrotask(() => void callback())
  return Promise.resolve()
}
