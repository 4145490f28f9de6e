import { recogniseCall } from '../dialect/dialects.ts'
import { stringMember } from '../json/access.ts'
import { canonicalJson, sha256 } from './canonical-json.ts'
import { canonicalRequest, type CanonicalContext } from './canonical-request.ts'
import { type Matcher, NO_OPTIONS } from './matcher.ts'
import type { JsonNode } from '../json/node.ts'
import type { Call } from '../dialect/dialect.ts'
import type { RequestView } from './request-view.ts'

/** The rules that this version knows; every released rule works for ever. */
export type KeyRule = 'wiretape/1' | 'ogx'

/** What makes two requests equal: the hash of their canonical form. */
export interface RequestKey {
  readonly rule: KeyRule
  /** sha256 in lower-case hex; 64 digits, which also name the recording's file. */
  readonly hash: string
}

/** Where a recording is filed: by its dialect, the model that counts, and its key. */
export interface Filing {
  readonly call: Call
  readonly hash: string
}

/** A request ready to be looked up. */
export interface KeyedRequest {
  readonly view: RequestView
  readonly call: Call
  readonly canonical: JsonNode
  readonly key: RequestKey
  readonly filing: Filing
  /** The same by other options. */
  readonly filingBy: (matcher: Matcher) => Filing
}

/** The key of a request by rule `wiretape/1`, with what it was made from. */
export function keyRequest(view: RequestView, context: CanonicalContext): KeyedRequest {
  const call = recogniseCall(view)
  const canonical = canonicalRequest(call, view, context)
  const hash = sha256(canonicalJson(canonical))
  const filing = { call: filedCall(call, canonical), hash }
  const filings = new Map([[context.matcher ?? NO_OPTIONS, filing]])
  return {
    view,
    call,
    canonical,
    key: { rule: 'wiretape/1', hash },
    filing,
    filingBy: (matcher) => {
      const known = filings.get(matcher) ?? keyRequest(view, { ...context, matcher }).filing
      filings.set(matcher, known)
      return known
    },
  }
}

/** Requests with one key must share a folder, also where `match` takes the model out of it. */
function filedCall(call: Call, canonical: JsonNode): Call {
  const model = stringMember(canonical, 'model') ?? null
  return model === call.model ? call : { ...call, model }
}
