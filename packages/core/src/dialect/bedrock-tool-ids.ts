import type { IdField, RequestIdField } from './dialect.ts'
import { idFields, requestIdFields } from './fields.ts'

/** How Converse's tool calls are named: by Bedrock itself, or by the model behind it. */
const TOOL_USE: readonly string[] = [
  'tooluse_',
  'toolu_bdrk_',
  'toolu_',
  'srvtoolu_bdrk_',
  'call_',
  'chatcmpl-tool-',
]

/** Tool calls in answers of Converse, and of Nova, which speaks the same way (`ContentBlock`, `ContentBlockStart`). */
export const CONVERSE_IDS: readonly IdField[] = idFields(['output.message.content[].', 'start.'], {
  'toolUse.toolUseId': TOOL_USE,
  'toolResult.toolUseId': TOOL_USE,
})

export const CONVERSE_REQUEST_IDS: readonly RequestIdField[] = [
  ...requestIdFields(['messages[].content[].'], 'definition', ['toolUse.toolUseId']),
  ...requestIdFields(['messages[].content[].'], 'link', ['toolResult.toolUseId']),
]
