import { chunkIndex } from './chunk-index.ts'
import { copyOf, copyRecord, inIndexOrder, isArray, isRecord, setField } from './merge-delta.ts'

type Fields = Record<string, unknown>

/** The items of a response while its events come in. */
export interface ResponseOutput {
  add(event: Fields): void
  items(): Fields[]
}

/** Where a kind of text stands: the field it continues, and the part or item that has the field. */
interface TextPlace {
  readonly field: string
  /** The list of parts, and the event's field that counts in it; absent where the item has the text itself. */
  readonly parts?: { readonly list: 'content' | 'summary'; readonly index: string }
  /** What the part or item is where nothing announced it. */
  readonly type: string
}

const CONTENT = { list: 'content', index: 'content_index' } as const
const SUMMARY = { list: 'summary', index: 'summary_index' } as const

const TEXTS: Readonly<Record<string, TextPlace>> = {
  output_text: { field: 'text', parts: CONTENT, type: 'output_text' },
  refusal: { field: 'refusal', parts: CONTENT, type: 'refusal' },
  reasoning_text: { field: 'text', parts: CONTENT, type: 'reasoning_text' },
  reasoning_summary_text: { field: 'text', parts: SUMMARY, type: 'summary_text' },
  function_call_arguments: { field: 'arguments', type: 'function_call' },
  mcp_call_arguments: { field: 'arguments', type: 'mcp_call' },
  custom_tool_call_input: { field: 'input', type: 'custom_tool_call' },
  code_interpreter_call_code: { field: 'code', type: 'code_interpreter_call' },
}

/**
 * Puts a response's output together from its events. A `done` event says again what the deltas said, so it only matters
 * where deltas are missing.
 */
export function createOutput(): ResponseOutput {
  const items = new Map<number, Fields>()

  function add(event: Fields): void {
    const match = /^response\.(\w+)\.(?:(\w+)\.)?(\w+)$/.exec(textOf(event['type']))
    const [, subject = '', detail, verb = ''] = match ?? []
    const index = chunkIndex(event['output_index'])
    if (subject === 'output_item' && isRecord(event['item'])) {
      items.set(index, copyRecord(event['item']))
    } else if (subject === 'content_part' || subject === 'reasoning_summary_part') {
      const place = subject === 'content_part' ? CONTENT : SUMMARY
      const type = place === SUMMARY || isReasoningPart(event['part']) ? 'reasoning' : 'message'
      const parts = partsOf(itemAt(index, event, type), place.list)
      parts[placeIn(parts, event[place.index])] = copyOf(event['part'])
    } else if (Object.hasOwn(TEXTS, subject)) {
      const place = TEXTS[subject]
      if (place !== undefined) addText(place, event, detail ?? verb)
    } else if (subject.endsWith('_call')) setStatus(items.get(index), subject, verb)
  }

  function addText(place: TextPlace, event: Fields, verb: string): void {
    const index = chunkIndex(event['output_index'])
    const { parts, field, type } = place
    const item = itemAt(index, event, parts === undefined ? type : ownerOf(type))
    const bearer = parts === undefined ? item : partAt(item, parts, { event, type, field })
    if (verb === 'delta') {
      bearer[field] = `${textOf(bearer[field])}${textOf(event['delta'])}`
      addLogprobs(bearer, event['logprobs'], 'continue')
    } else if (verb === 'done') {
      if (typeof event[field] === 'string') bearer[field] = event[field]
      addLogprobs(bearer, event['logprobs'], 'keep')
    } else if (verb === 'annotation') {
      const annotations: unknown[] = Array.isArray(bearer['annotations'])
        ? bearer['annotations']
        : []
      const at = event['annotation_index'] ?? annotations.length
      annotations[placeIn(annotations, at)] = copyOf(event['annotation'])
      bearer['annotations'] = annotations
    }
  }

  function itemAt(index: number, event: Fields, type: string): Fields {
    const known = items.get(index)
    if (known !== undefined) return known
    const id = event['item_id']
    const item: Fields = { ...(id !== undefined && { id }), type }
    if (type === 'message') Object.assign(item, { role: 'assistant', status: 'in_progress' })
    items.set(index, item)
    return item
  }

  return {
    add,
    items: () => inIndexOrder(items),
  }
}

function partAt(
  item: Fields,
  parts: NonNullable<TextPlace['parts']>,
  said: { readonly event: Fields; readonly type: string; readonly field: string },
): Fields {
  const list = partsOf(item, parts.list)
  const index = placeIn(list, said.event[parts.index])
  const known = list[index]
  if (isRecord(known)) return known
  const part: Fields = { type: said.type, [said.field]: '' }
  if (said.type === 'output_text') part['annotations'] = []
  list[index] = part
  return part
}

function partsOf(item: Fields, list: 'content' | 'summary'): unknown[] {
  const known = item[list]
  if (Array.isArray(known)) return known
  const parts: unknown[] = []
  item[list] = parts
  return parts
}

/** Where each index of a list stands that came before those below it. */
const places = new WeakMap<readonly unknown[], Map<number, number>>()

/** No list has holes: an index that nobody counted up to would make one that nothing can print. */
function placeIn(list: readonly unknown[], said: unknown): number {
  const index = chunkIndex(said)
  if (Number.isInteger(index) && index >= 0 && index <= list.length) return index
  const known = places.get(list) ?? new Map<number, number>()
  places.set(list, known)
  const place = known.get(index) ?? list.length
  known.set(index, place)
  return place
}

function ownerOf(partType: string): string {
  return partType === 'reasoning_text' || partType === 'summary_text' ? 'reasoning' : 'message'
}

function isReasoningPart(part: unknown): boolean {
  return isRecord(part) && part['type'] === 'reasoning_text'
}

function addLogprobs(part: Fields, logprobs: unknown, mode: 'continue' | 'keep'): void {
  if (!isArray(logprobs) || logprobs.length === 0) return
  const known: unknown[] = Array.isArray(part['logprobs']) ? part['logprobs'] : []
  if (mode === 'keep' && known.length > 0) return
  for (const item of logprobs) known.push(copyOf(item))
  part['logprobs'] = known
}

/** `response.web_search_call.searching`: the event's last word is the status of the item. */
function setStatus(item: Fields | undefined, subject: string, status: string): void {
  const isStatus = status !== 'partial_image' && status !== 'delta' && status !== 'done'
  if (item?.['type'] === subject && isStatus) setField(item, 'status', status)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
