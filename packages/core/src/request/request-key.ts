import { recogniseCall } from '../dialect/dialects.ts'
import { canonicalJson, sha256 } from './canonical-json.ts'
import { canonicalRequest, type CanonicalContext } from './canonical-request.ts'
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

/** A request ready to be looked up. */
export interface KeyedRequest {
  readonly view: RequestView
  readonly call: Call
  readonly canonical: JsonNode
  readonly key: RequestKey
}

/** The key of a request by rule `wiretape/1`, with what it was made from. */
export function keyRequest(view: RequestView, context: CanonicalContext): KeyedRequest {
  const call = recogniseCall(view)
  const canonical = canonicalRequest(call, view, context)
  return {
    view,
    call,
    canonical,
    key: { rule: 'wiretape/1', hash: sha256(canonicalJson(canonical)) },
  }
}
