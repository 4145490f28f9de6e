import type { Payload } from '../framing/framing.ts'
import { object, string, stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { RequestView } from '../request/request-view.ts'
import { asksForStream } from './asks-for-stream.ts'
import type {
  Dialect,
  Endpoint,
  ImpliedFields,
  Recognition,
  SpokenError,
  TypedPayload,
} from './dialect.ts'
import { idFields, PAST_DATE, requestIdFields, timeFields } from './fields.ts'
import { matchPath, type PathRoute, pathRoutes } from './path-routes.ts'
import { documentOf, hasError, isErrorAnswer } from './payload-document.ts'
import { UNSTREAMED } from './stream-defaults.ts'

const EVENT_TYPE = 'wiretape.gemini-interactions.event'
const INTERACTION: readonly string[] = ['v1_']
/** Ids of calls and events are bare. */
const BARE: readonly string[] = ['']
/** What ends a stream; the API was still changing these names in 2026. */
const END_EVENT = /^(?:interaction\.(?:completed?|failed|cancelled|incomplete)|error)$/

const CALL_IDS = { id: BARE, call_id: BARE } as const

function interactionEndpoint(name: string, own: Partial<Endpoint> = {}): Endpoint {
  return {
    name,
    typeOf: (item) => {
      if (item.streamed) return EVENT_TYPE
      return isErrorAnswer(item)
        ? 'wiretape.gemini-interactions.error'
        : 'wiretape.gemini-interactions.interaction'
    },
    implies: impliedEvent,
    endMark: '[DONE]',
    ends: endsInteraction,
    ids: [
      ...idFields([''], { id: INTERACTION, interaction_id: INTERACTION, event_id: BARE }),
      ...idFields(['', 'interaction.'], {
        previous_interaction_id: INTERACTION,
        ...under('outputs[].', CALL_IDS),
        ...under('steps[].', CALL_IDS),
      }),
      ...idFields(['interaction.'], { id: INTERACTION }),
      ...idFields(['step.', 'content.', 'delta.'], CALL_IDS),
    ],
    volatile: timeFields(['', 'interaction.'], PAST_DATE, ['created', 'updated']),
    requestIds: [
      ...requestIdFields([''], 'reference', ['previous_interaction_id']),
      ...requestIdFields(['input[].', 'input[].content[].'], 'definition', ['id']),
      ...requestIdFields(['input[].', 'input[].content[].'], 'link', ['call_id']),
      ...requestIdFields(['input[].', 'input[].content[].', 'input.'], 'reference', ['uri']),
    ],
    opaque: ['input[].signature', 'input[].content[].signature'],
    ignored: [],
    defaults: UNSTREAMED,
    ...own,
  }
}

const BASE = { base: '/v\\d+[a-z0-9]*' } as const

function routes(methods: string, path: string, own: Partial<Endpoint> = {}): PathRoute[] {
  return pathRoutes(methods, interactionEndpoint(`/v1beta${path}`, own), { ...BASE, path })
}

const ROUTES: readonly PathRoute[] = [
  ...routes('POST', '/interactions'),
  ...routes('GET DELETE', '/interactions/{id}', { stateful: true }),
  ...routes('POST', '/interactions/{id}/cancel', { stateful: true }),
]

/** Gemini's Interactions (`@google/genai` `interactions`). */
export const geminiInteractions: Dialect = {
  name: 'gemini-interactions',
  provider: 'gemini',
  recognise: recogniseInteraction,
  errorBody: interactionErrorBody,
}

function recogniseInteraction(request: RequestView): Recognition | undefined {
  const match = matchPath(request, ROUTES)
  if (match === undefined) return undefined
  return {
    ...match,
    model: stringMember(request.json, 'model') ?? stringMember(request.json, 'agent') ?? null,
    streaming: asksForStream(request.json) || request.url.searchParams.get('stream') === 'true',
  }
}

/** Unlike the rest of Gemini, this API says its errors by a name. */
function interactionErrorBody(error: SpokenError): JsonNode {
  return object([
    [
      'error',
      object([
        ['message', string(error.message)],
        ['code', string(error.code)],
      ]),
    ],
  ])
}

/** The SSE `event:`, which the data repeats. */
function impliedEvent({ type, payload }: TypedPayload): ImpliedFields {
  const event = type === EVENT_TYPE ? stringMember(documentOf(payload), 'event_type') : undefined
  return event === undefined ? {} : { event }
}

function endsInteraction(payload: Payload): boolean {
  if (typeof payload === 'string') return payload === '[DONE]'
  const event = stringMember(documentOf(payload), 'event_type')
  return event === undefined ? hasError(payload) : END_EVENT.test(event)
}

function under(
  place: string,
  fields: Readonly<Record<string, readonly string[]>>,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(fields).map(([path, prefixes]) => [place + path, prefixes]),
  )
}
