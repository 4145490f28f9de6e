import { stringMember } from '../json/access.ts'
import type { RequestView } from '../request/request-view.ts'
import { bedrockErrorBody } from './bedrock-error.ts'
import { bedrockModel, modelOperation } from './bedrock-model.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { durationFields, idFields, PAST_DATE, timeFields } from './fields.ts'
import { matchPath, type PathRoute, pathRoutes } from './path-routes.ts'
import { isErrorAnswer } from './payload-document.ts'

function runtimeEndpoint(name: string, kind: string, own: Partial<Endpoint> = {}): Endpoint {
  return {
    name,
    typeOf: (item) =>
      isErrorAnswer(item) ? 'wiretape.bedrock-runtime.error' : `wiretape.bedrock-runtime.${kind}`,
    ids: [],
    volatile: [],
    requestIds: [],
    ignored: [],
    ...own,
  }
}

const countTokens: Endpoint = runtimeEndpoint('/model/{modelId}/count-tokens', 'token_count')

const applyGuardrail: Endpoint = runtimeEndpoint(
  '/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply',
  'guardrail',
  { volatile: durationFields('**.guardrailProcessingLatency') },
)

const ASYNC_PLACES = ['', 'asyncInvokeSummaries[].'] as const

/** An invocation's ARN has region, account and id in one: no other name can stand for it. */
function asyncInvoke(name: string): Endpoint {
  return runtimeEndpoint(name, 'async_invoke', {
    ids: idFields(ASYNC_PLACES, { clientRequestToken: [''] }),
    volatile: timeFields(ASYNC_PLACES, PAST_DATE, ['submitTime', 'lastModifiedTime', 'endTime']),
    ignored: ['clientRequestToken'],
    stateful: true,
  })
}

const ROUTES: readonly PathRoute[] = [
  ...pathRoutes('POST', applyGuardrail),
  ...pathRoutes('GET POST', asyncInvoke('/async-invoke')),
  ...pathRoutes('GET', asyncInvoke('/async-invoke/{invocationArn}')),
]

/** What `bedrock-runtime` does beside talking to a model (`@aws-sdk/client-bedrock-runtime` `commands`). */
export const bedrockRuntime: Dialect = {
  name: 'bedrock-runtime',
  provider: 'bedrock',
  recognise: recogniseRuntime,
  errorBody: bedrockErrorBody,
}

function recogniseRuntime(request: RequestView): Recognition | undefined {
  const asked = request.method === 'POST' ? modelOperation(request.url) : undefined
  if (asked?.operation === 'count-tokens')
    return { endpoint: countTokens, model: asked.model, streaming: false }
  const match = matchPath(request, ROUTES)
  if (match === undefined) return undefined
  const model = stringMember(request.json, 'modelId')
  return { ...match, model: model === undefined ? null : bedrockModel(model), streaming: false }
}
