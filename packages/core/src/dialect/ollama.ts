import type { Payload } from '../framing/framing.ts'
import { isArray, isString, member, number, object, string, stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import { headerValue } from '../request/headers.ts'
import type { RequestView } from '../request/request-view.ts'
import { ollamaAssembly } from './ollama-assembly.ts'
import type { Dialect, Endpoint, Item, Recognition, SpokenError, VolatileField } from './dialect.ts'
import { idFields, requestIdFields, timeFields } from './fields.ts'
import { matchPath, type PathRoute, pathRoutes } from './path-routes.ts'
import { documentOf, hasError, isErrorAnswer } from './payload-document.ts'
import { STREAMED } from './stream-defaults.ts'
import { TOOL_CALL_PREFIXES } from './tool-call-prefixes.ts'

/** As OGX writes them, so that its recordings and ours say the same. */
const volatile: readonly VolatileField[] = [
  ...timeFields([''], string('1970-01-01T00:00:00.000000Z'), ['created_at']),
  ...['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'].map(
    (path): VolatileField => ({ path, kind: 'durations', value: number(0) }),
  ),
  ...timeFields(['models[].'], string('2100-01-01T00:00:00.000000Z'), ['expires_at']),
]

/** The `__type__` is OGX's: the class of Ollama's client for Python (`ollama/_types.py`). */
function ollamaEndpoint(name: string, type: string, own: Partial<Endpoint> = {}): Endpoint {
  return {
    name,
    typeOf: (item) => (isOllamaError(item) ? 'wiretape.ollama.error' : `ollama._types.${type}`),
    streamFraming: 'ndjson',
    ends: endsLines,
    ids: idFields(['message.'], { 'tool_calls[].id': TOOL_CALL_PREFIXES }),
    volatile,
    requestIds: [
      ...requestIdFields(['messages[].'], 'definition', ['tool_calls[].id']),
      ...requestIdFields(['messages[].'], 'link', ['tool_call_id']),
    ],
    ignored: [],
    ...own,
  }
}

/** What Ollama streams unless a request says `"stream": false`. */
const STREAMED_PATHS = /\/api\/(?:chat|generate|pull|push|create)\/?$/

const generate: Endpoint = ollamaEndpoint('/api/generate', 'GenerateResponse', {
  defaults: STREAMED,
})

// The paths alone could be any program's: bodies tell for some, and for the rest the host or the client.
const CHAT_ROUTES: readonly PathRoute[] = pathRoutes(
  'POST',
  ollamaEndpoint('/api/chat', 'ChatResponse', { defaults: STREAMED }),
)
const TEXT_ROUTES: readonly PathRoute[] = [
  ...pathRoutes('POST', generate, { tells: ['prompt'] }),
  ...pathRoutes('POST', ollamaEndpoint('/api/embed', 'EmbedResponse'), { tells: ['input'] }),
  ...pathRoutes('POST', ollamaEndpoint('/api/embeddings', 'EmbeddingsResponse'), {
    tells: ['prompt'],
  }),
]

const STATEFUL = { stateful: true } as const

const OWN_ROUTES: readonly PathRoute[] = [
  ...pathRoutes('POST', generate),
  ...pathRoutes('GET', ollamaEndpoint('/api/tags', 'ListResponse')),
  ...pathRoutes('GET', ollamaEndpoint('/api/ps', 'ProcessResponse')),
  ...pathRoutes('GET', ollamaEndpoint('/api/version', 'VersionResponse')),
  ...pathRoutes('POST', ollamaEndpoint('/api/show', 'ShowResponse')),
  ...['pull', 'push', 'create'].flatMap((name) =>
    pathRoutes(
      'POST',
      ollamaEndpoint(`/api/${name}`, 'ProgressResponse', { ...STATEFUL, defaults: STREAMED }),
    ),
  ),
  ...pathRoutes('POST', ollamaEndpoint('/api/copy', 'StatusResponse', STATEFUL)),
  ...pathRoutes('DELETE', ollamaEndpoint('/api/delete', 'StatusResponse', STATEFUL)),
  ...pathRoutes('HEAD POST', ollamaEndpoint('/api/blobs/{digest}', 'StatusResponse', STATEFUL)),
  ...pathRoutes('POST', ollamaEndpoint('/api/web_search', 'WebSearchResponse')),
  ...pathRoutes('POST', ollamaEndpoint('/api/web_fetch', 'WebFetchResponse')),
]

/** Ollama's own API; its `/v1` is OpenAI's. */
export const ollama: Dialect = {
  name: 'ollama',
  provider: 'ollama',
  recognise: recogniseOllama,
  errorBody: ollamaErrorBody,
  assembly: ollamaAssembly,
}

function recogniseOllama(request: RequestView): Recognition | undefined {
  const isOwn = speaksOllama(request)
  const match =
    matchPath(request, isOwn || isChat(request.json) ? CHAT_ROUTES : []) ??
    matchPath(request, isOwn || namesModel(request.json) ? TEXT_ROUTES : []) ??
    (isOwn ? matchPath(request, OWN_ROUTES) : undefined)
  if (match === undefined) return undefined
  const { json, url } = request
  return {
    ...match,
    model: stringMember(json, 'model') ?? stringMember(json, 'name') ?? null,
    streaming: STREAMED_PATHS.test(url.pathname) && !refusesStream(json),
  }
}

/** Whether a request is one to Ollama by its host or its client. */
function speaksOllama({ url, headers }: RequestView): boolean {
  return (
    url.port === '11434' ||
    url.hostname.includes('ollama') ||
    /^ollama-/i.test(headerValue(headers, 'user-agent') ?? '')
  )
}

function namesModel(body: JsonNode | undefined): boolean {
  return isString(member(body, 'model'))
}

/** Web programs have an `/api/chat` of their own, mostly that of Vercel's AI SDK: messages with ids and parts. */
function isChat(body: JsonNode | undefined): boolean {
  const messages = member(body, 'messages')
  return (
    namesModel(body) &&
    isArray(messages) &&
    messages.items.every(
      (message) =>
        isString(member(message, 'role')) &&
        member(message, 'parts') === undefined &&
        member(message, 'id') === undefined,
    )
  )
}

function refusesStream(body: JsonNode | undefined): boolean {
  const stream = member(body, 'stream')
  return stream?.kind === 'literal' && stream.value === false
}

function isOllamaError(item: Item): boolean {
  return isErrorAnswer(item) || hasError(item.payload)
}

/** An error as Ollama says it: a text, which its client shows (`ollama` `utils`, `checkOk`). */
function ollamaErrorBody(error: SpokenError): JsonNode {
  return object([['error', string(error.message)]])
}

/** Answers end with `"done": true`, downloads with a success, both with an error. */
function endsLines(payload: Payload): boolean {
  const line = documentOf(payload)
  const done = member(line, 'done')
  return (
    (done?.kind === 'literal' && done.value === true) ||
    stringMember(line, 'status') === 'success' ||
    hasError(payload)
  )
}
