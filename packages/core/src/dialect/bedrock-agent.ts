import { member, stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { unwrapText, wrapText } from './bedrock-bytes.ts'
import { bedrockErrorBody } from './bedrock-error.ts'
import { bedrockModel } from './bedrock-model.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { eventOf, eventstreamType, impliedHeaders, isFailureMessage } from './eventstream-types.ts'
import { durationFields, idFields, PAST_DATE, requestIdFields, timeFields } from './fields.ts'
import { matchPath, type PathRoute, pathRoutes } from './path-routes.ts'
import { isErrorAnswer } from './payload-document.ts'

/** Ids here are bare UUIDs. */
const BARE: readonly string[] = ['']

function agentEndpoint(name: string, own: Partial<Endpoint> = {}): Endpoint {
  return {
    name,
    typeOf: (item) =>
      isErrorAnswer(item) ? 'wiretape.bedrock-agent.error' : 'wiretape.bedrock-agent.response',
    ids: idFields([''], { sessionId: BARE, queryId: BARE }),
    volatile: [],
    requestIds: requestIdFields([''], 'reference', ['sessionId']),
    ignored: [],
    ...own,
  }
}

/** Its events say nothing of an end but in flows: a stream that closed in good order is complete. */
function agentStream(name: string, own: Partial<Endpoint> = {}): Endpoint {
  return agentEndpoint(name, {
    streamFraming: 'eventstream',
    typeOf: (item) =>
      item.streamed
        ? eventstreamType('bedrock-agent', item.message)
        : agentEndpoint(name).typeOf(item),
    implies: impliedHeaders,
    ids: idFields([''], {
      sessionId: BARE,
      invocationId: BARE,
      executionId: BARE,
      'trace.**.traceId': BARE,
      'trace.**.clientRequestId': BARE,
      'trace.**.invocationId': BARE,
    }),
    volatile: [
      ...timeFields([''], PAST_DATE, ['eventTime', 'trace.**.startTime', 'trace.**.endTime']),
      ...timeFields(['trace.**.'], PAST_DATE, ['timestamp']),
      ...durationFields('trace.**.totalTimeMs', 'trace.**.operationTotalTimeMs'),
    ],
    requestIds: requestIdFields([''], 'reference', [
      'sessionId',
      'sessionState.invocationId',
      'executionId',
    ]),
    ...own,
  })
}

/** A whole answer's text comes as base64. */
const TEXT_BYTES = { unwrap: unwrapText, wrap: wrapText } as const

const ROUTES: readonly PathRoute[] = [
  ...pathRoutes(
    'POST',
    agentStream('/agents/{agentId}/agentAliases/{agentAliasId}/sessions/{sessionId}/text', {
      ...TEXT_BYTES,
      stateful: true,
    }),
  ),
  ...pathRoutes('POST', agentStream('/agents/{sessionId}', { ...TEXT_BYTES, stateful: true }), {
    tells: ['foundationModel'],
  }),
  ...pathRoutes(
    'POST',
    agentStream('/flows/{flowIdentifier}/aliases/{flowAliasIdentifier}', {
      stateful: true,
      ends: (_payload, message) =>
        eventOf(message) === 'flowCompletionEvent' || isFailureMessage(message),
    }),
  ),
  ...pathRoutes('POST', agentStream('/retrieveAndGenerateStream')),
  ...pathRoutes('POST', agentStream('/optimize-prompt')),
  ...pathRoutes('POST', agentEndpoint('/retrieveAndGenerate')),
  ...pathRoutes('POST', agentEndpoint('/knowledgebases/{knowledgeBaseId}/retrieve')),
  ...pathRoutes('POST', agentEndpoint('/generateQuery')),
  // Cohere and others have a `/rerank` too.
  ...pathRoutes('POST', agentEndpoint('/rerank'), { tells: ['rerankingConfiguration'] }),
]

/** Agents, flows and knowledge bases (`@aws-sdk/client-bedrock-agent-runtime` `commands`). */
export const bedrockAgent: Dialect = {
  name: 'bedrock-agent',
  provider: 'bedrock',
  recognise: recogniseAgent,
  errorBody: bedrockErrorBody,
}

function recogniseAgent(request: RequestView): Recognition | undefined {
  const match = matchPath(request, ROUTES)
  if (match === undefined) return undefined
  const streaming = match.endpoint.streamFraming === 'eventstream'
  return { ...match, model: modelNamed(request), streaming }
}

function modelNamed({ json }: RequestView): string | null {
  const configuration = member(json, 'retrieveAndGenerateConfiguration')
  const model =
    stringMember(json, 'foundationModel') ??
    stringMember(json, 'targetModelId') ??
    stringMember(member(configuration, 'knowledgeBaseConfiguration'), 'modelArn') ??
    stringMember(member(configuration, 'externalSourcesConfiguration'), 'modelArn')
  return model === undefined ? null : bedrockModel(model)
}
