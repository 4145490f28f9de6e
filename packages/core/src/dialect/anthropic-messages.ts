import { isString, member, stringMember } from '../json/access.ts'
import type { Payload } from '../framing/framing.ts'
import type { RequestView } from '../request/request-view.ts'
import { anthropicErrorBody } from './anthropic-error.ts'
import { messageEventIds, messageIds, messageRequestIds } from './anthropic-ids.ts'
import { BATCH_ROUTES, FILE_ROUTES } from './anthropic-resources.ts'
import { recogniseVertex } from './anthropic-vertex.ts'
import { asksForStream } from './asks-for-stream.ts'
import { anthropicMessagesAssembly } from './anthropic-messages-assembly.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { FAR_AHEAD_DATE, idFields, timeFields } from './fields.ts'
import { documentOf, hasError, isErrorAnswer } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'
import { speaksAnthropic } from './speaks-anthropic.ts'
import { UNSTREAMED } from './stream-defaults.ts'
import { typedEvent } from './typed-event.ts'

const EVENT_TYPE = 'wiretape.anthropic-messages.event'

const messages: Endpoint = {
  name: '/v1/messages',
  typeOf: (item) => {
    if (item.streamed) return EVENT_TYPE
    return isErrorAnswer(item)
      ? 'wiretape.anthropic-messages.error'
      : 'wiretape.anthropic-messages.message'
  },
  implies: (item) => typedEvent(item, EVENT_TYPE),
  ends: endsMessage,
  ids: [...messageIds(''), ...messageEventIds()],
  volatile: timeFields(['', 'message.', 'delta.'], FAR_AHEAD_DATE, ['container.expires_at']),
  requestIds: messageRequestIds(''),
  // Thinking, redacted thinking and search results.
  opaque: [
    'messages[].content[].signature',
    'messages[].content[].data',
    'messages[].content[].content[].encrypted_content',
  ],
  ignored: ['metadata.user_id'],
  defaults: UNSTREAMED,
}

const countTokens: Endpoint = {
  ...messages,
  name: '/v1/messages/count_tokens',
  typeOf: (item) =>
    isErrorAnswer(item)
      ? 'wiretape.anthropic-messages.error'
      : 'wiretape.anthropic-messages.token_count',
}

/** The legacy text completions, whose last event has the reason to stop. */
const complete: Endpoint = {
  ...messages,
  name: '/v1/complete',
  typeOf: (item) => {
    if (item.streamed) return EVENT_TYPE
    return isErrorAnswer(item)
      ? 'wiretape.anthropic-messages.error'
      : 'wiretape.anthropic-messages.completion'
  },
  ends: (payload) => hasError(payload) || isString(member(documentOf(payload), 'stop_reason')),
  ids: idFields([''], { id: ['compl_'], request_id: ['req_'] }),
  requestIds: [],
}

const models: Endpoint = {
  name: '/v1/models',
  typeOf: (item) =>
    isErrorAnswer(item)
      ? 'wiretape.anthropic-messages.error'
      : 'wiretape.anthropic-messages.models',
  ids: idFields([''], { request_id: ['req_'] }),
  volatile: [],
  requestIds: [],
  ignored: [],
}

const MESSAGE_ROUTES: readonly Route[] = [
  ...routesOf('POST', messages),
  ...routesOf('POST', countTokens),
  ...BATCH_ROUTES,
]

/** Paths that other APIs have too, so that a header must tell whose they are. */
const SHARED_ROUTES: readonly Route[] = [
  ...routesOf('POST', complete),
  ...routesOf('GET', models),
  ...routesOf('GET', { ...models, name: '/v1/models/{model}' }),
  ...FILE_ROUTES,
]

/**
 * Anthropic's own API, as gateways pass it on (`@anthropic-ai/sdk`), and Claude on Vertex; behind Bedrock, Claude is asked by
 * other paths.
 */
export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  provider: 'anthropic',
  recognise: recogniseMessages,
  errorBody: anthropicErrorBody,
  assembly: anthropicMessagesAssembly,
}

function recogniseMessages(request: RequestView): Recognition | undefined {
  const message = matchRoute(request, MESSAGE_ROUTES)
  if (message !== undefined) {
    const model = stringMember(request.json, 'model') ?? null
    return { ...message, model, streaming: asksForStream(request.json) }
  }
  const onVertex = recogniseVertex(request, { messages, countTokens })
  if (onVertex !== undefined) return onVertex
  if (!speaksAnthropic(request)) return undefined
  const match = matchRoute(request, SHARED_ROUTES)
  if (match === undefined) return undefined
  const modelInPath = match.endpoint.name === '/v1/models/{model}' ? match.pathIds[0] : undefined
  return {
    endpoint: match.endpoint,
    model: modelInPath ?? stringMember(request.json, 'model') ?? null,
    streaming: asksForStream(request.json),
    pathIds: modelInPath === undefined ? match.pathIds : [],
  }
}

function endsMessage(payload: Payload): boolean {
  const type = stringMember(documentOf(payload), 'type')
  return type === 'message_stop' || type === 'error' || (type === undefined && hasError(payload))
}
