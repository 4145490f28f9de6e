import { number, stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { formField } from './form-field.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { documentOf, hasError, isErrorAnswer } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'
import { UNSTREAMED_OR_NULL } from './stream-defaults.ts'
import { typedEvent } from './typed-event.ts'

const EVENT_TYPE = 'wiretape.openai-images.event'

function imageEndpoint(name: string): Endpoint {
  return {
    name,
    typeOf: (item) => {
      if (item.streamed) return EVENT_TYPE
      return isErrorAnswer(item) ? 'wiretape.openai-images.error' : 'wiretape.openai-images.images'
    },
    implies: (item) => typedEvent(item, EVENT_TYPE),
    // One completed event an image: a stream of several says no more than that.
    ends: (payload) =>
      hasError(payload) ||
      /^error$|\.(?:completed|failed)$/.test(stringMember(documentOf(payload), 'type') ?? ''),
    ids: [],
    volatile: ['created', 'created_at'].map((path) => ({
      path,
      kind: 'timestamps',
      value: number(0),
    })),
    requestIds: [],
    ignored: ['user'],
    defaults: UNSTREAMED_OR_NULL,
  }
}

const ROUTES: readonly Route[] = [
  ...['/v1/images/generations', '/v1/images/edits', '/v1/images/variations'].flatMap((name) =>
    routesOf('POST', imageEndpoint(name), { anywhere: true }),
  ),
  // OpenRouter's.
  ...routesOf('POST', imageEndpoint('/v1/images')),
]

/** OpenAI images (openai `resources/images`); their base64 is kept as it came. */
export const openaiImages: Dialect = {
  name: 'openai-images',
  provider: 'openai',
  recognise: recogniseImages,
  errorBody: openaiErrorBody,
}

function recogniseImages(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  if (match === undefined) return undefined
  const streaming = asksForStream(request.json) || formField(request, 'stream') === 'true'
  return { ...match, model: modelOf(request), streaming }
}
