import type { Message, Payload } from '../framing/framing.ts'
import { isArray, isString, member, number, stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { RequestView } from '../request/request-view.ts'
import { documentInBytes, unwrapJson, wrapJson } from './bedrock-bytes.ts'
import { bedrockErrorBody } from './bedrock-error.ts'
import { PROVIDER_IDS, PROVIDER_REQUEST_IDS } from './bedrock-invoke-ids.ts'
import { modelOperation } from './bedrock-model.ts'
import { FRAME_PADDING } from './bedrock-volatile.ts'
import { endsChoices } from './choices.ts'
import { bedrockInvokeAssembly } from './bedrock-invoke-assembly.ts'
import type { Dialect, Endpoint, Recognition, VolatileField } from './dialect.ts'
import { eventstreamType, impliedHeaders, isFailureMessage } from './eventstream-types.ts'
import { durationFields } from './fields.ts'
import { documentOf, isErrorAnswer } from './payload-document.ts'
import { underPlace } from './under-place.ts'

const providerVolatile: readonly VolatileField[] = [
  ...durationFields(
    'amazon-bedrock-invocationMetrics.invocationLatency',
    'amazon-bedrock-invocationMetrics.firstByteLatency',
    'amazon-bedrock-trace.**.guardrailProcessingLatency',
    'metrics.latencyMs',
  ),
  { path: 'created', kind: 'timestamps', value: number(0) },
]

const invoke: Endpoint = {
  name: '/model/{modelId}/invoke',
  typeOf: (item) =>
    isErrorAnswer(item) ? 'wiretape.bedrock-invoke.error' : 'wiretape.bedrock-invoke.response',
  ids: PROVIDER_IDS,
  volatile: providerVolatile,
  requestIds: PROVIDER_REQUEST_IDS,
  opaque: ['messages[].content[].signature', 'messages[].content[].data'],
  ignored: ['metadata.user_id'],
}

const invokeStream: Endpoint = {
  ...invoke,
  name: '/model/{modelId}/invoke-with-response-stream',
  streamFraming: 'eventstream',
  typeOf: (item) =>
    item.streamed ? eventstreamType('bedrock-invoke', item.message) : invoke.typeOf(item),
  implies: impliedHeaders,
  unwrap: unwrapJson,
  wrap: wrapJson,
  ends: endsInvocation,
  ids: underPlace('bytes.', PROVIDER_IDS),
  volatile: [...underPlace('bytes.', providerVolatile), FRAME_PADDING],
}

/**
 * A model in its provider's own words. The chunks of a stream hold the provider's events as base64
 * (`@aws-sdk/client-bedrock-runtime` `PayloadPart`); a recording shows what is in them.
 */
export const bedrockInvoke: Dialect = {
  name: 'bedrock-invoke',
  provider: 'bedrock',
  recognise: recogniseInvoke,
  errorBody: bedrockErrorBody,
  assembly: bedrockInvokeAssembly,
}

function recogniseInvoke(request: RequestView): Recognition | undefined {
  const asked = request.method === 'POST' ? modelOperation(request.url) : undefined
  if (asked?.operation === 'invoke')
    return { endpoint: invoke, model: asked.model, streaming: false }
  if (asked?.operation === 'invoke-with-response-stream')
    return { endpoint: invokeStream, model: asked.model, streaming: true }
  return undefined
}

function endsInvocation(payload: Payload, message: Message): boolean {
  if (isFailureMessage(message)) return true
  const chunk = documentOf(payload)
  const event = chunk === undefined ? undefined : documentInBytes(chunk)
  return event !== undefined && endsProviderStream(event)
}

/**
 * Bedrock adds its metrics to the last event of every provider; where a gateway takes them out, the provider's own end
 * counts: Nova, Anthropic, Titan, Cohere, Llama, Mistral, and OpenAI's chat.
 */
function endsProviderStream(event: JsonNode): boolean {
  const type = stringMember(event, 'type')
  return (
    member(event, 'amazon-bedrock-invocationMetrics') !== undefined ||
    member(member(event, 'metadata'), 'usage') !== undefined ||
    type === 'message_stop' ||
    type === 'error' ||
    isString(member(event, 'completionReason')) ||
    // Titan counts at the end, and gives no reason where a guardrail blocked the question.
    member(event, 'totalOutputTextTokenCount')?.kind === 'number' ||
    stringMember(event, 'event_type') === 'stream-end' ||
    isTrue(member(event, 'is_finished')) ||
    (member(event, 'generation') !== undefined && isString(member(event, 'stop_reason'))) ||
    // Claude 2's completions.
    (member(event, 'completion') !== undefined && isString(member(event, 'stop_reason'))) ||
    hasStopReason(member(event, 'outputs')) ||
    endsChoices(event)
  )
}

function hasStopReason(outputs: JsonNode | undefined): boolean {
  return isArray(outputs) && outputs.items.some((output) => isString(member(output, 'stop_reason')))
}

function isTrue(node: JsonNode | undefined): boolean {
  return node?.kind === 'literal' && node.value === true
}
