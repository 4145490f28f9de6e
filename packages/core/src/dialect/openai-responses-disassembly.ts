import { isArray, isRecord, recordsOf, without } from './merge-delta.ts'

type Fields = Record<string, unknown>

/** What the final event of a response in this status is called; a response that goes on has none. */
const FINAL: Readonly<Record<string, string>> = {
  completed: 'response.completed',
  failed: 'response.failed',
  incomplete: 'response.incomplete',
  cancelled: 'response.incomplete',
  queued: 'response.queued',
  in_progress: 'response.in_progress',
}

/** What an item's text is called in events, and the field that has it. */
const TEXTS: Readonly<Record<string, { readonly subject: string; readonly field: string }>> = {
  output_text: { subject: 'output_text', field: 'text' },
  refusal: { subject: 'refusal', field: 'refusal' },
  reasoning_text: { subject: 'reasoning_text', field: 'text' },
  summary_text: { subject: 'reasoning_summary_text', field: 'text' },
  function_call: { subject: 'function_call_arguments', field: 'arguments' },
  mcp_call: { subject: 'mcp_call_arguments', field: 'arguments' },
  custom_tool_call: { subject: 'custom_tool_call_input', field: 'input' },
  code_interpreter_call: { subject: 'code_interpreter_call_code', field: 'code' },
}

/** The states that tools run through before they are done, by the type of their items. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  web_search_call: ['in_progress', 'searching'],
  file_search_call: ['in_progress', 'searching'],
  image_generation_call: ['in_progress', 'generating'],
  code_interpreter_call: ['in_progress'],
  mcp_call: ['in_progress'],
  mcp_list_tools: ['in_progress'],
}

type Emit = (type: string, fields: Fields) => void

/**
 * The events of a stream that says this response, in the order of the API. OpenAI's `responses.stream()` throws at types
 * that it doesn't know, so items of other kinds are only added and done.
 */
export function disassembleResponse(response: Fields): Fields[] {
  const events: Fields[] = []
  const emit: Emit = (type, fields) => {
    events.push({ type, sequence_number: events.length, ...fields })
  }
  const opened = openedResponse(response)
  emit('response.created', { response: opened })
  emit('response.in_progress', { response: opened })
  const output = isArray(response['output']) ? response['output'] : []
  output.forEach((item, index) => {
    if (isRecord(item)) emitItem(emit, item, index)
  })
  emit(ownValue(FINAL, response['status']) ?? 'response.completed', { response })
  return events
}

/** Of a table by a name that anybody may have written, `constructor` for instance. */
function ownValue<Value>(table: Readonly<Record<string, Value>>, name: unknown): Value | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined
}

function openedResponse(response: Fields): Fields {
  const opened: Fields = {
    ...without(response, ['output_text']),
    status: 'in_progress',
    output: [],
  }
  for (const key of ['usage', 'completed_at', 'error', 'incomplete_details']) {
    if (key in opened) opened[key] = null
  }
  return opened
}

function emitItem(emit: Emit, item: Fields, index: number): void {
  const type = typeof item['type'] === 'string' ? item['type'] : ''
  const states = ownValue(STATES, type)
  const place = { output_index: index, ...('id' in item && { item_id: item['id'] }) }
  emit('response.output_item.added', { output_index: index, item: openedItem(item) })
  for (const state of states ?? []) emit(`response.${type}.${state}`, place)
  recordsOf(item['summary']).forEach((part, at) => {
    const where = { ...place, summary_index: at }
    emit('response.reasoning_summary_part.added', { ...where, part: openedPart(part) })
    emitText(emit, part, where)
    emit('response.reasoning_summary_part.done', { ...where, part })
  })
  if (type === 'message' || type === 'reasoning') {
    recordsOf(item['content']).forEach((part, at) => {
      const where = { ...place, content_index: at }
      emit('response.content_part.added', { ...where, part: openedPart(part) })
      emitText(emit, part, where)
      emit('response.content_part.done', { ...where, part })
    })
  }
  emitText(emit, item, place)
  if (type === 'code_interpreter_call') emit(`response.${type}.interpreting`, place)
  if (states !== undefined) {
    const isFailed =
      type.startsWith('mcp_') && (item['status'] === 'failed' || isRecord(item['error']))
    emit(`response.${type}.${isFailed ? 'failed' : 'completed'}`, place)
  }
  emit('response.output_item.done', { output_index: index, item })
}

function openedItem(item: Fields): Fields {
  const opened = openedPart(item)
  if ('status' in opened) opened['status'] = 'in_progress'
  if (item['type'] === 'message' || item['type'] === 'reasoning') {
    for (const key of ['content', 'summary']) if (isArray(opened[key])) opened[key] = []
  }
  return opened
}

/** A part or item before its text came. */
function openedPart(part: Fields): Fields {
  const opened = { ...part }
  const text = ownValue(TEXTS, part['type'])
  if (text !== undefined && typeof opened[text.field] === 'string') opened[text.field] = ''
  if (part['type'] === 'output_text') {
    for (const key of ['annotations', 'logprobs']) if (isArray(opened[key])) opened[key] = []
  }
  return opened
}

function emitText(emit: Emit, part: Fields, where: Fields): void {
  const text = ownValue(TEXTS, part['type'])
  const said = text === undefined ? undefined : part[text.field]
  if (text === undefined || typeof said !== 'string') return
  const { subject, field } = text
  const logprobs = subject === 'output_text' ? { logprobs: part['logprobs'] ?? [] } : {}
  if (said !== '') emit(`response.${subject}.delta`, { ...where, delta: said, ...logprobs })
  if (subject === 'output_text') {
    recordsOf(part['annotations']).forEach((annotation, at) => {
      const fields = { ...where, annotation_index: at, annotation }
      emit('response.output_text.annotation.added', fields)
    })
  }
  const name = subject === 'function_call_arguments' ? { name: part['name'] } : {}
  emit(`response.${subject}.done`, { ...where, ...name, [field]: said, ...logprobs })
}
