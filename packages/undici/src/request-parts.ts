import { stringify } from 'node:querystring'
import { type HeaderList, WiretapeError, type WireRequest } from '@wiretape/core'
import type { Dispatcher } from 'undici'
import { version } from '../package.json'

/** Lengths are told anew by whoever sends the body. */
const LENGTHS = /^(content-length|transfer-encoding)$/i

/**
 * Address, method and headers of what is dispatched.
 *
 * @throws WT_OPTION_INVALID where nothing tells the origin
 */
export function headOf(
  options: Dispatcher.DispatchOptions,
  fallback: string | URL | undefined,
): WireRequest {
  const { method, query } = options
  const origin = options.origin ?? fallback
  const search = query === undefined || query === null ? '' : `?${stringify(query)}`
  const path = options.path + search
  return {
    method,
    url: /^https?:/i.test(path) ? path : originOf(origin) + path,
    headers: listHeaders(options.headers).filter(([name]) => !LENGTHS.test(name)),
    by: { '@wiretape/undici': version },
  }
}

function originOf(origin: string | URL | undefined): string {
  if (origin !== undefined) return new URL(origin).origin
  throw new WiretapeError('WT_OPTION_INVALID', {
    message: 'origin is missing: a Client or Pool tells nobody where it goes',
    hint: "name it: tapeInterceptor(tape, { origin: 'https://api.openai.com' })",
    details: { option: 'origin' },
  })
}

type HeaderValue = string | string[] | number | null | undefined

/** A record, pairs, or names and values in turn. */
export function listHeaders(headers: Dispatcher.DispatchOptions['headers']): HeaderList {
  if (headers === undefined || headers === null) return []
  const isFlat = Array.isArray(headers) && !Array.isArray(headers[0])
  const pairs: readonly (readonly [string, HeaderValue])[] = isFlat
    ? headers.flatMap((name, index) =>
        index % 2 === 0 ? [[name, headers[index + 1] as HeaderValue]] : [],
      )
    : Symbol.iterator in headers
      ? [...(headers as Iterable<[string, HeaderValue]>)]
      : Object.entries(headers as Record<string, HeaderValue>)
  return pairs.flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, String(one ?? '')] as const),
  )
}

/** The request with a body of any kind that undici takes; a form and a blob bring their content type along. */
export async function withBody(request: WireRequest, body: unknown): Promise<WireRequest> {
  if (body === null || body === undefined || typeof body === 'string')
    return { ...request, body: body ?? null }
  const isBytes = ArrayBuffer.isView(body) || body instanceof ArrayBuffer
  const packed = isForm(body) ? copyForm(body) : isBytes ? new Blob([body as ArrayBuffer]) : body
  if (!(packed instanceof FormData || packed instanceof Blob))
    return { ...request, body: bytesOf(packed as AsyncIterable<Uint8Array | string>) }
  const response = new Response(packed)
  const type = [...response.headers].filter(
    ([own]) => !request.headers.some(([name]) => name.toLowerCase() === own),
  )
  return {
    ...request,
    headers: [...request.headers, ...type],
    body: new Uint8Array(await response.arrayBuffer()),
  }
}

async function* bytesOf(parts: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield Buffer.from(part)
}

function isForm(body: unknown): body is FormData {
  return Object.prototype.toString.call(body) === '[object FormData]'
}

/** A form of the global class: undici's own one is another, which the global Response would not read. */
function copyForm(form: FormData): FormData {
  const copy = new FormData()
  for (const [name, value] of form)
    if (typeof value === 'string') copy.append(name, value)
    else copy.append(name, value, value.name)
  return copy
}
