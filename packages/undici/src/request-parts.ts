import { stringify } from 'node:querystring'
import { type HeaderList, type WireBody, WiretapeError, type WireRequest } from '@wiretape/core'
import type { Dispatcher } from 'undici'
import { version } from '../package.json'

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
  const path = options.path + (query ? `?${stringify(query)}` : '')
  return {
    method,
    url: /^https?:/i.test(path) ? path : originOf(origin) + path,
    headers: listHeaders(options.headers),
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
  const given = headers ?? []
  const isFlat = Array.isArray(given) && !Array.isArray(given[0])
  const pairs: readonly (readonly [string, HeaderValue])[] = isFlat
    ? given.flatMap((name, index) =>
        index % 2 === 0 ? [[name, given[index + 1] as HeaderValue]] : [],
      )
    : Symbol.iterator in given
      ? [...(given as Iterable<[string, HeaderValue]>)]
      : Object.entries(given as Record<string, HeaderValue>)
  return pairs.flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, String(one ?? '')] as const),
  )
}

/** Names and values in turn, as they go over the wire (undici `lib/core/util.js`, parseHeaders). */
export function rawHeaders(headers: HeaderList): Buffer[] {
  return headers.flat().map((text) => Buffer.from(text, 'latin1'))
}

/** The request with a body of any kind that undici takes; a form and a blob bring their content type along. */
export async function withBody(request: WireRequest, body: unknown): Promise<WireRequest> {
  const isBytes = ArrayBuffer.isView(body) || body instanceof ArrayBuffer
  const packed = isForm(body) ? copyForm(body) : isBytes ? new Blob([body as ArrayBuffer]) : body
  if (!(packed instanceof FormData || packed instanceof Blob))
    return { ...request, body: packed as WireBody }
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
