/** Takes a body apart and gives back another: what it was given stays as it is. */
export type Edit = (body: unknown) => unknown

/** What was changed, how, and where a miss must see it. */
export type Change = readonly [what: string, edit: Edit, differsAt: string]

/**
 * A request of some turns, as one dialect has it: a system prompt, a picture, an earlier answer, and two parallel tool calls
 * with their results.
 */
export interface Conversation {
  readonly url: string
  readonly body: unknown
  /** The whole answer. */
  readonly answer: unknown
  /** Each is another request. */
  readonly changes: readonly Change[]
  /** Ids that the body defines, wherever they came from: any other spelling is the same request. */
  readonly ids: readonly string[]
  /** The same provider by other addresses. */
  readonly sameUrls: readonly string[]
  /** Fields of the body that can't change an answer. */
  readonly ignored: readonly string[]
  /** Tokens in the body that only the provider can read. */
  readonly opaque: readonly string[]
}

export const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4AWNgAAAAAgABc3UBGAAAAABJRU5ErkJggg=='
/** One bit of it is another. */
export const OTHER_PICTURE: string = PICTURE.replace('A3bvkk', 'A3bvkl')

export const CITY_SCHEMA = { type: 'object', properties: { city: { type: 'string' } } }

/** The body with another value at this path, which may be new. */
export function set(path: string, value: unknown): Edit {
  return (body) => {
    const edited = structuredClone(body)
    place(edited, path).put(value)
    return edited
  }
}

/** The body with the values at two paths exchanged. */
export function swap(left: string, right: string): Edit {
  return (body) => {
    const edited = structuredClone(body)
    const [one, other] = [place(edited, left), place(edited, right)]
    const value = one.get()
    one.put(other.get())
    other.put(value)
    return edited
  }
}

interface Place {
  get(): unknown
  put(value: unknown): void
}

/** E.g. `messages[0].content`. */
function place(body: unknown, path: string): Place {
  const keys = path.match(/[^.[\]]+/g) ?? []
  const last = keys.pop() ?? ''
  let parent = body as Record<string, unknown>
  for (const key of keys) {
    parent[key] ??= {}
    parent = parent[key] as Record<string, unknown>
  }
  return {
    get: () => parent[last],
    put: (value) => {
      parent[last] = value
    },
  }
}
