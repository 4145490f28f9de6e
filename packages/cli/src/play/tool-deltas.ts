import { isRecord } from './played-recording.ts'

/** What a chunk says of a tool's call. */
export interface ToolDelta {
  /** Where a call starts. */
  readonly name?: string | undefined
  /** Arguments as they come: a piece of JSON. */
  readonly input?: string | undefined
}

/** Members that hold a call, or calls, and nothing else. */
const CALLS: ReadonlySet<string> = new Set([
  'tool_calls',
  'tool_call_delta',
  'function_call',
  'functionCall',
  'toolUse',
])

/** What an object that is a call says of itself (Anthropic, Responses, Interactions). */
const CALL_TYPE = /(?:^|_)(?:tool_use|call)$/

const INPUTS: ReadonlySet<string> = new Set(['arguments', 'args', 'input', 'parameters'])

/**
 * The tool calls in a chunk, by the fields that the known APIs have for them. Events that only repeat what others said give
 * none.
 */
export function toolDeltasOf(chunk: unknown): ToolDelta[] {
  if (!isRecord(chunk)) return []
  const type = String(chunk['type'])
  if (!type.startsWith('response.')) return callsIn(chunk)
  if (type === 'response.output_item.added') return callsIn(chunk['item'])
  const isInput = /(?:arguments|call_input)\.delta$/.test(type)
  return isInput && typeof chunk['delta'] === 'string' ? [{ input: chunk['delta'] }] : []
}

/** Whether a chunk is an error that came in place of an answer. */
export function isErrorChunk(chunk: unknown): boolean {
  if (!isRecord(chunk)) return false
  return chunk['type'] === 'error' || isRecord(chunk['error']) || typeof chunk['error'] === 'string'
}

function callsIn(value: unknown): ToolDelta[] {
  if (Array.isArray(value)) return value.flatMap(callsIn)
  if (!isRecord(value)) return []
  if (CALL_TYPE.test(String(value['type']))) return callOf(value)
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === 'partial_json' && typeof part === 'string') return [{ input: part }]
    return CALLS.has(key) ? [part].flat().flatMap(callOf) : callsIn(part)
  })
}

/** One call; what some APIs put inside (`function`, `custom`) is part of it. */
function callOf(call: unknown): ToolDelta[] {
  if (!isRecord(call)) return []
  const inner = call['function'] ?? call['custom']
  const fields = isRecord(inner) ? inner : call
  const name = fields['name']
  const input = Object.entries(fields).find(([key]) => INPUTS.has(key))?.[1]
  const delta: ToolDelta = {
    name: typeof name === 'string' && name !== '' ? name : undefined,
    input: inputText(input),
  }
  return delta.name === undefined && delta.input === undefined ? [] : [delta]
}

/** Whole arguments come as an object; an empty one announces pieces (Anthropic). */
function inputText(input: unknown): string | undefined {
  if (typeof input === 'string') return input === '' ? undefined : input
  return isRecord(input) && Object.keys(input).length > 0 ? JSON.stringify(input) : undefined
}
