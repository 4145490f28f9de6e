import { WiretapeError } from '../errors/wiretape-error.ts'
import { mapStrings } from '../json/map-strings.ts'
import { tryParseJson } from '../json/parse.ts'
import type { OutgoingIds } from './outgoing-ids.ts'
import { recordCommand } from './record-command.ts'
import type { Reference } from './references.ts'
import type { Scope } from './scope.ts'

/** What a provider answered to a request that refers to something it keeps. */
export interface Refusal {
  readonly status: number
  readonly body: Uint8Array | null
}

/** What a request points at. */
type Referring = Pick<OutgoingIds, 'references' | 'strangers'>

/** How providers say that something is not there. */
const ABSENCE =
  /not[ _-]?found|no such|no longer (?:exists?|available|stored|there|valid)|(?:does|do|did)(?: not|n.t) exist|(?:could|can)(?: ?not|n.t) (?:be )?(?:find|found|located?)|\bno (?:[a-z]+ ){1,3}(?:was |were |is )?found|expired|deleted/i

/** What else may not be there. */
const OTHER_THING = /\b(?:model|deployment|engine|tool|function|parameter|format|api version)s?\b/i
const ADDRESS = /\b(?:url|route|endpoint|path)s?\b/i

/**
 * Whether a provider's 400 or 404 says that it no longer has what a request refers to, and which of the references; undefined
 * where the answer is about something else, or about what the program itself deleted. A 400 has many reasons: it must say
 * that something is not there, and name it by its id, its parameter or its kind. A 404 need only be about nothing else.
 */
export function findGone(
  { status, body }: Refusal,
  request: Referring,
  isDeleted: (reference: Reference) => boolean,
): Reference | undefined {
  const { references } = request
  if (references.length === 0 || (status !== 400 && status !== 404)) return undefined
  const texts = textsOf(body)
  if (status === 400 && !texts.some((text) => ABSENCE.test(text))) return undefined
  const named = firstNamed(request, texts)
  if (named === 'stranger') return undefined
  const meant = [
    named === undefined ? [] : [named],
    references.filter((reference) => isParameterNamed(reference, texts)),
    references.filter((reference) => isKindNamed(reference, texts)),
    status === 404 ? presumed(references, texts) : [],
  ].find((candidates) => candidates.length > 0)
  return meant?.some(isDeleted) === true ? undefined : meant?.[0]
}

/** The error in place of an answer that is not kept. */
export function referenceGone(
  { name, place }: Reference,
  status: number,
  { testId }: Pick<Scope, 'testId'>,
): WiretapeError {
  return new WiretapeError('WT_REFERENCE_GONE', {
    message: `the provider answered ${status}: it no longer knows ${name}${place === null ? '' : `, which ${place} gave`}`,
    hint: `record the whole test again: ${recordCommand('record', testId)}`,
    details: { id: name, recording: place, status },
  })
}

/** What the answer says, string by string. */
function textsOf(body: Uint8Array | null): string[] {
  const text = Buffer.from(body ?? []).toString('utf8')
  const json = tryParseJson(text)
  if (json === undefined) return [text]
  const texts: string[] = []
  mapStrings(json, (string) => {
    texts.push(string)
    return string
  })
  return texts
}

/** The reference whose id is named first: what is missing comes before what it is missing in. */
function firstNamed(
  { references, strangers }: Referring,
  texts: readonly string[],
): Reference | 'stranger' | undefined {
  const ids = [
    ...references.flatMap((meant) => [meant.original, meant.name].map((id) => ({ id, meant }))),
    ...strangers.map((id) => ({ id, meant: 'stranger' as const })),
  ]
  for (const text of texts) {
    const found = ids
      .map(({ id, meant }) => ({ at: find(text, id), meant }))
      .filter(({ at }) => at !== -1)
    const [first] = found.toSorted((one, other) => one.at - other.at)
    if (first !== undefined) return first.meant
  }
  return undefined
}

/** Where an id stands in a text, not as a part of a longer one; -1 where it doesn't. */
function find(text: string, id: string): number {
  if (id === '') return -1
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const around = text.slice(Math.max(0, at - 1), at) + text.slice(at + id.length).slice(0, 1)
    if (!/[A-Za-z0-9_-]/.test(around)) return at
  }
  return -1
}

/** `param: 'input[0].content[0].file_id'`, or the parameter in a sentence that says that something is not there. */
function isParameterNamed({ where, parameter }: Reference, texts: readonly string[]): boolean {
  if (where === 'path') return false
  return texts.some((text) => {
    if (/^[\w.[\]]+$/.test(text))
      return (
        text
          .replaceAll(/\[\d*\]/g, '')
          .split('.')
          .at(-1) === parameter
      )
    return sentencesOf(text).some(
      (sentence) => ABSENCE.test(sentence) && find(sentence, parameter) !== -1,
    )
  })
}

/** `No such File object`, `vector_store_not_found`. */
function isKindNamed(reference: Reference, texts: readonly string[]): boolean {
  const kind = kindOf(reference)
  if (kind === undefined) return false
  return texts.flatMap(sentencesOf).some((sentence) => {
    const words = inWords(sentence)
    return kind.test(words) && ABSENCE.test(sentence) && !OTHER_THING.test(words)
  })
}

/** Of a 404 that names nothing, what its address points at, the innermost; else what its body does. */
function presumed(
  references: readonly Reference[],
  texts: readonly string[],
): readonly Reference[] {
  const words = texts.map(inWords)
  if (words.some((text) => OTHER_THING.test(text))) return []
  const inPath = references.findLast(({ where }) => where === 'path')
  if (inPath !== undefined) return [inPath]
  return words.some((text) => ADDRESS.test(text)) ? [] : references
}

/** `previous_response_id` is a response, `vector_store_ids` a vector store, `/files/…` a file. */
function kindOf({ parameter }: Reference): RegExp | undefined {
  const words = inWords(parameter)
    .toLowerCase()
    .replace(/ ids?$/, '')
    .replace(/^(?:previous|input|output|training|validation|error) /, '')
  const kind = words === 'input' || words === 'items' ? 'item' : singular(words)
  return /^[a-z ]{3,}$/.test(kind) ? new RegExp(String.raw`\b${kind}(?:e?s)?\b`, 'i') : undefined
}

function singular(words: string): string {
  return words.replace(/(?<=ch|sh|x)es$|(?<!s)s$/, '')
}

function sentencesOf(text: string): string[] {
  return text.split(/[.!?;]\s|\n/)
}

/** `vectorStore_not-found` → `vector Store not found`. */
function inWords(text: string): string {
  return text.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_-]/g, ' ')
}
