import { findOpen } from './chunk-index.ts'
import { copyRecord, isRecord, mergeDelta } from './merge-delta.ts'

/** Adds a chunk's `delta.tool_calls` to the calls put together so far; their `index` is kept to find them by. */
export function addToolCallDeltas(
  calls: Record<string, unknown>[],
  deltas: readonly unknown[],
): void {
  for (const delta of deltas) {
    if (!isRecord(delta)) continue
    const open = findOpen(calls, (call) => isContinuedBy(call, delta))
    if (open === undefined) calls.push(copyRecord(delta))
    else mergeDelta(open, delta)
  }
}

/**
 * Gemini's endpoint for OpenAI clients gives every parallel call index 0, and some servers give no index: then another id
 * with a name of its own is another call. Another id alone is not (older vLLM mints one a delta).
 */
function isContinuedBy(call: Record<string, unknown>, delta: Record<string, unknown>): boolean {
  if (isNamed(delta) && isText(call['id']) && isText(delta['id']) && call['id'] !== delta['id']) {
    return false
  }
  if (typeof delta['index'] === 'number') return call['index'] === delta['index']
  return isText(delta['id']) ? call['id'] === delta['id'] : !isNamed(delta)
}

function isNamed(delta: Record<string, unknown>): boolean {
  const tool = delta['function'] ?? delta['custom']
  return isRecord(tool) && isText(tool['name'])
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
