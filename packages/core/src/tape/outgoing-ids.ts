import { WiretapeError } from '../errors/wiretape-error.ts'
import { namesWithin, replaceIds } from '../identity/normalized-id.ts'
import { mapStrings } from '../json/map-strings.ts'
import type { JsonNode } from '../json/node.ts'
import { compilePaths, rewritePaths } from '../json/paths.ts'
import { printJson } from '../json/print.ts'
import { detectJsonStyle } from '../json/style.ts'
import type { Call } from '../dialect/dialect.ts'
import { recogniseCall } from '../dialect/dialects.ts'
import { collectBody } from '../request/collect-body.ts'
import { headerValue } from '../request/headers.ts'
import type { KeyedRequest } from '../request/request-key.ts'
import { type RequestView, viewRequest } from '../request/request-view.ts'
import type { OutgoingRequest, WireRequest } from '../request/wire.ts'
import type { Layers, RecordedOriginal } from '../store/layers.ts'
import type { Scope } from './scope.ts'

/** A request as the provider shall have it. */
export interface OutgoingIds {
  readonly url: string
  readonly body: Uint8Array | null
  /** The provider's own ids that went in, with the names that the program knows them by. */
  readonly names: ReadonlyMap<string, string>
  /** The recordings that references of this request came from. */
  readonly references: readonly RecordedOriginal[]
}

interface RestoreContext {
  readonly keyed: Pick<KeyedRequest, 'view' | 'call'>
  readonly scope: Scope
  readonly layers: Layers
}

/**
 * What {@link restoreIds} will make of a request, for whoever signs it first. Where it can't tell, the request is as it is:
 * the tape says why when it has to send it, and only then.
 */
export async function foreseeIds(
  request: WireRequest,
  context: Omit<RestoreContext, 'keyed'>,
): Promise<Pick<OutgoingRequest, 'url' | 'body'>> {
  const sent = { url: request.url, body: await collectBody(request.body) }
  const view = viewRequest(request, sent.body)
  try {
    return await restoreIds(sent, { ...context, keyed: { view, call: recogniseCall(view) } })
  } catch (error) {
    if (WiretapeError.is(error)) return sent
    throw error
  }
}

/**
 * Turns the names in a request back into the provider's own ids: those that this scope was given, and those of any recording
 * by the digits in the name. A name that nobody knows goes out as it is.
 *
 * @throws WT_ID_AMBIGUOUS where two recordings say different things of a name
 * @throws WT_REQUEST_SIGNED where a reference needs its original and the request's signature covers it
 */
export async function restoreIds(
  sent: { readonly url: string; readonly body: Uint8Array | null },
  { keyed, scope, layers }: RestoreContext,
): Promise<OutgoingIds> {
  const { view, call } = keyed
  const found = new Map<string, RecordedOriginal>()
  for (const name of namesIn(view)) {
    const original = scope.ids.originalOf(name)
    const known =
      original === undefined ? await layers.originalOf(name) : { name, original, place: null }
    if (known !== undefined) found.set(name, known)
  }
  if (found.size === 0) return { ...sent, names: new Map(), references: [] }
  const references = referencesIn(view, call).flatMap((name) => found.get(name) ?? [])
  if (isSigned(view)) {
    if (references[0] !== undefined) throw requestSigned(references[0])
    return { ...sent, names: new Map(), references: [] }
  }
  const restore = (text: string): string =>
    replaceIds(text, (token) => {
      const name = namesWithin(token).find((candidate) => found.has(candidate))
      const original = name === undefined ? undefined : found.get(name)?.original
      return original === undefined ? undefined : token.slice(0, -String(name).length) + original
    })
  return {
    url: restore(sent.url),
    body: view.json === undefined ? sent.body : restoreBody(view.json, sent.body, restore),
    names: new Map([...found.values()].map(({ name, original }) => [original, name])),
    references,
  }
}

function restoreBody(
  json: JsonNode,
  body: Uint8Array | null,
  restore: (text: string) => string,
): Uint8Array | null {
  const restored = mapStrings(json, restore)
  if (restored === json || body === null) return body
  const style = detectJsonStyle(Buffer.from(body).toString('utf8'), json)
  return Buffer.from(printJson(restored, style))
}

function namesIn({ url, json }: RequestView): ReadonlySet<string> {
  const names = new Set<string>()
  const collect = (text: string): string =>
    replaceIds(text, (token) => {
      for (const name of namesWithin(token)) names.add(name)
      return undefined
    })
  collect(url.pathname + url.search)
  if (json !== undefined) mapStrings(json, collect)
  return names
}

/** Names at places that point at something the provider keeps: the path, the query, reference fields. */
function referencesIn({ url, json }: RequestView, { endpoint }: Call): string[] {
  const names: string[] = []
  const collect = (text: string): void => {
    replaceIds(text, (token) => {
      names.push(...namesWithin(token))
      return undefined
    })
  }
  collect(url.pathname + url.search)
  const table = compilePaths(endpoint.requestIds.filter(({ role }) => role === 'reference'))
  if (json !== undefined)
    rewritePaths(json, table, (node) => {
      if (node.kind === 'string') collect(node.value)
      return node
    })
  return names
}

/** AWS Signature Version 4, in a header or in the query. */
function isSigned({ headers, url }: RequestView): boolean {
  return (
    headerValue(headers, 'authorization')?.startsWith('AWS4-') === true ||
    url.searchParams.has('X-Amz-Signature')
  )
}

function requestSigned({ name, place }: RecordedOriginal): WiretapeError {
  return new WiretapeError('WT_REQUEST_SIGNED', {
    message: `the request refers to ${name}${place === null ? '' : ` of ${place}`}, and is signed already: the provider's own id can't be put in`,
    hint: 'let the adapter put it in before signing (withTape of @wiretape/bedrock), or record the whole test again: WIRETAPE_MODE=record',
    details: { id: name, recording: place },
  })
}

/** What is thrown where the provider no longer knows what a recording's id points at. */
export function referenceGone(
  references: readonly RecordedOriginal[],
  status: number,
): WiretapeError {
  const [{ name, place } = { name: '', place: null }] = references
  return new WiretapeError('WT_REFERENCE_GONE', {
    message: `the provider answered ${status}: it no longer knows ${name}${place === null ? '' : `, which ${place} gave`}`,
    hint: 'record the whole test again: WIRETAPE_MODE=record',
    details: { id: name, recording: place, status },
  })
}
