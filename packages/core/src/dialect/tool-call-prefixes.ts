/**
 * How ids of tool calls begin, whoever's model it was: OpenAI, xAI, vLLM, Anthropic, Bedrock, Gemini's gateways. The
 * first stands for all that have none of these.
 */
export const TOOL_CALL_PREFIXES: readonly string[] = [
  'call_',
  'call-',
  'chatcmpl-tool-',
  'fc_',
  'tool_',
  'toolu_',
  'tooluse_',
]
