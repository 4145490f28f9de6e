import { isUtf8 } from 'node:buffer'
import { errorResponse } from '../errors/error-response.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import type { OutgoingRequest, WireRequest, WireResponse } from '../request/wire.ts'
import type { Tape } from '../tape/tape.ts'
import { decodeLeftOver } from './decode-left-over.ts'

/** The `fetch` of a client. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface TapeFetchOptions {
  /**
   * What fetches real answers.
   *
   * @defaultValue `globalThis.fetch`, looked up at each request
   */
  readonly fetch?: Fetch | undefined
  /** Which client this is for, e.g. `{ openai: '6.49.0' }`; stands in `recorded.by`. */
  readonly by?: Readonly<Record<string, string>> | undefined
}

/** A `fetch` that also carries the `Response` class: the OpenAI SDK probes a custom fetch without it. */
export type TapeFetch = Fetch & { readonly Response: typeof Response }

/** Statuses that the Response constructor allows no body for (Fetch standard, "null body status"). */
const BODILESS = new Set([101, 103, 204, 205, 304])

/**
 * A `fetch` for every client that takes one. An error of wiretape is answered as a 404 in the dialect's error shape, so that
 * SDKs show it once and without retries; the tape remembers it.
 *
 * @example
 * const client = new OpenAI({ fetch: createTapeFetch(tape) })
 *
 * @public
 */
export function createTapeFetch(tape: Tape, options: TapeFetchOptions = {}): TapeFetch {
  const inner: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))

  async function tapeFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = input instanceof Request ? input.url : String(input)
    // The OpenAI SDK probes with `data:,`; neither that nor a blob is traffic.
    if (/^(data|blob|file):/i.test(url)) return inner(input, init)
    // What passes is not even read.
    if (URL.canParse(url) && tape.passes(headOf(input, init))) return inner(input, init)
    const request = new Request(input, init)
    const wire: WireRequest = {
      method: request.method,
      url: request.url,
      headers: [...request.headers],
      body: request.body === null ? null : new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
      by: options.by,
    }
    try {
      const response = await tape.handle(wire, (outgoing) =>
        fetchLive(inner, outgoing, { ...init, redirect: request.redirect }),
      )
      return await toResponse(response, request)
    } catch (error) {
      if (WiretapeError.is(error)) return sayError(error)
      throw error
    }
  }

  return Object.assign(tapeFetch, { Response })
}

/** What can be told of a request without reading it. */
function headOf(input: string | URL | Request, init: RequestInit = {}): WireRequest {
  const { url, method, headers } = input instanceof Request ? input : new Request(input)
  return {
    method: (init.method ?? method).toUpperCase(),
    url,
    headers: [...new Headers(init.headers ?? headers)],
  }
}

async function fetchLive(
  inner: Fetch,
  outgoing: OutgoingRequest,
  init: RequestInit,
): Promise<WireResponse> {
  const response = await inner(outgoing.url, {
    // What only fetch itself knows, such as undici's dispatcher, stays the caller's.
    ...init,
    method: outgoing.method,
    headers: new Headers(outgoing.headers.map(([name, value]): [string, string] => [name, value])),
    body: bodyOf(outgoing),
    signal: outgoing.signal,
  })
  return {
    status: response.status,
    headers: [...response.headers],
    body: await decodeLeftOver(
      readBody(response.body),
      response.headers.get('content-encoding') ?? '',
    ),
  }
}

/** Text as text: bytes are detached when fetch sends them, and would be gone for a redirect. */
function bodyOf({ headers, body }: OutgoingRequest): string | Uint8Array<ArrayBuffer> | null {
  // Without a type, fetch would call a text `text/plain`.
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type')
  if (hasType && body !== null && isUtf8(body)) return Buffer.from(body).toString()
  // Node's types want an ArrayBuffer behind the bytes; fetch takes any view.
  return body as Uint8Array<ArrayBuffer> | null
}

async function* readBody(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  let finished = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      yield value
    }
    finished = true
  } finally {
    if (!finished) await reader.cancel().catch(() => undefined)
  }
}

async function toResponse(response: WireResponse, request: Request): Promise<Response> {
  const headers = new Headers(
    response.headers.map(([name, value]): [string, string] => [name, value]),
  )
  const isBodiless = BODILESS.has(response.status) || request.method === 'HEAD'
  const body = streamOf(response.body, request.signal)
  if (isBodiless) await drainBodiless(response.body)
  const result = new Response(isBodiless ? null : body, { status: response.status, headers })
  return withUrl(result, request.url)
}

/** A response and its clones know where they come from; a constructed one does not by itself. */
function withUrl(response: Response, url: string): Response {
  const clone = (): Response => withUrl(Response.prototype.clone.call(response), url)
  return Object.defineProperties(response, { url: { value: url }, clone: { value: clone } })
}

function nothing(): void {
  return undefined
}

/** An answer without a body has ended with its head, which must not come before its recording is in place. */
async function drainBodiless(body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of body) continue
  } catch {
    // An error in a body that nobody can read reaches nobody.
  }
}

/** A pull-through stream: no read is asked for before the caller wants it, none is held back or joined. */
function streamOf(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const reads = body[Symbol.asyncIterator]()
  let stop = nothing
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const abort = (): void => {
          controller.error(signal.reason)
          void reads.return?.()
        }
        if (signal.aborted) abort()
        else signal.addEventListener('abort', abort, { once: true })
        stop = () => signal.removeEventListener('abort', abort)
      },
      pull: async (controller) => {
        try {
          const { done, value } = await reads.next()
          if (signal.aborted) return
          if (done === true) {
            stop()
            controller.close()
          } else controller.enqueue(value)
        } catch (error) {
          stop()
          throw error
        }
      },
      cancel: async () => {
        stop()
        await reads.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

function sayError(error: WiretapeError): Response {
  const { status, headers, body } = errorResponse(error)
  return new Response(body, {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  })
}
