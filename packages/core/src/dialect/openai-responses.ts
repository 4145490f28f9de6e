import { number, stringMember } from '../json/access.ts'
import { REMOVED } from '../json/paths.ts'
import type { Payload } from '../framing/framing.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import { openaiResponsesAssembly } from './openai-responses-assembly.ts'
import type { Dialect, Endpoint, Recognition, VolatileField } from './dialect.ts'
import { idFields, timeFields } from './fields.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { itemIds, responseEventIds, responseIds } from './openai-response-ids.ts'
import { responseRequestIds } from './openai-response-request-ids.ts'
import { documentOf, hasError, isErrorAnswer } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'
import { UNSTREAMED_OR_NULL } from './stream-defaults.ts'
import { typedEvent } from './typed-event.ts'

const EVENT_TYPE = 'wiretape.openai-responses.event'
const END_EVENTS: ReadonlySet<string> = new Set([
  'response.completed',
  'response.failed',
  'response.incomplete',
  'response.cancelled',
  'error',
])

const volatile: readonly VolatileField[] = [
  ...timeFields(['', 'response.'], number(0), ['created_at', 'completed_at']),
  { path: 'obfuscation', kind: 'padding', value: REMOVED },
]

function responseEndpoint(name: string, kind: string, own: Partial<Endpoint> = {}): Endpoint {
  return {
    name,
    typeOf: (item) => {
      if (item.streamed) return EVENT_TYPE
      return isErrorAnswer(item)
        ? 'wiretape.openai-responses.error'
        : `wiretape.openai-responses.${kind}`
    },
    implies: (item) => typedEvent(item, EVENT_TYPE),
    ends: endsResponse,
    ids: [...responseIds(''), ...responseEventIds()],
    volatile,
    requestIds: [],
    opaque: ['input[].encrypted_content', 'input[].content[].signature'],
    ignored: ['user', 'safety_identifier', 'prompt_cache_key'],
    defaults: UNSTREAMED_OR_NULL,
    ...own,
  }
}

const ROUTES: readonly Route[] = [
  ...routesOf('POST', responseEndpoint('/v1/responses', 'response'), {
    tells: ['input', 'prompt', 'previous_response_id', 'conversation'],
  }),
  ...routesOf('POST', responseEndpoint('/v1/responses/input_tokens', 'input_tokens'), {
    anywhere: true,
  }),
  ...routesOf('POST', responseEndpoint('/v1/responses/compact', 'compaction'), {
    tells: ['input'],
  }),
  ...routesOf('GET', responseEndpoint('/v1/responses/{id}', 'response')),
  ...routesOf('DELETE', responseEndpoint('/v1/responses/{id}', 'deletion', { stateful: true })),
  ...routesOf(
    'POST',
    responseEndpoint('/v1/responses/{id}/cancel', 'response', { stateful: true }),
  ),
  ...routesOf(
    'GET',
    responseEndpoint('/v1/responses/{id}/input_items', 'input_items', {
      ids: [
        ...idFields([''], { first_id: ['item_', 'msg_'], last_id: ['item_', 'msg_'] }),
        ...itemIds('data[].'),
      ],
    }),
  ),
]

/**
 * OpenAI Responses, as OpenAI, Azure, Bedrock, xAI, DeepSeek and OpenRouter speak them (openai
 * `resources/responses/responses`). Few of them send a `[DONE]`: it is an item where it comes.
 */
export const openaiResponses: Dialect = {
  name: 'openai-responses',
  provider: 'openai',
  recognise: recogniseResponses,
  errorBody: openaiErrorBody,
  assembly: openaiResponsesAssembly,
}

function recogniseResponses(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  if (match === undefined) return undefined
  return {
    endpoint: { ...match.endpoint, requestIds: responseRequestIds(request.json) },
    pathIds: match.pathIds,
    model: modelOf(request),
    streaming: asksForStream(request.json) || request.url.searchParams.get('stream') === 'true',
  }
}

function endsResponse(payload: Payload): boolean {
  const type = stringMember(documentOf(payload), 'type')
  return type === undefined ? hasError(payload) : END_EVENTS.has(type)
}
