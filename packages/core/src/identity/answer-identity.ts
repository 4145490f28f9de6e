import type { Endpoint, IdField } from '../dialect/dialect.ts'
import { string } from '../json/access.ts'
import { mapStrings } from '../json/map-strings.ts'
import type { JsonNode } from '../json/node.ts'
import { keyStem } from './key-stem.ts'
import { compilePaths, type PathTable, rewritePaths } from '../json/paths.ts'

/** Which kinds of volatile things are normalised. */
export interface Normalization {
  readonly ids: boolean
  readonly timestamps: boolean
  readonly durations: boolean
  readonly padding: boolean
}

export interface AnswerKey {
  readonly hash: string
  /** From 1. */
  readonly occurrence: number
}

/** Gives one answer's ids their names, and takes out what is volatile; one object an answer, asked chunk by chunk. */
export interface AnswerIdentity {
  /** The document as the program shall see it; the same node where there is nothing to change. */
  normalize(document: JsonNode): JsonNode
  /** Name → the provider's own id, in the order of their first sight. */
  readonly originals: ReadonlyMap<string, string>
}

/** Shorter strings may be an id by chance. */
const SHORTEST_REPEATED = 16

type Row =
  | { readonly path: string; readonly id: IdField }
  | { readonly path: string; readonly replacement: Endpoint['volatile'][number]['value'] }

export interface AnswerIdentityOptions extends Normalization {
  /** The name of an id that the request carried, or that the scope has seen: it keeps it. */
  readonly knownName?: ((original: string) => string | undefined) | undefined
  /** Told of each name as it is given. */
  readonly onName?: ((name: string, original: string) => void) | undefined
}

/** Derives names from the answer's key: the same answer recorded again, by anyone, has the same names. */
export function createAnswerIdentity(
  endpoint: Endpoint,
  key: AnswerKey,
  options: AnswerIdentityOptions,
): AnswerIdentity {
  const table = tableOf(endpoint, options)
  const names = new Map<string, string>()
  const originals = new Map<string, string>()
  const counts = new Map<string, number>()
  const stem = keyStem(key.hash, key.occurrence)

  function nameOf(original: string, field: IdField): string {
    const known = names.get(original) ?? options.knownName?.(original)
    if (known !== undefined) return known
    const prefix = field.answer === true ? 'rec-' : `${prefixOf(original, field)}rec`
    const count = counts.get(prefix) ?? 0
    counts.set(prefix, count + 1)
    const name = field.answer === true && count === 0 ? prefix + stem : `${prefix}${stem}_${count}`
    names.set(original, name)
    originals.set(name, original)
    options.onName?.(name, original)
    return name
  }

  function nameIn(address: string, field: IdField): string {
    return address
      .split('/')
      .map((part) =>
        field.prefixes.some((prefix) => part.startsWith(prefix)) ? nameOf(part, field) : part,
      )
      .join('/')
  }

  /** A string that is an id seen already, wherever it stands: gateways repeat an answer's id in places of their own. */
  function renameRepeated(text: string): string {
    if (text.length < SHORTEST_REPEATED) return text
    const known = names.get(text) ?? options.knownName?.(text)
    if (known !== undefined) return known
    // Cohere numbers the parts of a tool's result: `<tool call id>:<n>`.
    const [, base = '', part = ''] = /^(.{16,})(:\d+)$/.exec(text) ?? []
    const name = names.get(base) ?? options.knownName?.(base)
    return name === undefined ? text : name + part
  }

  return {
    originals,
    normalize: (document) => {
      const named = rewritePaths(document, table, (node, row) => {
        // What is not there yet (`completed_at: null`) says so.
        if (!('id' in row)) return isNull(node) ? node : row.replacement
        if (node.kind !== 'string' || node.value === '') return node
        const name =
          row.id.inAddress === true ? nameIn(node.value, row.id) : nameOf(node.value, row.id)
        return name === node.value ? node : string(name)
      })
      return options.ids ? mapStrings(named, renameRepeated) : named
    },
  }
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'literal' && node.value === null
}

function tableOf(endpoint: Endpoint, normalization: Normalization): PathTable<Row> {
  const rows: Row[] = []
  if (normalization.ids) for (const id of endpoint.ids) rows.push({ path: id.path, id })
  for (const { path, kind, value } of endpoint.volatile)
    if (normalization[kind]) rows.push({ path, replacement: value })
  return compilePaths(rows)
}

function prefixOf(original: string, field: IdField): string {
  const known = field.prefixes.filter((prefix) => original.startsWith(prefix))
  return known.toSorted((left, right) => right.length - left.length)[0] ?? field.prefixes[0] ?? ''
}
