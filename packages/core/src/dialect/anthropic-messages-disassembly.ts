import { isArray, isRecord, without } from './merge-delta.ts'
import { printToolInput } from './tool-input.ts'

type Fields = Record<string, unknown>

/** Totals that are only known at the end. */
const END_OF_USAGE = ['server_tool_use', 'output_tokens_details', 'iterations', 'fallback_credit']
/** What `message_delta` says in its `delta`. */
const END_OF_MESSAGE = ['stop_reason', 'stop_sequence', 'stop_details', 'container']
/** What `message_delta` says beside its `delta`. */
const BESIDE_DELTA = ['context_management', 'input_transformations']

/** The events of a stream that says this message. */
export function disassembleMessage(message: Fields): Fields[] {
  const content = isArray(message['content']) ? message['content'] : []
  return [
    { type: 'message_start', message: openedMessage(message) },
    ...content.flatMap((block, index) => (isRecord(block) ? eventsOfBlock(block, index) : [])),
    {
      type: 'message_delta',
      delta: pick(message, END_OF_MESSAGE),
      ...pick(message, BESIDE_DELTA),
      ...(isRecord(message['usage']) && { usage: endOfUsage(message['usage']) }),
    },
    { type: 'message_stop' },
  ]
}

function openedMessage(message: Fields): Fields {
  const opened = { ...without(message, BESIDE_DELTA), content: [] as unknown[] } as Fields
  for (const key of END_OF_MESSAGE) if (key in opened) opened[key] = null
  const { usage } = message
  if (!isRecord(usage)) return opened
  const counted = without(usage, END_OF_USAGE)
  // Clients that add both counts up must come to the whole one.
  if (typeof usage['output_tokens'] === 'number') counted['output_tokens'] = 0
  return { ...opened, usage: counted }
}

function endOfUsage(usage: Fields): Fields {
  return pick(usage, [
    'input_tokens',
    'cache_creation_input_tokens',
    'cache_read_input_tokens',
    'output_tokens',
    ...END_OF_USAGE,
  ])
}

function pick(record: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(
    keys.filter((key) => Object.hasOwn(record, key)).map((key) => [key, record[key]]),
  )
}

function eventsOfBlock(block: Fields, index: number): Fields[] {
  const { opened, deltas } = dividedBlock(block)
  return [
    { type: 'content_block_start', index, content_block: opened },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

/** What a block starts with, and what comes after. A kind without deltas (a search's result) is whole in its start. */
function dividedBlock(block: Fields): { readonly opened: Fields; readonly deltas: Fields[] } {
  const opened = { ...block }
  const deltas: Fields[] = []
  if (block['type'] === 'text' && typeof block['text'] === 'string') {
    opened['text'] = ''
    if (block['text'] !== '') deltas.push({ type: 'text_delta', text: block['text'] })
    if (isArray(block['citations'])) {
      opened['citations'] = []
      deltas.push(...block['citations'].map((citation) => ({ type: 'citations_delta', citation })))
    }
  } else if (block['type'] === 'thinking' && typeof block['thinking'] === 'string') {
    opened['thinking'] = ''
    if (block['thinking'] !== '') {
      deltas.push({ type: 'thinking_delta', thinking: block['thinking'] })
    }
    if (typeof block['signature'] === 'string' && block['signature'] !== '') {
      opened['signature'] = ''
      deltas.push({ type: 'signature_delta', signature: block['signature'] })
    }
  } else if (isRecord(block['input']) && Object.keys(block['input']).length > 0) {
    const json = printToolInput(block['input'])
    if (json !== undefined) {
      opened['input'] = {}
      deltas.push({ type: 'input_json_delta', partial_json: json })
    }
  }
  return { opened, deltas }
}
