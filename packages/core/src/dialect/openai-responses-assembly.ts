import { textOfContent } from './content-parts.ts'
import type { Assembly } from './dialect.ts'
import { copyRecord, isArray, isRecord, recordsOf } from './merge-delta.ts'
import { disassembleResponse } from './openai-responses-disassembly.ts'
import { createOutput } from './openai-responses-output.ts'

type Fields = Record<string, unknown>

const FINAL: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.failed',
  'response.incomplete',
])

/**
 * Events of the Responses API. The final event has the whole response; where it is missing (a stream that was cut) or leaves
 * the output out, the output is put together from the other events.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export const openaiResponsesAssembly: Assembly = {
  isChunk: isResponseEvent,
  textOf: textOfResponse,
  assemble: assembleResponse,
  isWhole: isWholeResponse,
  disassemble: (whole) => (isRecord(whole) ? disassembleResponse(copyRecord(whole)) : []),
}

function isResponseEvent(value: unknown): boolean {
  return (
    isRecord(value) && typeof value['type'] === 'string' && value['type'].startsWith('response.')
  )
}

function isWholeResponse(value: unknown): boolean {
  return isRecord(value) && value['object'] === 'response' && isArray(value['output'])
}

function textOfResponse(value: unknown): string {
  if (!isRecord(value)) return ''
  if (value['type'] === 'response.output_text.delta') {
    return typeof value['delta'] === 'string' ? value['delta'] : ''
  }
  if (!isWholeResponse(value)) return ''
  return recordsOf(value['output'])
    .map((item) => (item['type'] === 'message' ? textOfContent(item['content']) : ''))
    .join('')
}

function assembleResponse(events: readonly unknown[]): Fields {
  const output = createOutput()
  let stated: Fields | undefined
  let isFinal = false
  let error: Fields | undefined
  for (const event of events) {
    if (!isRecord(event)) continue
    if (isRecord(event['response']) && !isFinal) {
      stated = event['response']
      isFinal = FINAL.has(event['type'])
    } else if (event['type'] === 'error') error = event
    else output.add(event)
  }
  const whole = stated === undefined ? { object: 'response' } : copyRecord(stated)
  const items = output.items()
  const isLeftOut = !isArray(whole['output']) || whole['output'].length === 0
  if (items.length > 0 ? !isFinal || isLeftOut : isLeftOut) whole['output'] = items
  if (!isFinal && error !== undefined) whole['error'] ??= errorOf(error)
  return whole
}

/** The event says it beside its `type`, some gateways inside `error`. */
function errorOf(event: Fields): Fields {
  if (isRecord(event['error'])) return copyRecord(event['error'])
  return { code: event['code'] ?? null, message: event['message'] ?? null }
}
