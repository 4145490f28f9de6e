import { messageEventIds, messageIds, messageRequestIds, withMark } from './anthropic-ids.ts'
import { CONVERSE_IDS, CONVERSE_REQUEST_IDS } from './bedrock-tool-ids.ts'
import { COHERE_IDS } from './cohere-ids.ts'
import type { IdField, RequestIdField } from './dialect.ts'
import { idFields, requestIdFields } from './fields.ts'
import { TOOL_CALL_PREFIXES } from './tool-call-prefixes.ts'
import { underPlace } from './under-place.ts'

/** An answer's own id, whoever's model it is; the rest has none. */
const ANSWER_ID: IdField = {
  path: 'id',
  prefixes: ['', 'msg_bdrk_', 'msg_', 'compl_bdrk_', 'compl_', 'chatcmpl-', 'cmpl-'],
}

/**
 * Ids in what the providers' models answer through InvokeModel: Anthropic's messages, Nova's Converse, Cohere's chat, and
 * OpenAI's chat, which Mistral, AI21, Qwen and DeepSeek speak too.
 */
export const PROVIDER_IDS: readonly IdField[] = [
  ANSWER_ID,
  ...withMark('bdrk_', [...messageIds(''), ...messageEventIds()]),
  ...CONVERSE_IDS,
  ...underPlace('contentBlockStart.', CONVERSE_IDS),
  ...COHERE_IDS,
  ...idFields(['choices[].message.', 'choices[].delta.'], {
    'tool_calls[].id': TOOL_CALL_PREFIXES,
  }),
].filter((field) => field.path !== 'id' || field === ANSWER_ID)

export const PROVIDER_REQUEST_IDS: readonly RequestIdField[] = [
  ...messageRequestIds(''),
  ...CONVERSE_REQUEST_IDS,
  ...requestIdFields([''], 'definition', ['messages[].tool_calls[].id']),
  ...requestIdFields([''], 'link', ['messages[].tool_call_id']),
]
