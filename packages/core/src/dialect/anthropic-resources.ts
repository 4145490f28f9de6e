import { messageIds, messageRequestIds } from './anthropic-ids.ts'
import type { Endpoint, IdField } from './dialect.ts'
import { FAR_AHEAD_DATE, idFields, PAST_DATE, timeFields } from './fields.ts'
import { isErrorAnswer } from './payload-document.ts'
import { type Route, routesOf } from './routes.ts'

const FILE = { kind: 'file', prefix: 'file_' } as const
const PLACES = ['', 'data[].'] as const

interface ResourceOptions extends Partial<Endpoint> {
  readonly kind: string
  /** How the things' own ids begin. */
  readonly prefix: string
}

function resource(name: string, { kind, prefix, ...own }: ResourceOptions): Endpoint {
  return {
    name,
    typeOf: (item) =>
      isErrorAnswer(item)
        ? 'wiretape.anthropic-messages.error'
        : `wiretape.anthropic-messages.${kind}`,
    ids: resourceIds(prefix),
    volatile: [
      ...timeFields(PLACES, PAST_DATE, [
        'created_at',
        'ended_at',
        'archived_at',
        'cancel_initiated_at',
      ]),
      ...timeFields(PLACES, FAR_AHEAD_DATE, ['expires_at']),
    ],
    requestIds: [],
    ignored: [],
    stateful: true,
    ...own,
  }
}

function resourceIds(prefix: string): IdField[] {
  return [
    ...idFields(PLACES, { id: [prefix] }),
    ...idFields([''], { first_id: [prefix], last_id: [prefix], request_id: ['req_'] }),
  ]
}

function batch(name: string): Endpoint {
  return resource(name, {
    kind: 'batch',
    prefix: 'msgbatch_',
    ids: [
      ...resourceIds('msgbatch_'),
      ...PLACES.map((place) => ({
        path: `${place}results_url`,
        prefixes: ['msgbatch_'],
        inAddress: true,
      })),
    ],
    requestIds: messageRequestIds('requests[].params.'),
    ignored: ['requests[].params.metadata.user_id'],
  })
}

/** Lines of JSON, each with a whole message; `custom_id` is the program's own. */
const results: Endpoint = resource('/v1/messages/batches/{id}/results', {
  kind: 'result',
  prefix: 'msgbatch_',
  streamFraming: 'ndjson',
  ids: [
    ...messageIds('result.message.'),
    ...idFields([''], { request_id: ['req_'], 'result.error.request_id': ['req_'] }),
  ],
  volatile: timeFields(['result.message.'], FAR_AHEAD_DATE, ['container.expires_at']),
})

/** What was uploaded is handed back as it was. */
const content: Endpoint = resource('/v1/files/{id}/content', {
  kind: 'content',
  prefix: 'file_',
  ids: [],
  volatile: [],
})

/** Anthropic's batches of messages (`@anthropic-ai/sdk` `resources/messages/batches`). */
export const BATCH_ROUTES: readonly Route[] = [
  ...routesOf('GET POST', batch('/v1/messages/batches')),
  ...routesOf('GET DELETE', batch('/v1/messages/batches/{id}')),
  ...routesOf('POST', batch('/v1/messages/batches/{id}/cancel')),
  ...routesOf('GET', results),
]

/** Anthropic's files (`@anthropic-ai/sdk` `resources/beta/files`). */
export const FILE_ROUTES: readonly Route[] = [
  ...routesOf('GET POST', resource('/v1/files', FILE)),
  ...routesOf('GET DELETE', resource('/v1/files/{id}', FILE)),
  ...routesOf('GET', content),
]
