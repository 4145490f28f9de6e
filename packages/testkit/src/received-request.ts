import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { readClock } from './real-timers.ts'

/**
 * How a request ended: `answered` to the end, `hung-up` by the provider (a hang-up part, or its
 * closing), or `left` by the client before the end.
 *
 * @public
 */
export type RequestEnding = 'answered' | 'hung-up' | 'left'

/** A request as it came over the wire, its body read whole. @public */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** By lower-case name, as `node:http` gives them. */
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, in the order and the case of the wire. */
  readonly rawHeaders: readonly string[]
  /** As it was sent: still compressed, where it was. */
  readonly body: Buffer
  /** When its headers came, in milliseconds since the epoch. */
  readonly at: number
  /** Resolves when the provider is done with it. */
  readonly ending: Promise<RequestEnding>
  /** The body as JSON. @throws Error that shows the body's beginning where it is none */
  json(): unknown
}

export async function receiveRequest(
  incoming: IncomingMessage,
  ending: Promise<RequestEnding>,
): Promise<ReceivedRequest> {
  const at = readClock()
  const reads: Buffer[] = []
  for await (const read of incoming as AsyncIterable<Buffer>) reads.push(read)
  const body = Buffer.concat(reads)
  const method = incoming.method ?? 'GET'
  const url = incoming.url ?? '/'
  return {
    method,
    url,
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body,
    at,
    ending,
    json: () => parseBody(`${method} ${url}`, body),
  }
}

function parseBody(name: string, body: Buffer): unknown {
  const text = body.toString()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`The body of ${name} is no JSON: ${JSON.stringify(text.slice(0, 200))}`, {
      cause,
    })
  }
}
