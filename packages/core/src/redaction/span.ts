/** A part of a text that must not be kept. */
export interface Span {
  readonly start: number
  readonly end: number
  /** What it is known by: the name of a variable, a field, a shape or a rule of the user's. */
  readonly rule: string
  /** What stands in its place. */
  readonly text: string
  /** The text of the more certain one stands where two overlap. */
  readonly rank: number
}

/** What is in base64 comes last: where the whole of it is a credential, it goes as a whole. */
export const RANK = { user: 0, environment: 1, shape: 2, name: 3, decoded: 4, zeros: 5 } as const

/** The spans in order, each apart from the next: of those that overlap one is made. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans
  const merged: Span[] = []
  for (const span of spans.toSorted((left, right) => left.start - right.start)) {
    const last = merged.at(-1)
    if (last === undefined || span.start >= last.end) merged.push(span)
    else {
      const first = span.rank < last.rank ? span : last
      merged[merged.length - 1] = { ...first, start: last.start, end: Math.max(last.end, span.end) }
    }
  }
  return merged
}

/** The text with each span replaced; they must be in order and apart. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  let result = ''
  let position = 0
  for (const span of spans) {
    result += text.slice(position, span.start) + span.text
    position = span.end
  }
  return result + text.slice(position)
}
