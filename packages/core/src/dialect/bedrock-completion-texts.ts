import type { Assembly } from './dialect.ts'
import { copyOf, isArray, isRecord, ownField, recordsOf, restate, setField } from './merge-delta.ts'

type Fields = Record<string, unknown>

/** The lists that texts stand in: Mistral's `outputs`, DeepSeek's and Pixtral's `choices`, Cohere's `generations`. */
const LISTS = ['outputs', 'choices', 'generations']
/** The texts: Llama's `generation`, Claude 2's `completion`, and what an element of a list has. */
const TEXTS = ['generation', 'completion', 'text', 'content']

/**
 * Providers of InvokeModel whose chunks are the whole answer a piece of text at a time, so that one chunk can say all of it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 */
export const completionTexts: Assembly = {
  isChunk: hasTexts,
  textOf: textIn,
  assemble: (chunks) => {
    const whole: Fields = {}
    for (const chunk of chunks) if (isRecord(chunk)) addTexts(whole, chunk)
    return whole
  },
  isWhole: (value) => hasTexts(value) && isRecord(value) && !('is_finished' in value),
  disassemble: (whole) => [copyOf(whole)],
}

function hasTexts(value: unknown): boolean {
  if (!isRecord(value) || value['object'] !== undefined) return false
  if (typeof value['generation'] === 'string' || typeof value['completion'] === 'string')
    return true
  return LISTS.some((list) => {
    return recordsOf(value[list]).some((part) => 'text' in part || isRecord(part['message']))
  })
}

function textIn(value: unknown): string {
  if (!isRecord(value)) return ''
  const own = TEXTS.map((key) => value[key]).filter((text) => typeof text === 'string')
  const parts = LISTS.flatMap((list) => recordsOf(value[list]))
  return [...own, ...parts.map((part) => textIn(part['message'] ?? part))].join('')
}

/** The parts of a list are told apart by their place: only some have an index. */
function addTexts(whole: Fields, delta: Fields): void {
  for (const [key, value] of Object.entries(delta)) {
    const known = ownField(whole, key)
    if (TEXTS.includes(key) && typeof known === 'string' && typeof value === 'string') {
      whole[key] = known + value
    } else if (LISTS.includes(key) && isArray(known) && isArray(value)) addParts(known, value)
    else if (isRecord(known) && isRecord(value)) addTexts(known, value)
    else setField(whole, key, restate(known, value))
  }
}

function addParts(known: readonly unknown[], parts: readonly unknown[]): void {
  parts.forEach((part, at) => {
    const open = known[at]
    if (isRecord(open) && isRecord(part)) addTexts(open, part)
  })
}
