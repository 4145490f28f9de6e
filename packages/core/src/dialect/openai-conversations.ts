import { member } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { idFields } from './fields.ts'
import { openaiErrorBody } from './openai-error.ts'
import { resourceEndpoint } from './openai-resource.ts'
import { itemIds } from './openai-response-ids.ts'
import { itemRequestIds } from './openai-response-request-ids.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'

function conversation(name: string): Endpoint {
  return resourceEndpoint(name, {
    type: 'openai-conversations.conversation',
    prefixes: ['conv_'],
  })
}

function items(name: string): Endpoint {
  const ITEM = ['item_', 'msg_', 'rs_', 'fc_', 'fco_']
  return resourceEndpoint(name, {
    type: 'openai-conversations.items',
    prefixes: ITEM,
    ids: [
      ...itemIds(''),
      ...itemIds('data[].'),
      ...idFields([''], { first_id: ITEM, last_id: ITEM }),
    ],
  })
}

const ROUTES: readonly Route[] = [
  ...routesOf('POST', conversation('/v1/conversations')),
  ...routesOf('GET POST DELETE', conversation('/v1/conversations/{id}')),
  ...routesOf('GET POST', items('/v1/conversations/{id}/items')),
  ...routesOf('GET', items('/v1/conversations/{id}/items/{id}')),
  // It answers with the conversation.
  ...routesOf('DELETE', conversation('/v1/conversations/{id}/items/{id}')),
]

/** OpenAI conversations, whose items are those of responses (openai `resources/conversations`). */
export const openaiConversations: Dialect = {
  name: 'openai-conversations',
  provider: 'openai',
  recognise: recogniseConversations,
  errorBody: openaiErrorBody,
}

function recogniseConversations(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  if (match === undefined) return undefined
  const requestIds = itemRequestIds('items', member(request.json, 'items'))
  return {
    endpoint: { ...match.endpoint, requestIds },
    pathIds: match.pathIds,
    model: null,
    streaming: false,
  }
}
