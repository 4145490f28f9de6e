import type { Assembly } from './dialect.ts'
import {
  copyRecord,
  inIndexOrder,
  isArray,
  isRecord,
  ownField,
  PADDING,
  recordsOf,
  restateField,
  setField,
  without,
} from './merge-delta.ts'
import { continueLogprobs, continueOrRestate, firstChoice } from './openai-chat-assembly.ts'

type Fields = Record<string, unknown>

/**
 * Chunks of a legacy text completion, which look like the whole answer: only the texts and their log probabilities are to
 * be joined.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 */
export const openaiCompletionsAssembly: Assembly = {
  isChunk: isTextCompletion,
  textOf: textOfCompletion,
  assemble: assembleCompletion,
  isWhole: isTextCompletion,
  disassemble: disassembleCompletion,
}

function isTextCompletion(value: unknown): boolean {
  if (!isRecord(value) || !isArray(value['choices'])) return false
  const { object } = value
  // Together's name for it has a dot; Writer's answers have none.
  if (object === 'text_completion' || object === 'text.completion') return true
  return object === undefined && recordsOf(value['choices']).some(hasText)
}

function hasText(choice: Fields): boolean {
  return typeof choice['text'] === 'string'
}

function textOfCompletion(value: unknown): string {
  const text = firstChoice(value)?.['text']
  return typeof text === 'string' ? text : ''
}

function assembleCompletion(chunks: readonly unknown[]): Fields {
  const whole: Fields = {}
  const choices = new Map<number, Fields>()
  for (const chunk of chunks) {
    if (!isRecord(chunk)) continue
    for (const [key, value] of Object.entries(chunk)) {
      if (key === 'choices') {
        whole[key] ??= []
        if (isArray(value)) value.forEach((choice, at) => addChoice(choices, choice, at))
      } else if (!PADDING.includes(key)) restateField(whole, key, value)
    }
  }
  if (isArray(whole['choices'])) whole['choices'] = inIndexOrder(choices)
  return whole
}

function addChoice(choices: Map<number, Fields>, choice: unknown, position: number): void {
  if (!isRecord(choice)) return
  const index = typeof choice['index'] === 'number' ? choice['index'] : position
  const open = choices.get(index) ?? {}
  choices.set(index, open)
  for (const [key, value] of Object.entries(choice)) {
    const known = ownField(open, key)
    const isText = key === 'text' && typeof known === 'string' && typeof value === 'string'
    if (isText) open[key] = known + value
    else if (key === 'logprobs') open[key] = continueLogprobs(known, value)
    else setField(open, key, continueOrRestate(known, value))
  }
}

/** The texts, then how each ended, then the usage. */
function disassembleCompletion(whole: unknown): unknown[] {
  if (!isRecord(whole)) return []
  const { usage, ...head } = copyRecord(whole)
  if (usage !== undefined && !isRecord(usage)) head['usage'] = usage
  const choices = recordsOf(head['choices'])
  const texts = choices.map((choice) => ({
    ...choice,
    ...('finish_reason' in choice && { finish_reason: null }),
  }))
  const ends = choices.map((choice) => ({
    ...('index' in choice && { index: choice['index'] }),
    ...(hasText(choice) && { text: '' }),
    ...('logprobs' in choice && { logprobs: null }),
    ...('finish_reason' in choice && { finish_reason: choice['finish_reason'] }),
  }))
  const parts = [texts, ends].filter((part) => part.length > 0)
  const stream: Fields[] = parts.map((part) => ({ ...without(head, ['choices']), choices: part }))
  if (isRecord(usage)) stream.push({ ...head, choices: [], usage })
  return stream.length > 0 ? stream : [head]
}
