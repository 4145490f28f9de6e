import { util } from 'undici'
import { CallController } from './call-controller.ts'
import { listHeaders, rawHeaders } from './request-parts.ts'

export type HeaderRecord = Record<string, string | string[] | undefined>

/** Names and values in turn. */
export type RawHeaders = (Buffer | Buffer[] | string)[]

/** What a handler steers its request with (undici `types/dispatcher.d.ts`, DispatchController). */
export interface Controller {
  readonly aborted: boolean
  readonly paused: boolean
  readonly reason: Error | null
  rawHeaders?: unknown
  rawTrailers?: unknown
  abort(reason?: Error): void
  pause(): void
  resume(): void
}

/** A handler as undici 7 and 8 document it. */
export interface Handler {
  onRequestStart?(controller: Controller, context: unknown): void
  onResponseStarted?(): void
  onResponseStart?(
    ...head: [controller: Controller, status: number, headers: HeaderRecord, message?: string]
  ): void
  onResponseData?(controller: Controller, chunk: Buffer): void
  onResponseEnd?(controller: Controller, trailers: HeaderRecord): void
  onResponseError?(controller: Controller, error: Error): void
}

/** As undici 6 has it: the fetch of Node 20 and 22, and undici 7's own functions where no interceptor is between. */
interface OldHandler {
  onConnect?(abort: (reason?: Error) => void, context: unknown): void
  onHeaders?(
    ...head: [status: number, headers: RawHeaders, resume: () => void, message: string]
  ): unknown
  onData?(chunk: Buffer): unknown
  onComplete?(trailers: RawHeaders): void
  onError?(error: Error): void
}

export type AnyHandler = Handler & OldHandler

/** A handler in the new way, whichever it speaks. */
export function newHandler(handler: AnyHandler): Handler {
  if (handler.onRequestStart !== undefined) return handler
  return {
    onRequestStart: (controller, context) =>
      handler.onConnect?.((reason) => controller.abort(reason), context),
    onResponseStarted: () => handler.onResponseStarted?.(),
    onResponseStart: (...[controller, status, headers, message = '']) => {
      const raw = rawOf(controller.rawHeaders, headers)
      if (handler.onHeaders?.(status, raw, () => controller.resume(), message) === false)
        controller.pause()
    },
    onResponseData: (controller, chunk) => {
      if (handler.onData?.(chunk) === false) controller.pause()
    },
    onResponseEnd: (controller, trailers) =>
      handler.onComplete?.(rawOf(controller.rawTrailers, trailers)),
    onResponseError: (_, error) => handler.onError?.(error),
  }
}

/** The same handler in both ways: which one a dispatcher calls depends on its version. */
export function speakBothWays(handler: Handler): AnyHandler {
  let controller: CallController
  const old: OldHandler = {
    onConnect: (abort, context) => {
      controller = new CallController(abort)
      handler.onRequestStart?.(controller, context)
    },
    onHeaders: (...[status, raw, resume, message]) => {
      controller.onResume = resume
      controller.rawHeaders = raw
      handler.onResponseStart?.(controller, status, util.parseHeaders(raw), message)
      return !controller.paused
    },
    onData: (chunk) => {
      handler.onResponseData?.(controller, chunk)
      return !controller.paused
    },
    onComplete: (raw) => handler.onResponseEnd?.(controller, util.parseHeaders(raw)),
    onError: (error) => handler.onResponseError?.(controller, error),
  }
  // The methods of a class work on their own object only.
  return new Proxy<AnyHandler>(old, {
    get: (_, name) =>
      old[name as keyof OldHandler] ?? handler[name as keyof Handler]?.bind(handler),
  })
}

/** As a dispatcher gave them, else made of the record: HTTP/2 gives no list. */
function rawOf(given: unknown, headers: HeaderRecord): RawHeaders {
  return Array.isArray(given) ? (given as RawHeaders) : rawHeaders(listHeaders(headers))
}
