import { textsOf } from './body-documents.ts'

/** A placeholder of redaction, as it stands in text and in addresses. */
const PLACEHOLDER = /(<[A-Za-z_][\w.-]{0,63}>|%3C[A-Za-z_][\w.-]{0,63}%3E)/

/**
 * The placeholders that a replay has in place of what the program saw while it recorded; undefined where the two differ in
 * anything else. A stream must divide into the same frames.
 */
export function redactedSpans(seen: Buffer, replayed: Buffer): string[] | undefined {
  if (seen.equals(replayed)) return []
  const [originals, texts] = [textsOf(seen), textsOf(replayed)]
  if (originals.length !== texts.length) return undefined
  const spans: string[] = []
  for (const [index, text] of texts.entries()) {
    const found = spansIn(originals[index] ?? '', text)
    if (found === undefined) return undefined
    spans.push(...found)
  }
  return spans
}

function spansIn(original: string, text: string): string[] | undefined {
  if (original === text) return []
  const own = new Set(original.split(PLACEHOLDER).filter((_, index) => index % 2 === 1))
  const spans: string[] = []
  const source = text
    .split(PLACEHOLDER)
    .map((part, index) => {
      if (index % 2 === 0 || own.has(part)) return escapePattern(part)
      spans.push(part)
      return '[^]{1,8192}?'
    })
    .join('')
  return new RegExp(`^${source}$`).test(original) ? spans : undefined
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

export function hasPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text)
}
