import type { IdField } from './dialect.ts'
import { idFields } from './fields.ts'
import { TOOL_CALL_PREFIXES } from './tool-call-prefixes.ts'

// openai `resources/responses/responses`, and real answers; the first stands for the ids of servers that have no prefix.
const ITEM_PREFIXES: readonly string[] = [
  'item_',
  'msg_',
  'rs_',
  'fc_',
  'fco_',
  'ctc_',
  'ctco_',
  'ws_',
  'fs_',
  'ci_',
  'ig_',
  'mcp_',
  'mcpl_',
  'mcpr_',
  'mcpa_',
  'cu_',
  'cuo_',
  'cmp_',
  'lsh_',
  'lsho_',
  'sh_',
  'sho_',
  'apc_',
  'apco_',
  'tsc_',
  'tso_',
  // xAI's web search.
  'call_',
]
const CONTAINER: readonly string[] = ['cntr_']
const FILE: readonly string[] = ['file-', 'cfile_', 'file_']
const RESPONSE: readonly string[] = ['resp_', 'gen-']

/** Ids of a response where it stands in this place: `''`, or `response.` inside an event. */
export function responseIds(place: string): IdField[] {
  return [
    ...idFields([place], {
      id: RESPONSE,
      previous_response_id: RESPONSE,
      conversation: ['conv_'],
      'conversation.id': ['conv_'],
      'tools[].container': CONTAINER,
      'tools[].container.file_ids[]': FILE,
      'tools[].environment.container_id': CONTAINER,
      'tools[].vector_store_ids[]': ['vs_'],
      'instructions[].content[].file_id': FILE,
      'prompt.variables.*.file_id': FILE,
    }),
    ...itemIds(`${place}output[].`),
  ]
}

/** Ids of an item of a response or of a conversation. */
export function itemIds(place: string): IdField[] {
  return [
    ...idFields([place], {
      id: ITEM_PREFIXES,
      call_id: TOOL_CALL_PREFIXES,
      'caller.caller_id': TOOL_CALL_PREFIXES,
      approval_request_id: ['mcpr_'],
      container_id: CONTAINER,
      'environment.container_id': CONTAINER,
      'pending_safety_checks[].id': ['cu_sc_'],
      'acknowledged_safety_checks[].id': ['cu_sc_'],
      'results[].file_id': FILE,
      'output.file_id': FILE,
      'output[].file_id': FILE,
    }),
    ...partIds(`${place}content[].`),
  ]
}

/** Ids of the events of a stream. */
export function responseEventIds(): IdField[] {
  return [
    ...idFields([''], { item_id: ITEM_PREFIXES, response_id: RESPONSE }),
    ...responseIds('response.'),
    ...itemIds('item.'),
    ...partIds('part.'),
    ...idFields(['annotation.'], { file_id: FILE, container_id: CONTAINER }),
  ]
}

function partIds(place: string): IdField[] {
  return [
    ...idFields([place], { file_id: FILE }),
    ...idFields([`${place}annotations[].`], { file_id: FILE, container_id: CONTAINER }),
  ]
}
