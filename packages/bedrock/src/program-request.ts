import { AsyncLocalStorage } from 'node:async_hooks'
import type { OutgoingRequest, WireRequest } from '@wiretape/core'
import type { SmithyRequest } from './smithy.ts'
import { bareRequestOf, headersOf, readdressed } from './wire-request.ts'

/**
 * The request that is on its way as the program made it, before ids were put back and before it was signed. Not kept beside
 * the request itself: middleware on the way copies that, and signing does so for each attempt.
 */
export const programRequest: AsyncLocalStorage<WireRequest> = new AsyncLocalStorage()

/** A request for the tape: what the program made where that is known, else what is to be sent. */
export function wireRequestOf(request: SmithyRequest): WireRequest {
  const program = programRequest.getStore()
  const made = program ?? bareRequestOf(request)
  // Without the signature, which covers the provider's ids and not the program's.
  const headers = headersOf(request.headers).filter(
    ([name]) => program === undefined || name.toLowerCase() !== 'authorization',
  )
  return { ...made, headers: [...headers, ...made.headers], by: sdkVersion(request) }
}

/** The request that goes out: as it was signed, or what the tape makes of one that was not. */
export function sentRequest(
  request: SmithyRequest,
  { wire, outgoing }: { readonly wire: WireRequest; readonly outgoing: OutgoingRequest },
): SmithyRequest {
  const isAsMade = outgoing.url === wire.url && outgoing.body === wire.body
  return isAsMade || programRequest.getStore() !== undefined
    ? request
    : readdressed(request, outgoing)
}

function sdkVersion({ headers }: SmithyRequest): Readonly<Record<string, string>> {
  const agent = headers['user-agent'] ?? headers['x-amz-user-agent'] ?? ''
  const version = /\baws-sdk-js\/(\S+)/.exec(agent)?.[1]
  return version === undefined ? {} : { 'aws-sdk': version }
}
