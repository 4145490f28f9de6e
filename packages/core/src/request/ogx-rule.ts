import { createHash } from 'node:crypto'
import { member, NULL, string, stringMember, withoutMember } from '../json/access.ts'
import type { JsonMember, JsonNode } from '../json/node.ts'
import {
  compareByCodePoint,
  isPythonFloat,
  printPythonFixed,
  printPythonFloat,
  printPythonJson,
  pythonRound,
} from './python-json.ts'

/** A request as OGX's key rule sees it. */
export interface OgxRequest {
  /**
   * Which of OGX's two keys for requests to take: `inference` for the calls of an OpenAI, Ollama or
   * Gemini client, `http` for the raw POSTs to `/v1/messages`, `/interactions` and `/rerank`.
   *
   * @defaultValue `'inference'`
   */
  readonly shape?: 'inference' | 'http' | undefined
  readonly method: string
  /**
   * The URL as OGX writes it: the base URL with the endpoint appended, so that `/v1` often stands
   * twice.
   */
  readonly url: string
  readonly body: JsonNode
  /** The pytest node id; null outside a test. */
  readonly testId: string | null
}

const MODEL_LIST_PATHS: ReadonlySet<string> = new Set([
  '/api/tags',
  '/v1/models',
  '/v1/openai/v1/models',
])

const UUID = '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}'
// Python's \s has four separators that Unicode's property lacks, and no byte order mark.
const SPACE = String.raw`[\p{White_Space}\x1c-\x1f]`
const DIGIT = String.raw`\p{Nd}`
const SCORE = new RegExp(
  String.raw`score:${SPACE}*[-+]?${DIGIT}*\.?${DIGIT}+(?:[eE][-+]?${DIGIT}+)?`,
  'gu',
)
// The look-behinds change no match; without them a run of blanks or digits costs its square.
const ATTRIBUTES = new RegExp(
  String.raw`(?:,|(?<!${SPACE}))${SPACE}*attributes:${SPACE}*\{[^}]*\}`,
  'gu',
)
const DOCUMENT_ID = new RegExp(`document_id:${SPACE}*${UUID}`, 'gu')
const CITATION = new RegExp(String.raw`<\|${UUID}\|>`, 'gu')
const LONG_DECIMAL = new RegExp(String.raw`-?(?<!${DIGIT})${DIGIT}+\.${DIGIT}{4,}`, 'gu')
const DIGITS_KEPT = 5

/**
 * Computes the sha256 by which OGX names a recording file, from the parsed file.
 *
 * @returns `undefined` for a recording whose request has none of the shapes that OGX gives a key (a
 * file processor's).
 */
export function ogxHash(recording: JsonNode): string | undefined {
  const request = member(recording, 'request')
  const method = stringMember(request, 'method')
  const url = stringMember(request, 'url')
  if (method !== undefined && url !== undefined) {
    const payload = member(request, 'payload')
    if (payload !== undefined) {
      const testId = stringMember(request, 'test_id') ?? null
      return ogxHashOf({ shape: 'http', method, url, body: payload, testId })
    }
    const body = member(request, 'body')
    const testId = stringMember(recording, 'test_id') ?? null
    return body && ogxHashOf({ method, url, body, testId })
  }
  return ogxToolHash(request)
}

/** Computes the sha256 by which OGX names the recording of a tool's call; undefined for another request. */
export function ogxToolHash(request: JsonNode | undefined): string | undefined {
  const provider = member(request, 'provider')
  const toolName = member(request, 'tool_name')
  const kwargs = member(request, 'kwargs')
  if (!provider || !toolName || !kwargs) return undefined
  return hashOf({ provider, tool_name: toolName, kwargs })
}

/** Computes the sha256 by which OGX would name the recording of a request. */
export function ogxHashOf(request: OgxRequest): string {
  const { url, body } = request
  const method = string(request.method.toUpperCase())
  const testId = request.testId === null ? NULL : string(request.testId)
  if (request.shape === 'http') {
    return hashOf({ method, url: string(url), payload: normalize(body, true), test_id: testId })
  }
  const { host, path } = splitUrl(url)
  const isBedrock = host.includes('bedrock')
  const kept = isBedrock && body.kind === 'object' ? withoutMember(body, 'stream_options') : body
  const parts = { method, endpoint: string(path), body: normalize(kept, true) }
  // OGX lists models once a session, for every test in it.
  return hashOf(MODEL_LIST_PATHS.has(path) ? parts : { ...parts, test_id: testId })
}

/**
 * Computes the name, without `.json`, that OGX gives a recording: its hash, or
 * `models-<hash>-<digest>` for a list of models.
 *
 * @returns `undefined` where OGX would write no file: no key, or a list whose models have no ids.
 */
export function ogxFileStem(recording: JsonNode): string | undefined {
  const hash = ogxHash(recording)
  const endpoint = stringMember(member(recording, 'request'), 'endpoint')
  if (hash === undefined || endpoint === undefined || !MODEL_LIST_PATHS.has(endpoint)) return hash
  const ids = modelIds(recording, endpoint === '/api/tags' ? 'model' : 'id')
  return ids && `models-${hash}-${sha256(ids.join('|')).slice(0, 8)}`
}

function modelIds(recording: JsonNode, idKey: string): string[] | undefined {
  const body = unwrap(member(member(recording, 'response'), 'body'))
  const list = member(body, 'models') ?? body
  if (list?.kind !== 'array') return undefined
  const ids = new Set<string>()
  for (const item of list.items) {
    const id = stringMember(unwrap(item), idKey)
    if (id === undefined) return undefined
    ids.add(id)
  }
  return [...ids].toSorted(compareByCodePoint)
}

function unwrap(node: JsonNode | undefined): JsonNode | undefined {
  return member(node, '__data__') ?? node
}

/** OGX takes each item of an array for a root again, wherever the array stands. */
function normalize(node: JsonNode, isRoot: boolean): JsonNode {
  switch (node.kind) {
    case 'object':
      return {
        kind: 'object',
        members: node.members.map((entry) => normalizeMember(entry, isRoot)),
      }
    case 'array':
      return { kind: 'array', items: node.items.map((item) => normalize(item, true)) }
    case 'string':
      return string(normalizeText(node.value))
    case 'number':
      if (!isPythonFloat(node.text)) return node
      return { kind: 'number', text: printPythonFloat(pythonRound(Number(node.text), DIGITS_KEPT)) }
    case 'literal':
      return node
  }
}

function normalizeMember({ key, value }: JsonMember, isRoot: boolean): JsonMember {
  const normalized = normalize(value, false)
  const isExtra = isRoot && (key === 'extra_body' || key === 'extra_query')
  if (!isExtra || normalized.kind !== 'object') return { key, value: normalized }
  return { key, value: withoutMember(normalized, 'project_id') }
}

function normalizeText(text: string): string {
  return withoutAttributes(text.replace(SCORE, 'score: __NORMALIZED__'))
    .replace(DOCUMENT_ID, 'document_id: __NORMALIZED__')
    .replace(CITATION, '<|__NORMALIZED__|>')
    .replace(LONG_DECIMAL, (decimal) => printPythonFixed(Number(toAscii(decimal)), DIGITS_KEPT))
}

/** Only up to the last closing brace: behind it, each opening one would be looked for to the end of the text in vain. */
function withoutAttributes(text: string): string {
  const end = text.lastIndexOf('}') + 1
  return text.slice(0, end).replace(ATTRIBUTES, '') + text.slice(end)
}

/**
 * Python's `float` reads the digits of every script; in Unicode each ten of them stand in a row,
 * from 0 to 9.
 */
function toAscii(decimal: string): string {
  return decimal.replace(/[^\d.-]/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0
    let start = point
    while (/^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start -= 1
    return String((point - start) % 10)
  })
}

/**
 * Python's `urlparse`, which keeps `;parameters` of http URLs out of the path and escapes nothing.
 */
function splitUrl(url: string): { host: string; path: string } {
  const match = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)/i.exec(url)
  const [, scheme = '', host = '', path = ''] = match ?? []
  if (!/^(?:https?)?$/i.test(scheme)) return { host, path }
  return { host, path: path.replace(/;[^/]*$/, '') }
}

function hashOf(parts: Readonly<Record<string, JsonNode>>): string {
  const members = Object.entries(parts).map(([key, value]) => ({ key, value }))
  return sha256(printPythonJson({ kind: 'object', members }))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
