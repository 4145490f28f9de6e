import { member } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Endpoint } from './dialect.ts'
import { decodeSegment, type RouteMatch } from './routes.ts'

/** One operation of an API whose paths need not begin with a version, and whose names may end in `:verb`. */
export interface PathRoute {
  readonly method: string
  readonly endpoint: Endpoint
  readonly pattern: RegExp
  /** Members of a request's body, one of which must be there where the path alone could be anyone's. */
  readonly tells?: readonly string[] | undefined
}

export interface PathRouteOptions extends Pick<PathRoute, 'tells'> {
  /** What must stand before the name in a path, as the source of a regular expression. */
  readonly base?: string | undefined
  /** The path where it isn't the endpoint's name. */
  readonly path?: string | undefined
}

/** Routes of one endpoint, whose name is the path with its ids in braces; `methods` as in `'GET POST'`. */
export function pathRoutes(
  methods: string,
  endpoint: Endpoint,
  { path = endpoint.name, base = '', tells }: PathRouteOptions = {},
): PathRoute[] {
  const source = path.replaceAll(/[.?+*$^()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]*\}/g, '([^/]+)')
  const pattern = new RegExp(`${base}${source}/?$`)
  return methods.split(' ').map((method) => ({ method, endpoint, pattern, tells }))
}

/** The first route that fits the end of the request's path, with the ids that stand in it. */
export function matchPath(
  request: RequestView,
  routes: readonly PathRoute[],
): RouteMatch | undefined {
  const path = plainPath(request.url)
  for (const { method, endpoint, pattern, tells } of routes) {
    if (method !== request.method) continue
    if (tells?.some((key) => member(request.json, key) !== undefined) === false) continue
    const ids = pattern.exec(path)?.slice(1)
    if (ids !== undefined) return { endpoint, pathIds: ids.map(decodeSegment) }
  }
  return undefined
}

/** A path in which `%3A` and `:` are one: SDKs differ in what they encode. */
export function plainPath(url: URL): string {
  return url.pathname.replaceAll(/%3a/gi, ':')
}
