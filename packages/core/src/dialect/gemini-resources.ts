import type { RequestView } from '../request/request-view.ts'
import type { Endpoint, Recognition } from './dialect.ts'
import { FAR_AHEAD_DATE, PAST_DATE, timeFields } from './fields.ts'
import { GEMINI_REQUEST_IDS } from './gemini-ids.ts'
import { matchPath, type PathRoute, pathRoutes } from './path-routes.ts'
import { hasError, isErrorAnswer } from './payload-document.ts'

/** Where a thing stands in an answer: alone, in what an upload gives, in a page of a list, in an operation. */
const PLACES = [
  '',
  'file.',
  'files[].',
  'cachedContents[].',
  'fileSearchStores[].',
  'documents[].',
  'batches[].',
  'operations[].metadata.',
  'metadata.',
  'tunedModels[].',
] as const

/**
 * Things that Google keeps. Their names are paths, `files/abc`, which also stand in addresses: no other name can stand for
 * them. All of them count per test, those that only look too: what they see is what the test made.
 */
function resourceEndpoint(name: string, kind: string): Endpoint {
  return {
    name,
    typeOf: (item) =>
      isErrorAnswer(item) || hasError(item.payload)
        ? 'wiretape.gemini.error'
        : `wiretape.gemini.${kind}`,
    ids: [],
    volatile: [
      ...timeFields(PLACES, PAST_DATE, ['createTime', 'updateTime', 'startTime', 'endTime']),
      ...timeFields(PLACES, FAR_AHEAD_DATE, ['expireTime', 'expirationTime']),
    ],
    requestIds: GEMINI_REQUEST_IDS,
    // A clock's.
    ignored: ['expireTime'],
    stateful: true,
  }
}

/** Methods, path, what its answers are by the names of Google's API reference. */
const OPERATIONS: readonly (readonly [string, string, string])[] = [
  ['GET POST', '/files', 'File'],
  ['GET DELETE', '/files/{file}', 'File'],
  ['GET POST', '/cachedContents', 'CachedContent'],
  ['GET PATCH DELETE', '/cachedContents/{cachedContent}', 'CachedContent'],
  ['GET POST', '/fileSearchStores', 'FileSearchStore'],
  ['GET DELETE', '/fileSearchStores/{store}', 'FileSearchStore'],
  ['POST', '/fileSearchStores/{store}:uploadToFileSearchStore', 'Operation'],
  ['POST', '/fileSearchStores/{store}:importFile', 'Operation'],
  ['GET', '/fileSearchStores/{store}/documents', 'Document'],
  ['GET DELETE', '/fileSearchStores/{store}/documents/{document}', 'Document'],
  ['GET', '/fileSearchStores/{store}/operations/{operation}', 'Operation'],
  ['GET', '/fileSearchStores/{store}/upload/operations/{operation}', 'Operation'],
  ['GET', '/batches', 'Operation'],
  ['GET DELETE', '/batches/{batch}', 'Operation'],
  ['POST', '/batches/{batch}:cancel', 'Operation'],
  ['GET', '/operations/{operation}', 'Operation'],
  ['GET', '/models/{model}/operations/{operation}', 'Operation'],
  ['GET POST', '/tunedModels', 'TunedModel'],
  ['GET PATCH DELETE', '/tunedModels/{model}', 'TunedModel'],
]

/** What was uploaded is handed back as it was. */
const download: Endpoint = {
  ...resourceEndpoint('/v1beta/files/{file}:download', 'File'),
  volatile: [],
}

const models: Endpoint = { ...resourceEndpoint('/v1beta/models', 'Model'), stateful: false }
const model: Endpoint = { ...models, name: '/v1beta/models/{model}' }

// Vertex has its things in projects and places, which say who asks and where.
const BELOW_VERSION = '(?:/projects/[^/]+/locations/[^/]+)?(?:/publishers/[^/]+)?'
/** Only Google has versions such as `v1beta`: behind them, a path is known on any host. */
const BETA = `/v\\d+(?:alpha|beta)\\d*${BELOW_VERSION}`
const ANY_VERSION = `/v\\d+[a-z0-9]*${BELOW_VERSION}`

function routesBehind(base: string): PathRoute[] {
  return [
    ...pathRoutes('GET', download, { base, path: '/files/{file}:download' }),
    ...OPERATIONS.flatMap(([methods, path, kind]) =>
      pathRoutes(methods, resourceEndpoint(`/v1beta${path}`, kind), { base, path }),
    ),
    ...pathRoutes('GET', models, { base, path: '/models' }),
    ...pathRoutes('GET', model, { base, path: '/models/{model}' }),
  ]
}

const ROUTES: readonly PathRoute[] = routesBehind(BETA)
const GOOGLE_ROUTES: readonly PathRoute[] = routesBehind(ANY_VERSION)

/** What a request asks of the things that Google keeps beside its models, and of the list of those. */
export function recogniseGeminiResource(request: RequestView): Recognition | undefined {
  const isGoogle = request.url.hostname.endsWith('.googleapis.com')
  const match = matchPath(request, isGoogle ? GOOGLE_ROUTES : ROUTES)
  if (match === undefined) return undefined
  if (match.endpoint !== model) return { ...match, model: null, streaming: false }
  return { endpoint: model, model: match.pathIds[0] ?? null, streaming: false }
}
