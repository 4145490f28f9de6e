import type { Call } from '../dialect/dialect.ts'
import { decodeSegment } from '../dialect/routes.ts'
import type { KnownId } from '../identity/known-ids.ts'
import { isNormalizedId } from '../identity/normalized-id.ts'
import { compilePaths, rewritePaths } from '../json/paths.ts'
import type { RequestView } from '../request/request-view.ts'
import { formFields } from './outgoing-text.ts'

interface ReferencePlace {
  readonly where: 'path' | 'query' | 'body'
  /** What the API calls what stands there: `previous_response_id`; in a path, what stands before it: `files`. */
  readonly parameter: string
}

/** Something that the provider keeps, by the name that a request calls it. */
export interface Reference extends KnownId, ReferencePlace {}

/** The texts of a request that point at something the provider keeps: path, query, fields of a form, reference fields. */
export function placesThatRefer(
  view: RequestView,
  { endpoint }: Call,
): (ReferencePlace & { readonly text: string })[] {
  const { url, json } = view
  const segments = url.pathname.split('/')
  const places = [
    ...segments.map((text, index) => ({
      where: 'path' as const,
      parameter: decodeSegment(segments[index - 1] ?? ''),
      text,
    })),
    ...[...url.searchParams].map(([parameter, text]) => ({
      where: 'query' as const,
      parameter,
      text,
    })),
  ]
  if (json === undefined) {
    // Which of a form's fields refer is not known: one that is nothing but a name does.
    const fields = formFields(view).filter(([, text]) => isNormalizedId(text))
    return [
      ...places,
      ...fields.map(([parameter, text]) => ({ where: 'body' as const, parameter, text })),
    ]
  }
  const inBody: (ReferencePlace & { readonly text: string })[] = []
  const table = compilePaths(endpoint.requestIds.filter(({ role }) => role === 'reference'))
  rewritePaths(json, table, (node, { path }) => {
    if (node.kind === 'string')
      inBody.push({ where: 'body', parameter: parameterOf(path), text: node.value })
    return node
  })
  return [...places, ...inBody]
}

/** `conversation.id` → `conversation`, `tools[].vector_store_ids[]` → `vector_store_ids`. */
function parameterOf(path: string): string {
  const keys = path.replaceAll('[]', '').split('.')
  return keys.findLast((key) => key !== 'id') ?? ''
}
