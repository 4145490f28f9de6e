import { jsonOf } from '../json/json-value.ts'
import { member, object, string } from '../json/access.ts'
import { mapStrings } from '../json/map-strings.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { toValue } from '../json/value.ts'
import { redactJson } from '../redaction/redact-json.ts'
import { withConstants } from '../request/placeholders.ts'
import { processState } from './process-state.ts'
import type { ExchangeContext } from './subject.ts'

/** Which tool is called; the names are OGX's. */
export interface ToolIdentity {
  readonly provider: string
  readonly tool_name: string
}

export interface ToolCall {
  readonly tool: ToolIdentity
  readonly kwargs: unknown
  readonly run: (kwargs: unknown) => unknown
}

/** Makes the call with nothing recorded, its arguments and result through JSON as in every mode. */
export async function runTool({ kwargs, run }: ToolCall): Promise<unknown> {
  const given = toValue(jsonOf(kwargs, 'kwargs'))
  const result: unknown = await processState().suspended.run(true, () => run(given))
  return toValue(jsonOf(result, 'the result'))
}

/** A tool's call as OGX keys it. */
export function toolRequest(tool: ToolIdentity, kwargs: JsonNode): JsonObject {
  return object([
    ['provider', string(tool.provider)],
    ['tool_name', string(tool.tool_name)],
    ['kwargs', kwargs],
  ])
}

/** The arguments as they are matched and recorded: with one constant for every secret, so that OGX gives them the same key. */
export function keptArguments({ redaction }: ExchangeContext, { kwargs }: ToolCall): JsonNode {
  const node = jsonOf(kwargs, 'kwargs')
  const redactor = redaction.current()
  if (redactor === null) return node
  return mapStrings(redactJson(node, '/request/kwargs', redactor), withConstants)
}

/** Whether a recorded response is what a tool threw. */
export function isException(response: JsonObject): boolean {
  const failed = member(response, 'is_exception')
  return failed?.kind === 'literal' && failed.value === true
}
