import { chunkIndex } from './chunk-index.ts'
import { disassembleCohereV1, disassembleCohereV2 } from './cohere-disassembly.ts'
import { textOfContent } from './content-parts.ts'
import type { Assembly } from './dialect.ts'
import {
  copyOf,
  copyRecord,
  inIndexOrder,
  isArray,
  isRecord,
  mergeDelta,
  recordsOf,
  restateField,
  without,
} from './merge-delta.ts'

type Fields = Record<string, unknown>

const V2_EVENTS =
  /^(?:message-(?:start|end)|content-(?:start|delta|end)|tool-plan-delta|tool-call-(?:start|delta|end)|citation-(?:start|end))$/

/**
 * Events of Cohere's chat, version 2 (`type`) and version 1 (`event_type`, as well on Bedrock).
 *
 * @see https://docs.cohere.com/v2/docs/streaming
 */
export const cohereAssembly: Assembly = {
  isChunk: (value) => isV2Event(value) || isV1Event(value),
  textOf: textOfCohere,
  assemble: (events) => (events.some(isV1Event) ? assembleV1(events) : assembleV2(events)),
  isWhole: (value) => isV2Whole(value) || isV1Whole(value),
  disassemble(whole) {
    if (!isRecord(whole)) return []
    const copy = copyRecord(whole)
    return isV2Whole(copy) ? disassembleCohereV2(copy, assembleV2) : disassembleCohereV1(copy)
  },
}

function isV2Event(value: unknown): boolean {
  return isRecord(value) && typeof value['type'] === 'string' && V2_EVENTS.test(value['type'])
}

function isV1Event(value: unknown): boolean {
  return isRecord(value) && typeof value['event_type'] === 'string' && 'is_finished' in value
}

function isV2Whole(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value['message']) || 'done' in value) return false
  return typeof value['finish_reason'] === 'string' && value['object'] === undefined
}

function isV1Whole(value: unknown): boolean {
  if (!isRecord(value)) return false
  if (typeof value['text'] === 'string') return typeof value['generation_id'] === 'string'
  return recordsOf(value['generations']).some(({ text }) => typeof text === 'string')
}

function textOfCohere(value: unknown): string {
  if (!isRecord(value)) return ''
  const holder = value['type'] === 'content-delta' ? value['delta'] : value
  const message = isRecord(holder) ? holder['message'] : undefined
  if (isRecord(message)) {
    const { content } = message
    return textOfContent(isRecord(content) ? [content] : content)
  }
  if (typeof value['text'] === 'string') {
    return value['event_type'] === 'stream-end' ? '' : value['text']
  }
  return recordsOf(value['generations'])
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('')
}

/** The last event has the whole answer; a stream that was cut before it is put together. */
function assembleV1(events: readonly unknown[]): Fields {
  const whole: Fields = {}
  for (const event of events) {
    if (!isRecord(event)) continue
    if (isRecord(event['response'])) return copyRecord(event['response'])
    const { text, citations, ...rest } = without(event, ['event_type', 'is_finished', 'index'])
    const isCounted = event['event_type'] === 'tool-calls-chunk'
    if (isCounted) continue
    mergeDelta(whole, {
      ...(text !== undefined && { text }),
      ...(isArray(citations) && { citations }),
    })
    for (const [key, value] of Object.entries(rest)) restateField(whole, key, value)
  }
  return whole
}

function assembleV2(events: readonly unknown[]): Fields {
  const whole: Fields = {}
  const message: Fields = {}
  const parts = { content: new Map<number, Fields>(), tool_calls: new Map<number, Fields>() }
  const citations: unknown[] = []
  for (const event of events) {
    if (!isRecord(event)) continue
    const { type, index, delta, logprobs, ...rest } = event
    const { message: said, ...beside } = isRecord(delta) ? delta : {}
    for (const [key, value] of Object.entries({ ...rest, ...beside }))
      restateField(whole, key, value)
    if (logprobs !== undefined) mergeDelta(whole, { logprobs: [logprobs] })
    if (!isRecord(said)) continue
    const { content, tool_calls: call, citations: citation, ...others } = said
    const at = chunkIndex(index)
    if (isRecord(content)) addPart(parts.content, at, content)
    if (isRecord(call)) addPart(parts.tool_calls, at, call)
    if (isRecord(citation)) citations.push(copyOf(citation))
    // The start has an empty one of everything, of which a whole answer keeps nothing.
    const lists = { content, tool_calls: call, citations: citation }
    const isOpening = type === 'message-start'
    for (const [key, value] of Object.entries(lists)) {
      const isEmptyList = isArray(value) && value.length === 0
      const isList = isArray(value) || value === null
      if (isList && !(isOpening && isEmptyList)) message[key] = copyOf(value)
    }
    mergeDelta(message, isOpening ? withoutEmpty(others) : others)
  }
  for (const [key, list] of Object.entries(parts)) {
    if (list.size > 0) message[key] = inIndexOrder(list)
  }
  if (citations.length > 0) message['citations'] = citations
  return { ...whole, message }
}

function addPart(parts: Map<number, Fields>, index: number, delta: Fields): void {
  const open = parts.get(index) ?? {}
  mergeDelta(open, delta)
  parts.set(index, open)
}

function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}
