import { member, stringMember } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { printJson } from '../json/print.ts'
import type { HeaderList } from '../request/headers.ts'
import { tryParseUrl } from '../request/parse-url.ts'
import type { RequestView } from '../request/request-view.ts'

/** Arguments of OGX's Python clients that are not part of the body they send. */
const CLIENT_ARGUMENTS: ReadonlySet<string> = new Set([
  'extra_headers',
  'extra_query',
  'extra_body',
  'timeout',
])

/** Calls without a body: OGX writes every request down as a POST. */
const READ_ONLY = /\/(models|api\/tags|api\/ps)$/

/** The request of a recording as keys and dialects look at it; undefined where it holds none over HTTP (a tool's call). */
export function viewRecordedRequest(request: JsonObject, version: number): RequestView | undefined {
  return viewRecordedRequests(request, version)[0]
}

/**
 * The same, in every way that it may be read: what OGX wrote down are a Python call's arguments, and another client may send
 * `extra_body` and `extra_query` as they stand.
 */
export function viewRecordedRequests(request: JsonObject, version: number): RequestView[] {
  const method = stringMember(request, 'method')
  const url = stringMember(request, 'url')
  const address = url === undefined ? undefined : tryParseUrl(url)
  if (method === undefined || address === undefined) return []
  const headers = readHeaderObject(member(request, 'headers'))
  const isRead = version === 0 && READ_ONLY.test(address.pathname)
  const body = isRead ? undefined : (member(request, 'body') ?? member(request, 'payload'))
  const encoding = stringMember(request, 'encoding')
  if (body?.kind === 'string' && (encoding === 'text' || encoding === 'base64'))
    return [
      {
        method: method.toUpperCase(),
        url: address,
        headers,
        json: undefined,
        bytes: Buffer.from(body.value, encoding === 'text' ? 'utf8' : 'base64'),
      },
    ]
  const isAbsent = body === undefined || (body.kind === 'literal' && body.value === null)
  const bodies = isAbsent ? [undefined] : version === 0 ? sentBodies(body) : [body]
  return bodies.map((json) => ({
    method: isRead ? 'GET' : method.toUpperCase(),
    url: address,
    headers,
    json,
    bytes: json === undefined ? null : Buffer.from(printJson(json)),
  }))
}

/** A version 0 `body` holds the call's arguments: what was meant for the client goes, `extra_body` becomes body. */
function sentBodies(body: JsonNode): JsonNode[] {
  if (body.kind !== 'object' || !body.members.some(({ key }) => CLIENT_ARGUMENTS.has(key)))
    return [body]
  const extra = member(body, 'extra_body')
  const own = body.members.filter(({ key }) => !CLIENT_ARGUMENTS.has(key))
  const added = extra?.kind === 'object' ? extra.members : []
  return [{ kind: 'object', members: [...own, ...added] }, body]
}

export function readHeaderObject(headers: JsonNode | undefined): HeaderList {
  if (headers?.kind !== 'object') return []
  return headers.members.flatMap(({ key, value }) =>
    (value.kind === 'array' ? value.items : [value]).flatMap((item) =>
      item.kind === 'string' ? [[key, item.value] as const] : [],
    ),
  )
}
