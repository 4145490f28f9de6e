import { WiretapeError } from '../errors/wiretape-error.ts'
import { array, member, number, object, string, withMember } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { fromValue, toValue } from '../json/value.ts'
import { checkMatch, type KeyMatch, nameOfMatch } from '../request/match-options.ts'
import type { KeyRule } from '../request/request-key.ts'
import type { Store } from './store.ts'

/** The file that says by which rules the recordings of a corpus are named. */
export const MANIFEST_PATH = 'wiretape.json'

const FORMAT = 1
/** In bytes. */
const LONGEST_MANIFEST: number = 1024 * 1024
/** Options of keys: a look-up tries each of them. */
const MOST_KEYS = 100
const MOST_LAYERS = 64
const RULES: readonly KeyRule[] = ['wiretape/1', 'ogx']

export interface Manifest {
  /** What the file says, unknown fields too; undefined where there is none. */
  readonly node: JsonObject | undefined
  /** Options of the keys by rule `wiretape/1`, the newest first; those of a corpus without a manifest are none. */
  readonly matches: readonly KeyMatch[]
  /** Corpora that are looked up after this one. */
  readonly layers: readonly string[]
  /** Whether recordings have other keys now than their ids were made from. */
  readonly isRekeyed: boolean
}

/**
 * Reads the manifest of a corpus.
 *
 * @throws WT_MANIFEST_INVALID with the place and the cause
 * @throws WT_VERSION_UNSUPPORTED where a newer wiretape wrote it
 */
export async function readManifest(store: Store): Promise<Manifest> {
  const bytes = await store.read(MANIFEST_PATH)
  if (bytes === undefined) return { node: undefined, matches: [{}], layers: [], isRekeyed: false }
  const path = store.locate(MANIFEST_PATH)
  const node = parse(bytes, path)
  const format = member(node, 'format')
  if (format?.kind !== 'number' || !/^[1-9]\d*$/.test(format.text))
    throw invalid(path, '/format', `expected a whole number from 1, found ${describe(format)}`)
  if (Number(format.text) > FORMAT)
    throw unsupported(
      path,
      '/format',
      `has format ${format.text}; this wiretape reads format ${FORMAT}`,
    )
  const rekeyed = member(node, 'rekeyed')
  return {
    node,
    matches: readKeys(node, path),
    layers: readLayers(node, path),
    isRekeyed: rekeyed?.kind === 'literal' && rekeyed.value === true,
  }
}

function parse(bytes: Uint8Array, path: string): JsonObject {
  if (bytes.length > LONGEST_MANIFEST)
    throw invalid(path, '', `has more than ${LONGEST_MANIFEST} bytes`)
  const text = decodeText(bytes)
  if (text === undefined) throw invalid(path, '', 'is not UTF-8')
  let node: JsonNode
  try {
    node = parseJson(text)
  } catch (cause) {
    if (!WiretapeError.is(cause)) throw cause
    const { line, column, reason } = cause.details
    const place = `line ${String(line)}, column ${String(column)}`
    throw invalid(path, '', `is not JSON: ${place}: ${String(reason)}`)
  }
  if (node.kind !== 'object') throw invalid(path, '', `expected an object, found ${describe(node)}`)
  return node
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Undefined where it is not UTF-8; without the byte order mark that some editors put first. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function readKeys(node: JsonObject, path: string): readonly KeyMatch[] {
  const keys = member(node, 'keys')
  if (keys === undefined) return [{}]
  if (keys.kind !== 'array')
    throw invalid(path, '/keys', `expected an array, found ${describe(keys)}`)
  if (keys.items.length > MOST_KEYS)
    throw invalid(path, '/keys', `has more than ${MOST_KEYS} entries`)
  const matches = keys.items.flatMap((entry, index) => readKey(entry, { path, index }))
  return matches.length === 0 ? [{}] : matches
}

function readKey(
  entry: JsonNode,
  { path, index }: { readonly path: string; readonly index: number },
): KeyMatch[] {
  const place = `/keys/${index}`
  const rule = member(entry, 'rule')
  if (rule?.kind !== 'string')
    throw invalid(path, `${place}/rule`, `expected a string, found ${describe(rule)}`)
  if (!RULES.some((known) => known === rule.value))
    throw unsupported(
      path,
      `${place}/rule`,
      `has the rule '${rule.value}'; this wiretape knows ${RULES.join(' and ')}`,
    )
  // OGX's files are found by what they hold, wherever they lie.
  if (rule.value === 'ogx') return []
  const match = member(entry, 'match')
  if (match === undefined) return [{}]
  return [
    checkMatch(toValue(match), ({ name, message }) =>
      invalid(path, `${place}/match`, `${name === '' ? 'match' : `match.${name}`} ${message}`),
    ),
  ]
}

function readLayers(node: JsonObject, path: string): readonly string[] {
  const layers = member(node, 'layers')
  if (layers === undefined) return []
  if (layers.kind !== 'array')
    throw invalid(path, '/layers', `expected an array, found ${describe(layers)}`)
  if (layers.items.length > MOST_LAYERS)
    throw invalid(path, '/layers', `has more than ${MOST_LAYERS} entries`)
  return layers.items.map((layer, index) => {
    const place = `/layers/${index}`
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    if (layer.kind !== 'string' || layer.value === '' || /[\u0000-\u001f]/.test(layer.value))
      throw invalid(path, place, `expected a package or a path, found ${describe(layer)}`)
    // Another machine has other folders.
    if (/^([/\\]|[A-Za-z]:)/.test(layer.value))
      throw invalid(
        path,
        place,
        `expected a path from the manifest's folder, found ${describe(layer)}`,
      )
    return layer.value
  })
}

/** The text of a manifest with these options in its `keys`; entries that it has keep what else they say. */
export function formatManifest(
  { node }: Manifest,
  matches: readonly KeyMatch[],
  more: readonly (readonly [name: string, value: JsonNode])[] = [],
): string {
  const known = member(node, 'keys')
  const entries = known?.kind === 'array' ? known.items : []
  const others = entries.filter((entry) => ruleOf(entry) !== 'wiretape/1')
  const written = matches.map((match) => {
    const own = entries.find(
      (entry) => ruleOf(entry) === 'wiretape/1' && isEntryOf(entry, nameOfMatch(match)),
    )
    return own ?? entryOf(match)
  })
  const base = node ?? object([['format', number(FORMAT)]])
  const whole = [['keys', array([...written, ...others])] as const, ...more].reduce(
    (document, [name, value]) => withMember(document, name, value),
    base,
  )
  return `${printJson(whole, { indent: '  ', colon: ': ' })}\n`
}

function ruleOf(entry: JsonNode): string | undefined {
  const rule = member(entry, 'rule')
  return rule?.kind === 'string' ? rule.value : undefined
}

function isEntryOf(entry: JsonNode, name: string): boolean {
  const match = member(entry, 'match')
  return (
    nameOfMatch(
      match === undefined ? {} : checkMatch(toValue(match), () => new Error('checked')),
    ) === name
  )
}

function entryOf(match: KeyMatch): JsonObject {
  const rule = ['rule', string('wiretape/1')] as const
  return object(Object.keys(match).length === 0 ? [rule] : [rule, ['match', fromValue(match)]])
}

function describe(node: JsonNode | undefined): string {
  if (node === undefined) return 'nothing'
  switch (node.kind) {
    case 'object':
      return 'an object'
    case 'array':
      return 'an array'
    case 'string':
      return node.value.length <= 100
        ? `'${JSON.stringify(node.value).slice(1, -1)}'`
        : 'a long string'
    case 'number':
      return node.text
    default:
      return String(node.value)
  }
}

function invalid(path: string, pointer: string, cause: string): WiretapeError {
  return new WiretapeError('WT_MANIFEST_INVALID', {
    message: `${path}${pointer === '' ? '' : `, at ${pointer}`}: ${cause}`,
    hint: 'correct it by hand, or restore it from version control',
    details: { path, pointer, cause },
  })
}

function unsupported(path: string, pointer: string, cause: string): WiretapeError {
  return new WiretapeError('WT_VERSION_UNSUPPORTED', {
    message: `${path}, at ${pointer}: ${cause}`,
    hint: 'npm install @wiretape/core@latest',
    details: { path, pointer, cause },
  })
}
