import { STATUS_CODES } from 'node:http'
import {
  errorResponse,
  type Tape,
  WiretapeError,
  type WireRequest,
  type WireResponse,
} from '@wiretape/core'
import { util } from 'undici'
import { CallController } from './call-controller.ts'
import { createLiveFetch, type Dispatched } from './fetch-live.ts'
import type { Handler } from './handler.ts'
import { rawHeaders, withBody } from './request-parts.ts'

/** A request that goes to the tape. */
export interface Call extends Dispatched {
  readonly head: WireRequest
  readonly caller: Handler
}

// Taken at import, so that a test's fake timers stop no answer.
const { setImmediate: turn } = globalThis

/** Answers a request by way of the tape, as a dispatcher calls its handler. */
export async function answerCall(tape: Tape, call: Call): Promise<void> {
  const { head, options, caller } = call
  const aborting = new AbortController()
  const { signal } = aborting
  const controller = new CallController((reason) => {
    aborting.abort(reason)
    caller.onResponseError?.(controller, reason)
  })
  try {
    caller.onRequestStart?.(controller, {})
    const request = { ...(await withBody(head, options.body)), signal }
    const answer = await tape.handle(request, createLiveFetch(call)).catch(sayError)
    const reads = answer.body[Symbol.asyncIterator]()
    const stop = (): void => void reads.return?.()
    if (controller.isOver) return stop()
    signal.addEventListener('abort', stop, { once: true })
    controller.rawHeaders = rawHeaders(answer.headers)
    caller.onResponseStarted?.()
    const record = util.parseHeaders(controller.rawHeaders)
    caller.onResponseStart?.(controller, answer.status, record, STATUS_CODES[answer.status] ?? '')
    await play(reads, controller, caller)
    if (controller.isOver) return
    controller.isOver = true
    caller.onResponseEnd?.(controller, call.trailers ?? {})
  } catch (error) {
    // What a handler throws fails its request, even at the end, as in undici.
    controller.isOver = controller.aborted
    controller.fail(error as Error)
  }
}

/** Hands on the reads, each when the one before was taken, to the end or until the request is over. */
async function play(
  reads: AsyncIterator<Uint8Array>,
  controller: CallController,
  caller: Handler,
): Promise<void> {
  const flowing = async (): Promise<boolean> => {
    while (controller.paused && !controller.isOver)
      await new Promise<void>((resolve) => {
        controller.onResume = resolve
      })
    return !controller.isOver
  }
  while (await flowing()) {
    const { done, value } = await reads.next()
    if (done === true || controller.isOver) break
    caller.onResponseData?.(controller, Buffer.from(value.buffer, value.byteOffset, value.length))
    // A handler that buffers joins what comes in one turn: its reader takes this read first.
    await new Promise<void>((resolve) => turn(resolve))
  }
  await flowing()
}

/** As SDKs take it: shown once, and not retried. */
function sayError(error: unknown): WireResponse {
  if (!WiretapeError.is(error)) throw error
  const said = errorResponse(error)
  return { ...said, body: new Blob([said.body]).stream() }
}
