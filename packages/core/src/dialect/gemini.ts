import type { Payload } from '../framing/framing.ts'
import { isArray, member, stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { geminiAssembly } from './gemini-assembly.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { PAST_DATE, timeFields } from './fields.ts'
import { GEMINI_IDS, GEMINI_REQUEST_IDS } from './gemini-ids.ts'
import { recogniseGeminiResource } from './gemini-resources.ts'
import { googleErrorBody } from './google-error.ts'
import { plainPath } from './path-routes.ts'
import { documentOf, hasError, isErrorAnswer } from './payload-document.ts'
import { decodeSegment } from './routes.ts'

/** Methods of a model and what they answer, by the names of Google's API reference. */
const METHODS: Readonly<Record<string, string>> = {
  generateContent: 'GenerateContentResponse',
  streamGenerateContent: 'GenerateContentResponse',
  embedContent: 'EmbedContentResponse',
  batchEmbedContents: 'BatchEmbedContentsResponse',
  countTokens: 'CountTokensResponse',
  computeTokens: 'ComputeTokensResponse',
  predict: 'PredictResponse',
  predictLongRunning: 'Operation',
  fetchPredictOperation: 'Operation',
  batchGenerateContent: 'Operation',
  asyncBatchEmbedContent: 'Operation',
}

const METHOD_PATH = /\/(models|tunedModels|endpoints|dynamic)\/([^/]+):([A-Za-z]+)\/?$/

function methodEndpoint(method: string, answer: string): Endpoint {
  return {
    name: `/v1beta/models/{model}:${method}`,
    typeOf: (item) =>
      isErrorAnswer(item) || hasError(item.payload)
        ? 'wiretape.gemini.error'
        : `wiretape.gemini.${answer}`,
    ids: GEMINI_IDS,
    volatile: timeFields([''], PAST_DATE, ['createTime']),
    requestIds: GEMINI_REQUEST_IDS,
    opaque: ['contents[].parts[].thoughtSignature', 'contents[].parts[].thought_signature'],
    // Vertex puts them on the bill.
    ignored: ['labels'],
    stateful: answer === 'Operation',
  }
}

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map(
  Object.entries(METHODS).map(([method, answer]) => [method, methodEndpoint(method, answer)]),
)

const generate = ENDPOINTS.get('generateContent') as Endpoint
const generateSse: Endpoint = {
  ...(ENDPOINTS.get('streamGenerateContent') as Endpoint),
  ends: endsGeneration,
}
/** Without `alt=sse`, a stream is one JSON array. */
const generateArray: Endpoint = { ...generateSse, streamFraming: 'json-array' }

/** Gemini, at Google's AI Studio and on Vertex (`@google/genai`). */
export const gemini: Dialect = {
  name: 'gemini',
  provider: 'gemini',
  recognise: (request) =>
    recogniseMethod(request) ?? recogniseRecordedCall(request) ?? recogniseGeminiResource(request),
  errorBody: googleErrorBody,
  assembly: geminiAssembly,
}

function recogniseMethod(request: RequestView): Recognition | undefined {
  if (request.method !== 'POST') return undefined
  const [, collection, name = '', method = ''] = METHOD_PATH.exec(plainPath(request.url)) ?? []
  const endpoint = collection === undefined ? undefined : ENDPOINTS.get(method)
  if (endpoint === undefined) return undefined
  const id = decodeSegment(name)
  const model = collection === 'models' ? id : `${collection}/${id}`
  if (method !== 'streamGenerateContent') return { endpoint, model, streaming: false }
  const isSse = request.url.searchParams.get('alt') === 'sse'
  return { endpoint: isSse ? generateSse : generateArray, model, streaming: true }
}

/** OGX records calls of google-genai as `vertexai:///generate_content[_stream]`, with the call's arguments as body. */
function recogniseRecordedCall(request: RequestView): Recognition | undefined {
  const { protocol, pathname } = request.url
  if (protocol !== 'vertexai:') return undefined
  const model = stringMember(request.json, 'model')?.replace(/^.*\//, '') ?? null
  if (pathname === '/generate_content') return { endpoint: generate, model, streaming: false }
  if (pathname !== '/generate_content_stream') return undefined
  return { endpoint: generateSse, model, streaming: true }
}

/** The end rule: a reason why a candidate is finished (a number where enums come as numbers), a refused prompt, an error. */
function endsGeneration(payload: Payload): boolean {
  const chunk = documentOf(payload)
  const candidates = member(chunk, 'candidates')
  return (
    hasError(payload) ||
    member(member(chunk, 'promptFeedback'), 'blockReason') !== undefined ||
    (isArray(candidates) &&
      candidates.items.some((candidate) => member(candidate, 'finishReason') !== undefined))
  )
}
