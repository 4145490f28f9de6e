import { member } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Endpoint } from './dialect.ts'

/** One operation by its method and the end of its path; whatever gateways put before it doesn't count. */
export interface Route {
  readonly method: string
  /** Its name is the path, `/v1/files/{id}`: the version is how the API is served, a `{…}` is an id. */
  readonly endpoint: Endpoint
  /** True where the path is so particular that it is known behind any prefix. */
  readonly anywhere?: boolean | undefined
  /** Members of a request's body, any of which makes the path known behind any prefix. */
  readonly tells?: readonly string[] | undefined
}

export interface RouteMatch {
  readonly endpoint: Endpoint
  /** What stands for the `{…}` of the endpoint's name, in order. */
  readonly pathIds: readonly string[]
}

/** Routes of one endpoint; `methods` as in `'GET POST'`. */
export function routesOf(
  methods: string,
  endpoint: Endpoint,
  options: Pick<Route, 'anywhere' | 'tells'> = {},
): Route[] {
  return methods.split(' ').map((method) => ({ method, endpoint, ...options }))
}

/**
 * The route that this request takes: the longest that fits, the first of equals. A path of plain words (`/files`) must
 * follow a version, Azure's `/openai` or a deployment, since any API may have such a path.
 */
export function matchRoute(request: RequestView, routes: readonly Route[]): RouteMatch | undefined {
  const path = segmentsOf(request.url.pathname)
  let best: { readonly match: RouteMatch; readonly length: number } | undefined
  for (const route of routes) {
    if (route.method !== request.method) continue
    const names = segmentsOf(route.endpoint.name).slice(1)
    if (names.length <= (best?.length ?? 0)) continue
    const pathIds = matchEnd(path, names)
    if (pathIds === undefined) continue
    const prefix = path.slice(0, path.length - names.length)
    if (route.anywhere !== true && !isBase(prefix) && !tells(request, route)) continue
    best = { match: { endpoint: route.endpoint, pathIds }, length: names.length }
  }
  return best?.match
}

function matchEnd(path: readonly string[], names: readonly string[]): string[] | undefined {
  if (path.length < names.length) return undefined
  const end = path.slice(path.length - names.length)
  const ids: string[] = []
  for (const [index, name] of names.entries()) {
    const segment = end[index] as string
    if (name.startsWith('{')) ids.push(decodeSegment(segment))
    else if (name !== segment) return undefined
  }
  return ids
}

/** Whether a path may begin an API after these: `/v1`, `/openai/v1`, Azure's `/openai` and `/deployments/<name>`. */
function isBase(prefix: readonly string[]): boolean {
  const last = prefix.at(-1)
  if (last === undefined) return false
  return /^v\d+$/.test(last) || last === 'openai' || prefix.at(-2) === 'deployments'
}

function tells(request: RequestView, route: Route): boolean {
  return route.tells?.some((key) => member(request.json, key) !== undefined) ?? false
}

/** The segments of a path; empty ones, as of `//v1` or a last slash, don't count. */
function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

/** A segment as a name; one that is wrongly encoded stands for itself. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
