import {
  assembleChoices,
  continueLogprobs,
  continueOrRestate,
  firstChoice,
} from './assemble-choices.ts'
import type { Assembly } from './dialect.ts'
import {
  copyRecord,
  isArray,
  isRecord,
  ownField,
  recordsOf,
  setField,
  without,
} from './merge-delta.ts'

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
  return assembleChoices<Fields>(chunks, {
    open: () => ({}),
    add: addChoice,
    close: (choice) => choice,
  })
}

function addChoice(open: Fields, choice: Fields): void {
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
