import {
  array,
  isArray,
  isObject,
  member,
  number,
  object,
  string,
  stringMember,
} from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { openaiErrorBody } from './openai-error.ts'
import { isErrorAnswer } from './payload-document.ts'
import { decodeSegment } from './routes.ts'
import { speaksAnthropic } from './speaks-anthropic.ts'

// OGX's name, which is the class name of the OpenAI SDK for Python.
const MODEL_TYPE = 'openai.types.model.Model'

// A model's name is no id, and `created` is when the model was made, not when it was asked for.
const models: Endpoint = {
  name: '/v1/models',
  typeOf: (item) =>
    isErrorAnswer(item) ? 'wiretape.openai-models.error' : 'wiretape.openai-models.list',
  wrap: listOfTyped,
  ids: [{ path: 'data[].permission[].id', prefixes: ['modelperm-'] }],
  volatile: [{ path: 'data[].permission[].created', kind: 'timestamps', value: number(0) }],
  requestIds: [],
  ignored: [],
}

const model: Endpoint = {
  name: '/v1/models/{model}',
  typeOf: (item) => (isErrorAnswer(item) ? 'wiretape.openai-models.error' : MODEL_TYPE),
  ids: [{ path: 'permission[].id', prefixes: ['modelperm-'] }],
  volatile: [{ path: 'permission[].created', kind: 'timestamps', value: number(0) }],
  requestIds: [],
  ignored: [],
}

const deletedModel: Endpoint = {
  ...model,
  typeOf: (item) =>
    isErrorAnswer(item) ? 'wiretape.openai-models.error' : 'wiretape.openai-models.deletion',
  stateful: true,
}

/** Lists of models, as OpenAI and everyone who speaks its dialects have them (openai `resources/models`). */
export const openaiModels: Dialect = {
  name: 'openai-models',
  provider: 'openai',
  recognise: recogniseModels,
  errorBody: openaiErrorBody,
}

function recogniseModels(request: RequestView): Recognition | undefined {
  if (speaksAnthropic(request)) return undefined
  // A model's name may have slashes of its own: `/v1/models/meta-llama/Llama-3.1-8B`.
  const match = /(?:\/v\d+|\/openai)\/models(?:\/+(.+?))?\/*$/.exec(request.url.pathname)
  if (match === null) return undefined
  const name = match[1]
  if (name === undefined) {
    // OGX notes POST for what its client sent as GET.
    if (request.method !== 'GET' && request.method !== 'POST') return undefined
    return { endpoint: models, model: null, streaming: false }
  }
  if (request.method !== 'GET' && request.method !== 'DELETE') return undefined
  const endpoint = request.method === 'GET' ? model : deletedModel
  return { endpoint, model: decodeSegment(name), streaming: false }
}

/** OGX keeps the models alone, each with its type; on the wire they stand in a list. */
function listOfTyped(payload: JsonNode): JsonNode {
  if (!isArray(payload) || !payload.items.every(isTypedModel)) return payload
  const data = payload.items.map((item) => member(item, '__data__') as JsonNode)
  return object([
    ['object', string('list')],
    ['data', array(data)],
  ])
}

function isTypedModel(item: JsonNode): boolean {
  return stringMember(item, '__type__') === MODEL_TYPE && isObject(member(item, '__data__'))
}
