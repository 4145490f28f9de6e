import { copyOf, copyRecord, isArray, isRecord, restate, restateField } from './merge-delta.ts'

/**
 * Adds to a message's `content`, which is text, or a list of parts, or (Mistral's reasoning models) one after the other: a
 * part that a later chunk gives of the same type continues the last one.
 *
 * @see https://docs.mistral.ai/capabilities/reasoning
 */
export function continueContent(known: unknown, value: unknown): unknown {
  if (known === undefined || known === null || known === '') {
    return known === '' ? (copyOf(value) ?? known) : restate(known, value)
  }
  if (value === undefined || value === null || value === '') return known
  if (typeof known === 'string' && typeof value === 'string') return known + value
  const parts = [...partsOf(known)]
  const [first, ...others] = partsOf(value)
  const last = parts.at(-1)
  if (isRecord(last) && isRecord(first) && isSameKind(last, first)) {
    parts[parts.length - 1] = joined(last, first)
  } else if (first !== undefined) parts.push(copyOf(first))
  return [...parts, ...others.map(copyOf)]
}

/** What a message says in words: without its reasoning, which is a part of another type. */
export function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content
  if (!isArray(content)) return ''
  return content
    .map((part) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('')
}

function partsOf(content: unknown): readonly unknown[] {
  if (isArray(content)) return content
  return [typeof content === 'string' ? { type: 'text', text: content } : content]
}

function isSameKind(last: Record<string, unknown>, next: Record<string, unknown>): boolean {
  return last['type'] === next['type'] && (isText(last, next) || isThinking(last, next))
}

function isText(...parts: readonly Record<string, unknown>[]): boolean {
  return parts.every((part) => part['type'] === 'text' && typeof part['text'] === 'string')
}

function isThinking(...parts: readonly Record<string, unknown>[]): boolean {
  return parts.every((part) => part['type'] === 'thinking' && part['thinking'] !== undefined)
}

function joined(
  last: Record<string, unknown>,
  next: Record<string, unknown>,
): Record<string, unknown> {
  const whole = copyRecord(last)
  for (const [key, value] of Object.entries(next)) {
    if (key === 'text' || key === 'thinking') whole[key] = continueContent(whole[key], value)
    else restateField(whole, key, value)
  }
  return whole
}
