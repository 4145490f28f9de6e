import { Readable } from 'node:stream'
import type { LiveFetch, OutgoingRequest } from '@wiretape/core'
import { decodeBody } from '@wiretape/core/fetch'
import { errors, type Dispatcher } from 'undici'
import { type Controller, type HeaderRecord, speakBothWays } from './handler.ts'
import { listHeaders } from './request-parts.ts'

/** What is dispatched, and by whom. */
export interface Dispatched {
  readonly options: Dispatcher.DispatchOptions
  readonly dispatch: Dispatcher.Dispatch
  /** Those of a live answer, once it has ended. */
  trailers?: HeaderRecord
}

/** Statuses without a body, whatever their headers say. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

/** Sends a request on to the inner dispatcher, and reads its answer as it is asked for. */
export function createLiveFetch(call: Dispatched): LiveFetch {
  return (outgoing) =>
    new Promise((resolve, reject) => {
      const { method, signal } = outgoing
      let controller: Controller | undefined
      const abort = (): void => controller?.abort(signal.reason as Error)
      // One object a read: they must not be joined. An error waits until what came before it was read.
      const reads = new Readable({
        objectMode: true,
        highWaterMark: 0,
        read: () => controller?.resume(),
        destroy: (error, done) => {
          controller?.abort(new errors.RequestAbortedError())
          done(error)
        },
      })
      const start = (started: Controller): void => {
        controller = started
        if (signal.aborted) abort()
      }
      signal.addEventListener('abort', abort, { once: true })
      const handler = speakBothWays({
        onRequestStart: start,
        onResponseStart: (started, status, headers) => {
          if (status < 200) return
          start(started)
          started.pause()
          const isBodiless = method === 'HEAD' || BODILESS.has(status)
          const encoding = isBodiless ? '' : [headers['content-encoding'] ?? []].flat().join()
          // What is thrown here fails the request.
          const body = decodeBody(readsOf(reads), encoding)
          resolve({ status, headers: listHeaders(headers), body })
        },
        onResponseData: (_, chunk) => {
          if (!reads.push(chunk)) controller?.pause()
        },
        onResponseEnd: (_, trailers) => {
          call.trailers = trailers
          reads.push(null)
        },
        onResponseError: (_, error) => {
          reject(error)
          reads.push(error)
          reads.push(null)
        },
      })
      call.dispatch(redirected(call.options, outgoing), handler as Dispatcher.DispatchHandler)
    })
}

/** The options with what the tape made of the request; a Client or Pool has an origin of its own. */
function redirected(
  options: Dispatcher.DispatchOptions,
  { url, method, headers, body }: OutgoingRequest,
): Dispatcher.DispatchOptions {
  const { origin } = new URL(url)
  return {
    ...options,
    origin: (options.origin && origin) as string,
    path: url.slice(origin.length),
    query: undefined as never,
    method,
    headers: headers.flat(),
    body,
  }
}

async function* readsOf(reads: Readable): AsyncGenerator<Uint8Array> {
  for await (const read of reads as AsyncIterable<Uint8Array | Error>) {
    if (!Buffer.isBuffer(read)) throw read
    yield read
  }
}
