import type { RequestView } from '../request/request-view.ts'
import { bedrockErrorBody } from './bedrock-error.ts'
import { modelOperation } from './bedrock-model.ts'
import { CONVERSE_IDS, CONVERSE_REQUEST_IDS } from './bedrock-tool-ids.ts'
import { FRAME_PADDING } from './bedrock-volatile.ts'
import { bedrockConverseAssembly } from './bedrock-converse-assembly.ts'
import type { Dialect, Endpoint, Recognition } from './dialect.ts'
import { eventOf, eventstreamType, impliedHeaders, isFailureMessage } from './eventstream-types.ts'
import { durationFields } from './fields.ts'
import { isErrorAnswer } from './payload-document.ts'

const converse: Endpoint = {
  name: '/model/{modelId}/converse',
  typeOf: (item) =>
    isErrorAnswer(item) ? 'wiretape.bedrock-converse.error' : 'wiretape.bedrock-converse.response',
  ids: CONVERSE_IDS,
  volatile: [
    ...durationFields('metrics.latencyMs', 'trace.**.guardrailProcessingLatency'),
    FRAME_PADDING,
  ],
  requestIds: CONVERSE_REQUEST_IDS,
  opaque: [
    'messages[].content[].reasoningContent.reasoningText.signature',
    'messages[].content[].reasoningContent.redactedContent',
  ],
  // Labels for the log of invocations.
  ignored: ['requestMetadata'],
}

const converseStream: Endpoint = {
  ...converse,
  name: '/model/{modelId}/converse-stream',
  streamFraming: 'eventstream',
  typeOf: (item) =>
    item.streamed ? eventstreamType('bedrock-converse', item.message) : converse.typeOf(item),
  implies: impliedHeaders,
  // `messageStop` is not the end: the usage follows.
  ends: (_payload, message) => eventOf(message) === 'metadata' || isFailureMessage(message),
}

/** Bedrock's one way to talk to every model (`@aws-sdk/client-bedrock-runtime` `ConverseStreamOutput`). */
export const bedrockConverse: Dialect = {
  name: 'bedrock-converse',
  provider: 'bedrock',
  recognise: recogniseConverse,
  errorBody: bedrockErrorBody,
  assembly: bedrockConverseAssembly,
}

function recogniseConverse(request: RequestView): Recognition | undefined {
  const asked = request.method === 'POST' ? modelOperation(request.url) : undefined
  if (asked?.operation === 'converse')
    return { endpoint: converse, model: asked.model, streaming: false }
  if (asked?.operation === 'converse-stream')
    return { endpoint: converseStream, model: asked.model, streaming: true }
  return undefined
}
