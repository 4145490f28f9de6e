import { stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import type { Dialect, Endpoint, Item, Recognition } from './dialect.ts'
import { openaiErrorBody } from './openai-error.ts'

/** Any API that no other dialect knows: its endpoint is its path, and nothing in it is known to be an id. */
export const generic: Dialect = {
  name: 'generic',
  provider: null,
  recognise: (request: RequestView): Recognition => ({
    endpoint: genericEndpoint(request.url.pathname),
    model: stringMember(request.json, 'model') ?? null,
    streaming: asksForStream(request.json),
  }),
  errorBody: openaiErrorBody,
}

function genericEndpoint(path: string): Endpoint {
  return {
    name: path,
    typeOf: ({ streamed }: Item) => (streamed ? 'wiretape.generic.item' : 'wiretape.generic.body'),
    ids: [],
    volatile: [],
    requestIds: [],
    ignored: [],
  }
}
