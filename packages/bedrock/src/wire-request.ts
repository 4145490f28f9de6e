import type { HeaderList, OutgoingRequest, WireBody, WireRequest } from '@wiretape/core'
import { copyOf } from './copy-of.ts'
import type { SmithyRequest } from './smithy.ts'

/** The address of a request, as it goes over the wire. */
export function urlOf({ protocol, hostname, port, path, query = {} }: SmithyRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one ?? '']),
  )
  const search = pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${search}`
}

/** A request without its headers. */
export function bareRequestOf(request: SmithyRequest): WireRequest {
  const { method, body } = request
  return { method, url: urlOf(request), headers: [], body: wireBodyOf(body) }
}

/** Bytes as plain ones: the SDK's JSON comes as a subclass that complains when a Buffer is made of it. */
export function wireBodyOf(body: unknown): WireBody {
  if (body === undefined || body === null) return null
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return new Uint8Array(body)
  if (Symbol.asyncIterator in Object(body)) return body as AsyncIterable<Uint8Array>
  throw new TypeError('a request body is a string, a Uint8Array or a stream')
}

/** HTTP/2's pseudo headers (`:authority`, `:status`) are none; repeated ones are one already, as the SDK has them. */
export function headersOf(headers: Readonly<Record<string, unknown>>): HeaderList {
  return Object.entries(headers)
    .filter(([name]) => !name.startsWith(':'))
    .map(([name, value]) => [name, String(value)] as const)
}

/** A copy of the request that goes to this address with this body. */
export function readdressed(
  request: SmithyRequest,
  { url, body }: Pick<OutgoingRequest, 'url' | 'body'>,
): SmithyRequest {
  const headers = { ...request.headers }
  const length = Object.keys(headers).find((name) => name.toLowerCase() === 'content-length')
  if (length !== undefined && body !== null) headers[length] = String(body.length)
  return copyOf(request, { ...addressOf(url), headers, body: body ?? undefined })
}

/**
 * A request by which the SDK gets its credentials: a client for them takes over the handler of the client that it serves.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function asksForCredentials({ hostname }: SmithyRequest): boolean {
  return /^(sts|oidc|portal\.sso|cognito-identity)[.-]|^([\w-]+\.)?signin\./.test(hostname)
}

function addressOf(url: string): Pick<SmithyRequest, 'path' | 'query'> {
  const { pathname: path, searchParams } = new URL(url)
  const query: Record<string, string[]> = {}
  for (const [name, value] of searchParams) (query[name] ??= []).push(value)
  return { path, query }
}
