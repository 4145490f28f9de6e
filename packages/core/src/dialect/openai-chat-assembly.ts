import {
  assembleChoices,
  continueLogprobs,
  continueOrRestate,
  firstChoice,
} from './assemble-choices.ts'
import { continueContent, textOfContent } from './content-parts.ts'
import type { Assembly } from './dialect.ts'
import {
  copyOf,
  copyRecord,
  isArray,
  isRecord,
  mergeDelta,
  ownField,
  recordsOf,
  restateField,
  setField,
  without,
} from './merge-delta.ts'
import { disassembleChat } from './openai-chat-disassembly.ts'
import { addToolCallDeltas } from './tool-call-deltas.ts'

type Fields = Record<string, unknown>

/**
 * Chunks of a chat completion. The SDKs' accumulators are no model for it: they replace deltas they don't know
 * (`reasoning_content`), and OpenAI's up to 6.49 doubles the first chunk's logprobs and refuses custom tools.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming/streaming
 */
export const openaiChatAssembly: Assembly = {
  isChunk: isChatChunk,
  textOf: textOfChat,
  assemble: assembleChat,
  isWhole: isWholeChat,
  disassemble: disassembleWholeChat,
}

interface OpenChoice {
  /** What the choice says beside its message. */
  readonly rest: Fields
  readonly message: Fields
  readonly toolCalls: Fields[]
  /** Whether any delta said anything: a prompt that Azure refuses has a choice without a message. */
  hasMessage: boolean
  /** The message as the provider itself puts it together (Perplexity), with the delta beside it. */
  stated: Fields | undefined
}

function isChatChunk(value: unknown): boolean {
  if (!isRecord(value)) return false
  if (value['object'] === 'chat.completion.chunk') return true
  const choices = recordsOf(value['choices'])
  if (value['object'] === 'chat.completion') {
    return choices.some((choice) => isRecord(choice['delta']) && choice['finish_reason'] === null)
  }
  const isUnnamed = value['object'] === undefined || value['object'] === ''
  return isUnnamed && choices.some((choice) => isRecord(choice['delta']))
}

function isWholeChat(value: unknown): boolean {
  if (!isRecord(value) || !isArray(value['choices'])) return false
  if (value['object'] === 'chat.completion') return true
  const isOllamaOrCompletion = value['object'] !== undefined || value['done'] !== undefined
  return !isOllamaOrCompletion && recordsOf(value['choices']).some((it) => isRecord(it['message']))
}

function textOfChat(value: unknown): string {
  const choice = firstChoice(value)
  const part = choice?.['delta'] ?? choice?.['message']
  return isRecord(part) ? textOfContent(part['content']) : ''
}

function assembleChat(chunks: readonly unknown[]): Fields {
  return assembleChoices<OpenChoice>(chunks, {
    open: () => ({ rest: {}, message: {}, toolCalls: [], hasMessage: false, stated: undefined }),
    add: addChoice,
    close: closeChoice,
    restateTop,
  })
}

function restateTop(whole: Fields, key: string, value: unknown): void {
  if (key === 'object') whole[key] = value === undefined ? value : 'chat.completion'
  // Azure's chunks about content filters have `created: 0`, which is no time.
  else if (key !== 'created' || value !== 0 || whole[key] === undefined)
    restateField(whole, key, value)
}

function addChoice(open: OpenChoice, choice: Fields): void {
  if (isRecord(choice['message'])) open.stated = statedBy(choice)
  if (isRecord(choice['delta'])) addDelta(open, choice['delta'])
  for (const [key, value] of Object.entries(choice)) {
    if (key === 'logprobs') setField(open.rest, key, continueLogprobs(open.rest['logprobs'], value))
    else if (key !== 'delta' && !(key === 'message' && isRecord(value))) {
      setField(open.rest, key, continueOrRestate(ownField(open.rest, key), value))
    }
  }
}

function statedBy(choice: Fields): Fields {
  const delta = choice['delta']
  const isSaying = isRecord(delta) && Object.keys(delta).length > 0
  return { ...(isSaying && { delta: copyOf(delta) }), message: copyOf(choice['message']) }
}

function addDelta(open: OpenChoice, delta: Fields): void {
  const { message } = open
  if (Object.keys(delta).length > 0) open.hasMessage = true
  if ('content' in delta) {
    message['content'] = continueContent(message['content'], delta['content'])
  }
  if (isArray(delta['tool_calls'])) {
    message['tool_calls'] = open.toolCalls
    addToolCallDeltas(open.toolCalls, delta['tool_calls'])
  } else if ('tool_calls' in delta) message['tool_calls'] ??= null
  mergeDelta(message, without(delta, ['content', 'tool_calls']))
}

function closeChoice(open: OpenChoice): Fields {
  if (open.stated !== undefined) return { ...open.rest, ...open.stated }
  if (!open.hasMessage) return open.rest
  const { message } = open
  const finished = { role: 'assistant', content: null, ...message }
  if (isArray(message['tool_calls'])) {
    // The index only tells which call a delta belongs to; whole answers have none.
    const calls = open.toolCalls.map((call) => without(call, ['index']))
    Object.assign(finished, { tool_calls: calls })
  }
  const { index, ...rest } = open.rest
  return { ...(index !== undefined && { index }), message: finished, ...rest }
}

function disassembleWholeChat(whole: unknown): unknown[] {
  return isRecord(whole) ? disassembleChat(copyRecord(whole), assembleChat) : []
}
