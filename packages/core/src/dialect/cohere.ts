import type { Payload } from '../framing/framing.ts'
import { member, object, string, stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import { COHERE_IDS } from './cohere-ids.ts'
import { cohereAssembly } from './cohere-assembly.ts'
import type { Dialect, Endpoint, Recognition, SpokenError } from './dialect.ts'
import { requestIdFields } from './fields.ts'
import { formField } from './form-field.ts'
import { matchPath, type PathRoute, pathRoutes } from './path-routes.ts'
import { documentOf, isErrorAnswer } from './payload-document.ts'
import { UNSTREAMED } from './stream-defaults.ts'
import { typedEvent } from './typed-event.ts'

const EVENT_TYPE = 'wiretape.cohere.event'

function cohereEndpoint(name: string, kind: string, own: Partial<Endpoint> = {}): Endpoint {
  return {
    name,
    typeOf: (item) => {
      if (item.streamed) return EVENT_TYPE
      return isErrorAnswer(item) ? 'wiretape.cohere.error' : `wiretape.cohere.${kind}`
    },
    ids: COHERE_IDS,
    volatile: [],
    requestIds: requestIdFields([''], 'reference', ['conversation_id']),
    ignored: [],
    defaults: UNSTREAMED,
    ...own,
  }
}

const chat: Endpoint = cohereEndpoint('/v2/chat', 'chat', {
  implies: (item) => typedEvent(item, EVENT_TYPE),
  endMark: '[DONE]',
  ends: (payload) =>
    payload === '[DONE]' || stringMember(documentOf(payload), 'type') === 'message-end',
  requestIds: [
    ...requestIdFields(['messages[].'], 'definition', ['tool_calls[].id']),
    ...requestIdFields(['messages[].'], 'link', ['tool_call_id']),
  ],
})

/** The older API streams lines of JSON, whose events have no names outside. */
const LINES = { streamFraming: 'ndjson', ends: endsLines } as const

// The paths alone could be anyone's: a member of the body tells.
const ROUTES: readonly PathRoute[] = [
  ...pathRoutes('POST', cohereEndpoint('/v1/chat', 'chat', LINES), { tells: ['message'] }),
  ...pathRoutes('POST', cohereEndpoint('/v2/rerank', 'rerank'), { tells: ['documents'] }),
  ...pathRoutes('POST', cohereEndpoint('/v1/rerank', 'rerank'), {
    path: '/rerank',
    tells: ['documents'],
  }),
  ...['/v1/embed', '/v2/embed'].flatMap((name) =>
    pathRoutes('POST', cohereEndpoint(name, 'embed'), { tells: ['texts', 'images', 'inputs'] }),
  ),
  ...pathRoutes('POST', chat, { tells: ['messages'] }),
]

/** Known on Cohere's own hosts alone. */
const OWN_ROUTES: readonly PathRoute[] = [
  ...pathRoutes('POST', chat),
  ...pathRoutes('POST', cohereEndpoint('/v1/chat', 'chat', LINES)),
  ...pathRoutes('POST', cohereEndpoint('/v1/generate', 'generate', LINES)),
  ...['tokenize', 'detokenize', 'classify', 'summarize', 'check-api-key'].flatMap((name) =>
    pathRoutes('POST', cohereEndpoint(`/v1/${name}`, name)),
  ),
  ...pathRoutes('POST', cohereEndpoint('/v2/audio/transcriptions', 'transcription')),
  ...pathRoutes('GET', cohereEndpoint('/v1/models', 'models')),
  ...pathRoutes('GET', cohereEndpoint('/v1/models/{model}', 'models')),
]

/** Cohere, old and new (`cohere-ai`). Rerankers of other makers speak it too. */
export const cohere: Dialect = {
  name: 'cohere',
  provider: 'cohere',
  recognise: recogniseCohere,
  errorBody: cohereErrorBody,
  assembly: cohereAssembly,
}

function recogniseCohere(request: RequestView): Recognition | undefined {
  const isOwn = /\.cohere\.(?:com|ai)$/.test(request.url.hostname)
  const match = matchPath(request, ROUTES) ?? (isOwn ? matchPath(request, OWN_ROUTES) : undefined)
  if (match === undefined) return undefined
  const { endpoint, pathIds } = match
  const model = stringMember(request.json, 'model') ?? formField(request, 'model') ?? pathIds[0]
  return { endpoint, model: model ?? null, streaming: asksForStream(request.json) }
}

function cohereErrorBody(error: SpokenError): JsonNode {
  return object([['message', string(error.message)]])
}

function endsLines(payload: Payload): boolean {
  const event = documentOf(payload)
  const finished = member(event, 'is_finished')
  return (
    stringMember(event, 'event_type') === 'stream-end' ||
    (finished?.kind === 'literal' && finished.value === true)
  )
}
