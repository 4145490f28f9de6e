import type { Call } from '../dialect/dialect.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Reference } from './references.ts'

type DeletingRequest = Pick<RequestView, 'method' | 'url'>

/** What a scope's program has deleted itself, so that nobody wonders where it is. */
export interface Deletions {
  /** Takes note of a request that was answered; what deletes nothing is passed over. */
  note(request: DeletingRequest, call: Pick<Call, 'pathIds'>, status: number): void
  /** Whether what a request refers to was deleted, or what it is a part of. */
  cover(reference: Reference, request: Pick<RequestView, 'url'>): boolean
}

export function createDeletions(): Deletions {
  const names = new Set<string>()
  const paths = new Set<string>()
  return {
    note: ({ method, url }, { pathIds = [] }, status) => {
      if (method !== 'DELETE' || status < 200 || status >= 300) return
      paths.add(url.pathname)
      // Behind a second id it is only taken out of the first: a file out of a vector store.
      if (pathIds.length === 1) names.add(String(pathIds[0]))
    },
    cover: ({ name, where }, { url }) =>
      names.has(name) ||
      (where === 'path' &&
        [...paths].some((path) => url.pathname === path || url.pathname.startsWith(`${path}/`))),
  }
}
