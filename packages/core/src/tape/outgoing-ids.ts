import type { Call } from '../dialect/dialect.ts'
import { recogniseCall } from '../dialect/dialects.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import type { KnownId } from '../identity/known-ids.ts'
import { namesInText, replaceNames } from '../identity/names-in-text.ts'
import { isNormalizedId } from '../identity/normalized-id.ts'
import { collectBody } from '../request/collect-body.ts'
import { headerValue } from '../request/headers.ts'
import { type RequestView, viewRequest } from '../request/request-view.ts'
import type { OutgoingRequest, WireRequest } from '../request/wire.ts'
import type { Layers } from '../store/layers.ts'
import { rewriteBody, type Spelling } from './outgoing-text.ts'
import { recordCommand } from './record-command.ts'
import { placesThatRefer, type Reference } from './references.ts'
import type { Scope } from './scope.ts'

/** A request as the provider shall have it. */
export interface OutgoingIds {
  readonly url: string
  readonly body: Uint8Array | null
  /**
   * The provider's own ids that went in, with the names that the program knows them by; and texts with such ids in them, with
   * the program's own, for what a provider repeats in its answer.
   */
  readonly names: ReadonlyMap<string, string>
  /** What the request points at by such names. */
  readonly references: readonly Reference[]
  /** What it points at by ids that wiretape has not given. */
  readonly strangers: readonly string[]
}

interface RestoreContext {
  readonly call: Call
  readonly scope: Scope
  readonly layers: Layers
}

/**
 * What {@link restoreIds} will make of a request, for whoever signs it first. Where it can't tell, the request is as it is:
 * the tape says why when it has to send it, and only then.
 */
export async function foreseeIds(
  request: WireRequest,
  context: Omit<RestoreContext, 'call'>,
): Promise<Pick<OutgoingRequest, 'url' | 'body'>> {
  const { url } = request
  const body = await collectBody(request.body)
  const view = viewRequest(request, body)
  try {
    return await restoreIds(url, view, { ...context, call: recogniseCall(view) })
  } catch (error) {
    if (WiretapeError.is(error)) return { url, body }
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
  url: string,
  view: RequestView,
  { call, scope, layers }: RestoreContext,
): Promise<OutgoingIds> {
  const known = await findKnown(
    view,
    async (name) => scope.ids.find(name) ?? layers.originalOf(name),
  )
  const asItIs = {
    url,
    body: view.bytes,
    names: new Map<string, string>(),
    references: [],
    strangers: [],
  }
  if (known.size === 0) return asItIs
  const places = placesThatRefer(view, call)
  const references = places.flatMap(({ text, ...place }) =>
    knownIn(text, known).map((id): Reference => ({ ...id, ...place })),
  )
  if (isSigned(view)) {
    if (references[0] !== undefined) throw requestSigned(references[0], scope.testId)
    return asItIs
  }
  const names = new Map([...known.values()].map(({ name, original }) => [original, name]))
  const restore = (text: string, spelling: Spelling): string => {
    const restored = replaceNames(text, (name) => {
      const original = known.get(name)?.original
      return original === undefined || spelling === 'plain'
        ? original
        : encodeURIComponent(original)
    })
    if (restored !== text && spelling === 'plain') names.set(restored, text)
    return restored
  }
  return {
    url: restore(url, 'address'),
    body: rewriteBody(view, restore),
    names,
    references,
    strangers: places.flatMap(({ text }) => (mayBeId(text) ? [text] : [])),
  }
}

/** The names in a request that someone knows: of those that one place may mean, the longest. */
async function findKnown(
  view: RequestView,
  find: (name: string) => Promise<KnownId | undefined>,
): Promise<ReadonlyMap<string, KnownId>> {
  const spots: (readonly string[])[] = []
  const collect = (text: string): string => {
    spots.push(...namesInText(text))
    return text
  }
  collect(view.url.pathname + view.url.search)
  rewriteBody(view, collect)
  const asked = new Map<string, KnownId | undefined>()
  for (const names of spots)
    for (const name of names) {
      if (!asked.has(name)) asked.set(name, await find(name))
      if (asked.get(name) !== undefined) break
    }
  return new Map(
    [...asked].flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const])),
  )
}

function knownIn(text: string, known: ReadonlyMap<string, KnownId>): KnownId[] {
  return namesInText(text).flatMap((names) => {
    const name = names.find((candidate) => known.has(candidate))
    const id = name === undefined ? undefined : known.get(name)
    return id === undefined ? [] : [id]
  })
}

/** Words of a path and small numbers stand where ids do. */
function mayBeId(text: string): boolean {
  return /^[\w.:-]{8,}$/.test(text) && /\d/.test(text) && !isNormalizedId(text)
}

/** AWS Signature Version 4, in a header or in the query. */
function isSigned({ headers, url }: RequestView): boolean {
  return (
    headerValue(headers, 'authorization')?.startsWith('AWS4-') === true ||
    url.searchParams.has('X-Amz-Signature')
  )
}

function requestSigned({ name, place }: KnownId, testId: string | null): WiretapeError {
  return new WiretapeError('WT_REQUEST_SIGNED', {
    message: `the request refers to ${name}${place === null ? '' : ` of ${place}`}, and is signed already: the provider's own id can't be put in`,
    hint: `let the adapter put it in before signing (withTape of @wiretape/bedrock), or record the whole test again: ${recordCommand('record', testId)}`,
    details: { id: name, recording: place },
  })
}
