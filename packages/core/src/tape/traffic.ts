import { recogniseCall } from '../dialect/dialects.ts'
import { generic } from '../dialect/generic.ts'
import { headerValue } from '../request/headers.ts'
import { parseUrl } from '../request/parse-url.ts'
import { isLoopback } from '../request/provider.ts'
import { viewRequest } from '../request/request-view.ts'
import type { WireRequest } from '../request/wire.ts'
import type { PassThrough } from './options.ts'

/** What becomes of a request that a process-wide hook caught: nobody handed it to the tape. */
export type Verdict = 'tape' | 'pass' | 'miss'

/** Hosts that give credentials: what they say must neither be recorded nor be missing. */
const CREDENTIAL_HOSTS: readonly RegExp[] = [
  /^169\.254\.169\.254$|^169\.254\.170\.(2|23)$|^\[fd00:ec2::(254|23)\]$/,
  /^(sts|oidc|portal\.sso|cognito-identity)(-fips)?(\.[a-z0-9-]+)?\.(amazonaws\.com(\.cn)?|api\.aws)$/,
  /^(oauth2|sts|iamcredentials|www)\.googleapis\.com$|^accounts\.google\.com$|^metadata\.google\.internal$/,
  /^login\.(microsoftonline\.(com|us)|chinacloudapi\.cn|windows\.net)$/,
]

/** Of the last host above only this path: the rest of it is any Google API. */
const OTHER_GOOGLE = /^www\.googleapis\.com\/(?!oauth2\/)/

/**
 * Tapes what a dialect recognises or a rule names; lets pass what fetches credentials, and on loopback what no dialect
 * claims. Undefined where only the body can tell, and it was not read yet (`body: undefined`).
 */
export function judgeTraffic(
  request: WireRequest,
  only: readonly PassThrough[],
): Verdict | undefined {
  if (matchesRule(request, only)) return 'tape'
  const url = parseUrl(request.url)
  if (isCredentialEndpoint(url)) return 'pass'
  const bytes = request.body instanceof Uint8Array ? request.body : null
  if (recogniseCall(viewRequest(request, bytes)).dialect !== generic) return 'tape'
  if (request.body === undefined && mayHaveJson(request)) return undefined
  return isLoopback(url.hostname) ? 'pass' : 'miss'
}

/** Whether one of these names the request; a host does with and without its port. */
export function matchesRule(request: WireRequest, rules: readonly PassThrough[]): boolean {
  if (rules.length === 0) return false
  const url = parseUrl(request.url)
  return rules.some((rule) => {
    if (typeof rule === 'string') return rule === url.host || rule === url.hostname
    return typeof rule === 'function' ? rule(request) : request.url.search(rule) !== -1
  })
}

function isCredentialEndpoint(url: URL): boolean {
  return (
    CREDENTIAL_HOSTS.some((host) => host.test(url.hostname)) &&
    !OTHER_GOOGLE.test(url.hostname + url.pathname)
  )
}

/** A few paths are known by what a body says only (Ollama's `/api/generate`). */
function mayHaveJson({ method, headers }: WireRequest): boolean {
  if (/^(GET|HEAD|OPTIONS)$/i.test(method)) return false
  return /^$|json|^text\/plain/i.test(headerValue(headers, 'content-type') ?? '')
}
