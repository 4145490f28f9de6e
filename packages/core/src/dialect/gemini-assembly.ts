import type { Assembly } from './dialect.ts'
import {
  copyOf,
  copyRecord,
  inIndexOrder,
  isArray,
  isRecord,
  ownField,
  recordsOf,
  restate,
  restateField,
  setField,
  without,
} from './merge-delta.ts'

type Fields = Record<string, unknown>

/** Lists that each chunk continues, by the record they stand in; all else in a candidate is told anew. */
const CONTINUED: Readonly<Record<string, readonly string[]>> = {
  citationMetadata: ['citationSources', 'citations'],
  logprobsResult: ['chosenCandidates', 'topCandidates'],
}

/**
 * Chunks of `streamGenerateContent`. Each is an answer in itself, so a stream of the whole answer alone is well-formed.
 *
 * @see https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export const geminiAssembly: Assembly = {
  isChunk: isGenerated,
  textOf: textOfGenerated,
  assemble: assembleGenerated,
  isWhole: isGenerated,
  disassemble: (whole) => [copyOf(whole)],
}

function isGenerated(value: unknown): boolean {
  if (!isRecord(value)) return false
  return isArray(value['candidates']) || isRecord(value['usageMetadata']) || isBlocked(value)
}

function isBlocked(value: Fields): boolean {
  return isRecord(value['promptFeedback'])
}

function textOfGenerated(value: unknown): string {
  return recordsOf(isRecord(value) ? value['candidates'] : undefined)
    .filter((candidate) => (candidate['index'] ?? 0) === 0)
    .flatMap((candidate) => recordsOf(partsOf(candidate)))
    .map((part) =>
      typeof part['text'] === 'string' && part['thought'] !== true ? part['text'] : '',
    )
    .join('')
}

function partsOf(candidate: Fields): unknown {
  return isRecord(candidate['content']) ? candidate['content']['parts'] : undefined
}

function assembleGenerated(chunks: readonly unknown[]): Fields {
  const whole: Fields = {}
  const candidates = new Map<number, Fields>()
  for (const chunk of chunks) {
    if (!isRecord(chunk)) continue
    for (const [key, value] of Object.entries(chunk)) {
      if (key !== 'candidates' || !isArray(value)) restateField(whole, key, value)
      else {
        whole[key] ??= []
        value.forEach((candidate, at) => addCandidate(candidates, candidate, at))
      }
    }
  }
  if (isArray(whole['candidates'])) whole['candidates'] = inIndexOrder(candidates)
  return whole
}

/** Vertex leaves an index of 0 out. */
function addCandidate(candidates: Map<number, Fields>, value: unknown, position: number): void {
  if (!isRecord(value)) return
  const index = typeof value['index'] === 'number' ? value['index'] : position
  const known = candidates.get(index)
  if (known === undefined) {
    candidates.set(index, copyRecord(value))
    return
  }
  for (const [key, field] of Object.entries(value)) {
    if (key === 'content' && isRecord(field)) known[key] = continueContent(known[key], field)
    else setField(known, key, continueMetadata(key, ownField(known, key), field))
  }
}

function continueMetadata(name: string, known: unknown, value: unknown): unknown {
  const lists = Object.hasOwn(CONTINUED, name) ? CONTINUED[name] : undefined
  if (lists === undefined || !isRecord(known) || !isRecord(value)) return restate(known, value)
  for (const [key, field] of Object.entries(value)) {
    const before = ownField(known, key)
    if (lists.includes(key) && Array.isArray(before) && isArray(field))
      for (const item of field) before.push(copyOf(item))
    else setField(known, key, restate(before, field))
  }
  return known
}

function continueContent(known: unknown, content: Fields): Fields {
  const whole = isRecord(known) ? known : {}
  for (const [key, value] of Object.entries(content)) {
    if (key === 'parts' && isArray(value)) {
      const parts: unknown[] = Array.isArray(whole['parts']) ? whole['parts'] : []
      for (const [at, part] of value.entries())
        if (at === 0) continueParts(parts, part)
        else parts.push(copyOf(part))
      whole['parts'] = parts
    } else restateField(whole, key, value)
  }
  return whole
}

/**
 * Text goes on across chunks while it is thought or answer alike; parts of one chunk stay as the API divided them. A last
 * part without text bears the signature of the text before it, or only the end of a stream of calls.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
function continueParts(parts: unknown[], part: unknown): void {
  const last = parts.at(-1)
  if (isRecord(last) && isRecord(part) && isContinuedBy(last, part)) {
    const joined = { ...last }
    for (const [key, value] of Object.entries(part)) {
      if (key === 'text') joined['text'] = `${String(last['text'])}${String(value)}`
      else restateField(joined, key, value)
    }
    parts[parts.length - 1] = joined
    return
  }
  const isOnlyEnd = isRecord(part) && part['text'] === '' && Object.keys(part).length === 1
  if (!isOnlyEnd || last === undefined) parts.push(copyOf(part))
}

function isContinuedBy(last: Fields, part: Fields): boolean {
  if (typeof last['text'] !== 'string' || typeof part['text'] !== 'string') return false
  if ((last['thought'] === true) !== (part['thought'] === true)) return false
  if (last['thoughtSignature'] !== undefined && part['thoughtSignature'] !== undefined) return false
  const hasOther = [last, part].some(
    (text) => Object.keys(without(text, ['text', 'thought', 'thoughtSignature'])).length > 0,
  )
  return !hasOther
}
