import type { IdField, RequestIdField } from './dialect.ts'
import { idFields, requestIdFields } from './fields.ts'

// @anthropic-ai/sdk `resources/beta/messages/messages`: calls of the program's tools, of Anthropic's, and of MCP servers'.
const TOOL_USE: readonly string[] = ['toolu_', 'srvtoolu_', 'mcptoolu_', 'call_']
const FILE: readonly string[] = ['file_']
const MESSAGE: readonly string[] = ['msg_']
const CONTAINER: readonly string[] = ['container_']

/** Ids of a message where it stands in this place: `''`, or `message.` inside an event. */
export function messageIds(place: string): IdField[] {
  return [
    ...idFields([place], { id: MESSAGE, 'container.id': CONTAINER }),
    ...blockIds(`${place}content[].`),
  ]
}

/** Ids of the events of a stream. */
export function messageEventIds(): IdField[] {
  return [
    ...messageIds('message.'),
    ...blockIds('content_block.'),
    ...idFields([''], {
      'delta.container.id': CONTAINER,
      'delta.citation.file_id': FILE,
      request_id: ['req_'],
    }),
  ]
}

function blockIds(place: string): IdField[] {
  return idFields([place], {
    id: TOOL_USE,
    tool_use_id: TOOL_USE,
    'caller.tool_id': TOOL_USE,
    // A container upload, and the files that code left behind.
    file_id: FILE,
    'content.content[].file_id': FILE,
    'citations[].file_id': FILE,
  })
}

/** Ids that a request for a message carries, where it stands in this place. */
export function messageRequestIds(place: string): RequestIdField[] {
  const block = `${place}messages[].content[].`
  return [
    ...requestIdFields([block], 'definition', ['id']),
    ...requestIdFields([block], 'link', ['tool_use_id', 'caller.tool_id']),
    ...requestIdFields([block, `${block}content[].`], 'reference', ['source.file_id']),
    ...requestIdFields([block], 'reference', [
      'file_id',
      'content.content[].file_id',
      'citations[].file_id',
    ]),
    ...requestIdFields([place], 'reference', [
      'container',
      'container.id',
      'previous_message_id',
      'system[].citations[].file_id',
    ]),
    ...requestIdFields([place], 'link', ['diagnostics.previous_message_id']),
  ]
}

/** Whoever resells Claude puts a mark into its ids: `msg_bdrk_01…` is Bedrock's, `toolu_vrtx_01…` Vertex's. */
export function withMark(mark: string, fields: readonly IdField[]): IdField[] {
  return fields.map((field) => ({
    ...field,
    prefixes: field.prefixes.flatMap((prefix) => [prefix + mark, prefix]),
  }))
}
