import { number } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { modelOf } from './model-of.ts'
import { openaiErrorBody } from './openai-error.ts'
import { hasError } from './payload-document.ts'
import { matchRoute, type Route, routesOf } from './routes.ts'

const embeddings: Endpoint = {
  name: '/v1/embeddings',
  // OGX's name, which is the class name of the OpenAI SDK for Python.
  typeOf: ({ payload }) =>
    hasError(payload)
      ? 'wiretape.openai-embeddings.error'
      : 'openai.types.create_embedding_response.CreateEmbeddingResponse',
  // OpenAI's answers have neither; vLLM's, Mistral's and OpenRouter's do.
  ids: [{ path: 'id', prefixes: ['embd-'], answer: true }],
  volatile: [{ path: 'created', kind: 'timestamps', value: number(0) }],
  requestIds: [],
  ignored: ['user', 'safety_identifier'],
}

// Ollama's /api/embeddings takes a `prompt`.
const ROUTES: readonly Route[] = routesOf('POST', embeddings, { tells: ['input'] })

/**
 * OpenAI embeddings, as Azure, Mistral, Voyage and others speak them (openai `resources/embeddings`). Vectors are kept as they
 * came, numbers or base64: the SDK asks for base64 on its own and decodes it.
 */
export const openaiEmbeddings: Dialect = {
  name: 'openai-embeddings',
  provider: 'openai',
  recognise: recogniseEmbeddings,
  errorBody: openaiErrorBody,
}

function recogniseEmbeddings(request: RequestView): Recognition | undefined {
  const match = matchRoute(request, ROUTES)
  return match && { ...match, model: modelOf(request), streaming: false }
}
