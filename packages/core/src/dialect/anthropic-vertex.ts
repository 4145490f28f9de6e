import { stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { withMark } from './anthropic-ids.ts'
import { asksForStream } from './asks-for-stream.ts'
import type { Endpoint, Recognition } from './dialect.ts'
import { plainPath } from './path-routes.ts'
import { decodeSegment } from './routes.ts'

/** Below a version, a project and a place, which say who asks and where (`@anthropic-ai/vertex-sdk` `client`). */
const PATH = /\/publishers\/anthropic\/models\/([^/]+):(?:rawPredict|streamRawPredict)\/?$/

/** What the Vertex SDK names as a model when it has tokens counted; the model is in the body then. */
const COUNT_TOKENS = 'count-tokens'

export interface VertexEndpoints {
  readonly messages: Endpoint
  readonly countTokens: Endpoint
}

/** Claude on Vertex: Anthropic's own messages, with the model in the path. */
export function recogniseVertex(
  request: RequestView,
  { messages, countTokens }: VertexEndpoints,
): Recognition | undefined {
  const name = request.method === 'POST' ? PATH.exec(plainPath(request.url))?.[1] : undefined
  if (name === undefined) return undefined
  const isCount = name === COUNT_TOKENS
  const endpoint = isCount ? countTokens : messages
  return {
    endpoint: { ...endpoint, ids: withMark('vrtx_', endpoint.ids) },
    model: isCount ? (stringMember(request.json, 'model') ?? null) : decodeSegment(name),
    streaming: asksForStream(request.json),
  }
}
