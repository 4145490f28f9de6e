import type { RequestView } from '../request/request-view.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { isErrorAnswer } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'

function moderationEndpoint(name: string): Endpoint {
  return {
    name,
    typeOf: (item) =>
      isErrorAnswer(item)
        ? 'wiretape.openai-moderations.error'
        : 'wiretape.openai-moderations.moderation',
    ids: [{ path: 'id', prefixes: ['modr-'] }],
    volatile: [],
    requestIds: [],
    ignored: [],
  }
}

const ROUTES: readonly Route[] = [
  ...routesOf('POST', moderationEndpoint('/v1/moderations')),
  // Mistral's, for whole conversations.
  ...routesOf('POST', moderationEndpoint('/v1/chat/moderations')),
]

/** OpenAI moderations, as Mistral speaks them too (openai `resources/moderations`). */
export const openaiModerations: Dialect = {
  name: 'openai-moderations',
  provider: 'openai',
  recognise: recogniseModerations,
  errorBody: openaiErrorBody,
}

function recogniseModerations(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  return match && { ...match, model: modelOf(request), streaming: false }
}
