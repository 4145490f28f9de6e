import { textOfContent } from './content-parts.ts'
import { disassembleMessage } from './anthropic-messages-disassembly.ts'
import { chunkIndex } from './chunk-index.ts'
import type { Assembly } from './dialect.ts'
import {
  copyOf,
  copyRecord,
  inIndexOrder,
  isArray,
  isRecord,
  mergeDelta,
  restateField,
  without,
} from './merge-delta.ts'
import { parseToolInput } from './tool-input.ts'

type Fields = Record<string, unknown>

const EVENTS: ReadonlySet<unknown> = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
])

/**
 * Events of a streamed message.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export const anthropicMessagesAssembly: Assembly = {
  isChunk: (value) => isRecord(value) && EVENTS.has(value['type']),
  textOf: textOfMessage,
  assemble: assembleMessage,
  isWhole: isWholeMessage,
  disassemble: (whole) => (isRecord(whole) ? disassembleMessage(copyRecord(whole)) : []),
}

interface OpenBlock {
  readonly block: Fields
  /** The JSON of a tool's input so far. */
  json: string
}

function isWholeMessage(value: unknown): boolean {
  return isRecord(value) && value['type'] === 'message' && isArray(value['content'])
}

function textOfMessage(value: unknown): string {
  if (!isRecord(value)) return ''
  const delta = value['type'] === 'content_block_delta' ? value['delta'] : undefined
  if (isRecord(delta)) return typeof delta['text'] === 'string' ? delta['text'] : ''
  return isWholeMessage(value) ? textOfContent(value['content']) : ''
}

function assembleMessage(events: readonly unknown[]): Fields {
  let message: Fields = {}
  const blocks = new Map<number, OpenBlock>()
  let error: Fields | undefined
  for (const event of events) {
    if (!isRecord(event)) continue
    if (event['type'] === 'message_start' && isRecord(event['message'])) {
      message = copyRecord(event['message'])
    }
    if (event['type'] === 'message_delta') endMessage(message, event)
    else if (event['type'] === 'error') error = event
    else if (event['type'] === 'content_block_start') {
      const block = isRecord(event['content_block']) ? copyRecord(event['content_block']) : {}
      blocks.set(indexOf(event), { block, json: '' })
    } else if (event['type'] === 'content_block_delta' && isRecord(event['delta'])) {
      addDelta(blocks, indexOf(event), event['delta'])
    }
  }
  // An error before the message is what the API answers without streaming too.
  if (error !== undefined && Object.keys(message).length === 0 && blocks.size === 0) {
    return copyRecord(error)
  }
  const content = isArray(message['content']) ? message['content'] : []
  message['content'] = [...content, ...inIndexOrder(blocks).map(closeBlock)]
  if (error !== undefined) message['error'] = copyOf(error['error'])
  return message
}

function indexOf(event: Fields): number {
  return chunkIndex(event['index'])
}

/** What ends a message stands in `delta`, in `usage` (totals, which replace the first ones), or beside both. */
function endMessage(message: Fields, event: Fields): void {
  const { delta, usage, ...beside } = without(event, ['type'])
  const fields = isRecord(delta) ? { ...delta, ...beside } : beside
  for (const [key, value] of Object.entries(fields)) restateField(message, key, value)
  if (usage !== undefined) restateField(message, 'usage', usage)
}

function addDelta(blocks: Map<number, OpenBlock>, index: number, delta: Fields): void {
  const known = blocks.get(index)
  const open = known ?? { block: openedBy(delta), json: '' }
  if (known === undefined) blocks.set(index, open)
  const { type, ...fields } = delta
  const { block } = open
  if (type === 'input_json_delta') open.json += textOf(delta['partial_json'])
  else if (type === 'signature_delta') block['signature'] = delta['signature']
  else if (type === 'citations_delta') {
    const citations: unknown[] = Array.isArray(block['citations']) ? block['citations'] : []
    citations.push(copyOf(delta['citation']))
    block['citations'] = citations
  } else mergeDelta(block, fields)
}

/** For a stream without the block's start: what kind of block has such deltas. */
function openedBy(delta: Fields): Fields {
  const kind = /^(text|thinking|input_json)_delta$/.exec(textOf(delta['type']))?.[1]
  if (kind === undefined) return {}
  return kind === 'input_json' ? { type: 'tool_use' } : { type: kind, [kind]: '' }
}

/** Some tools' blocks have their input in the start already; then no delta follows. */
function closeBlock({ block, json }: OpenBlock): Fields {
  return json === '' ? block : { ...block, input: parseToolInput(json) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
