import { addAbortSignal, Readable } from 'node:stream'
import {
  errorResponse,
  type HeaderList,
  type LiveFetch,
  type Tape,
  type WireResponse,
  WiretapeError,
} from '@wiretape/core'
import { decodeBody } from '@wiretape/core/fetch'

/** What the client calls to send a request. */
export type Transport = (request: TransportRequest) => Promise<WireResponse>

export interface TransportRequest {
  readonly method: string
  readonly url: string
  readonly headers: HeaderList
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array> | null | undefined
  readonly signal?: AbortSignal | undefined
}

/** A transport whose requests go through the tape; real answers are fetched by the one that is given. */
export function createTapeTransport(tape: Tape, transport: Transport): Transport {
  const live: LiveFetch = async (outgoing) => {
    const answer = await transport(outgoing)
    return { ...answer, body: decodeBody(answer.body, encodingOf(answer)) }
  }

  return async (request) => {
    if (tape.passes(request)) return transport(request)
    try {
      const answer = await tape.handle({ ...request, by: { 'my-client': '1.2.0' } }, live)
      return { ...answer, body: readable(answer.body, request.signal) }
    } catch (error) {
      if (!WiretapeError.is(error)) throw error
      const { status, headers, body } = errorResponse(error)
      return { status, headers, body: Readable.from([Buffer.from(body)]) }
    }
  }
}

/** An abort fails whoever is reading at once, though nothing more arrives. */
function readable(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): Readable {
  const stream = Readable.from(body, { highWaterMark: 1 })
  return signal === undefined ? stream : addAbortSignal(signal, stream)
}

function encodingOf({ headers }: WireResponse): string {
  return headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? 'identity'
}
