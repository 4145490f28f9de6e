import { isArray, member, stringMember } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import type { RequestIdField } from './dialect.ts'
import { requestIdFields } from './fields.ts'

/** Ids that a request for a response carries. */
export function responseRequestIds(body: JsonNode | undefined): readonly RequestIdField[] {
  return [
    ...requestIdFields([''], 'reference', [
      'previous_response_id',
      'conversation',
      'conversation.id',
      'prompt.id',
      'prompt.variables.*.file_id',
      'tools[].container',
      'tools[].container.file_ids[]',
      'tools[].environment.container_id',
      'tools[].input_image_mask.file_id',
      'tools[].vector_store_ids[]',
    ]),
    ...itemRequestIds('input', member(body, 'input')),
  ]
}

/**
 * Ids of the items that a request carries under this name. What two of their fields say depends on the items' types, which
 * paths can't tell, so it is decided for all of a request's items: an `id` is repeated with its item, but for a reference it
 * is all there is; a `call_id` is repeated with its call, but an output for a call of an earlier response only points at it.
 */
export function itemRequestIds(name: string, list: JsonNode | undefined): RequestIdField[] {
  const items = isArray(list) ? list.items : []
  const refers = items.some((item) => isReference(item))
  const place = `${name}[].`
  return [
    { path: `${place}id`, role: refers ? 'reference' : 'definition' },
    { path: `${place}call_id`, role: definesItsCalls(items) ? 'definition' : 'link' },
    ...requestIdFields([place], 'definition', ['pending_safety_checks[].id']),
    ...requestIdFields([place], 'link', [
      'caller.caller_id',
      'approval_request_id',
      'acknowledged_safety_checks[].id',
    ]),
    ...requestIdFields([place], 'reference', [
      'container_id',
      'environment.container_id',
      'results[].file_id',
      'output.file_id',
      'output[].file_id',
      'content[].file_id',
      'content[].annotations[].file_id',
      'content[].annotations[].container_id',
    ]),
  ]
}

/** `type` may be left out of a reference (openai `ResponseInputItem.ItemReference`). */
function isReference(item: JsonNode): boolean {
  const type = stringMember(item, 'type')
  if (type === 'item_reference') return true
  return (
    type === undefined && member(item, 'id') !== undefined && member(item, 'role') === undefined
  )
}

function definesItsCalls(items: readonly JsonNode[]): boolean {
  const calls = new Set<string>()
  const outputs = new Set<string>()
  for (const item of items) {
    const callId = stringMember(item, 'call_id')
    if (callId === undefined) continue
    const isOutput = stringMember(item, 'type')?.endsWith('_output') === true
    ;(isOutput ? outputs : calls).add(callId)
  }
  return calls.size > 0 && [...outputs].every((callId) => calls.has(callId))
}
