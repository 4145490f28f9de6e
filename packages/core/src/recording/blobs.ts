import { member, object, string, stringMember, withMember } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { sha256 } from '../request/canonical-json.ts'

/** Strings of base64 from this length on are kept as files of their own: images repeat on every turn of a conversation. */
const BLOB_LENGTH: number = 64 * 1024

/** In characters: blobs that stand deeper in a document, or under longer names, stay in it. */
const LONGEST_POINTER = 4096

/** A place where a blob was taken out. */
const MARK = /<blob sha256:[0-9a-f]{64}>$/

type Encoding = 'base64' | 'base64url'

/** A document whose long base64 strings are replaced, with what they held. */
export interface ExtractedBlobs {
  readonly document: JsonObject
  /** Bytes by their sha256. */
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

/** Where a blob lies in its corpus. */
export function blobPath(hash: string): string {
  return `blobs/${hash}`
}

/**
 * Takes long base64 out of a recording's bodies. In its place stands `<blob sha256:…>`, behind its `data:` prefix where there
 * is one; the member `blobs` says where that is, by JSON pointer, since a body may hold such text itself.
 */
export function extractBlobs(document: JsonObject): ExtractedBlobs {
  const blobs = new Map<string, Uint8Array>()
  const places: [pointer: string, place: JsonNode][] = []

  function walk(node: JsonNode, pointer: string): JsonNode {
    if (node.kind === 'string') return take(node.value, pointer) ?? node
    if (node.kind === 'array') {
      const items = node.items.map((item, index) => walk(item, `${pointer}/${index}`))
      return items.every((item, index) => item === node.items[index])
        ? node
        : { kind: 'array', items }
    }
    if (node.kind !== 'object') return node
    let changed = false
    const members = node.members.map((entry) => {
      const value = walk(entry.value, `${pointer}/${escapeToken(entry.key)}`)
      if (value === entry.value) return entry
      changed = true
      return { key: entry.key, value }
    })
    return changed ? { kind: 'object', members } : node
  }

  function take(text: string, pointer: string): JsonNode | undefined {
    if (text.length < BLOB_LENGTH || pointer.length > LONGEST_POINTER) return undefined
    const found = decodeBase64(text)
    if (found === undefined) return undefined
    const hash = sha256(found.bytes)
    blobs.set(hash, found.bytes)
    places.push([
      pointer,
      object([
        ['sha256', string(hash)],
        ['encoding', string(found.encoding)],
      ]),
    ])
    return string(found.prefix + placeholder(hash))
  }

  const changed = walkBodies(document, walk)
  return places.length === 0
    ? { document, blobs }
    : { document: withMember(changed, 'blobs', object(places)), blobs }
}

/**
 * Puts blobs back where the document says they were; text that was edited by hand stays as it is.
 *
 * @param blobs bytes by their sha256
 */
export function restoreBlobs(
  document: JsonObject,
  blobs: ReadonlyMap<string, Uint8Array>,
): JsonObject {
  const places = placesOf(document)
  if (places.size === 0) return document

  function walk(node: JsonNode, pointer: string): JsonNode {
    if (node.kind === 'string') {
      // Before the pointer is looked up, which takes as long as it is, for each string of the document.
      if (pointer.length > LONGEST_POINTER || !MARK.test(node.value)) return node
      const place = places.get(pointer)
      const bytes = place === undefined ? undefined : blobs.get(place.hash)
      if (place === undefined || bytes === undefined) return node
      const mark = placeholder(place.hash)
      if (!node.value.endsWith(mark)) return node
      return string(node.value.slice(0, -mark.length) + Buffer.from(bytes).toString(place.encoding))
    }
    if (node.kind === 'array')
      return {
        kind: 'array',
        items: node.items.map((item, index) => walk(item, `${pointer}/${index}`)),
      }
    if (node.kind !== 'object') return node
    return object(
      node.members.map(({ key, value }) => [key, walk(value, `${pointer}/${escapeToken(key)}`)]),
    )
  }

  return walkBodies(document, walk)
}

/** The blobs that a document refers to, and in how many places: one in many of them makes a small file large. */
export function blobUses(document: JsonObject): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  for (const { hash } of placesOf(document).values()) uses.set(hash, (uses.get(hash) ?? 0) + 1)
  return uses
}

function placesOf(document: JsonObject): Map<string, { hash: string; encoding: Encoding }> {
  const places = new Map<string, { hash: string; encoding: Encoding }>()
  const blobs = member(document, 'blobs')
  if (blobs?.kind !== 'object') return places
  for (const { key, value } of blobs.members) {
    const hash = stringMember(value, 'sha256') ?? ''
    const encoding = stringMember(value, 'encoding') === 'base64url' ? 'base64url' : 'base64'
    if (/^[0-9a-f]{64}$/.test(hash)) places.set(key, { hash, encoding })
  }
  return places
}

function walkBodies(
  document: JsonObject,
  walk: (node: JsonNode, pointer: string) => JsonNode,
): JsonObject {
  return ['request', 'response'].reduce((result, part) => {
    const room = member(result, part)
    const body = member(room, 'body')
    if (room?.kind !== 'object' || body === undefined) return result
    const walked = walk(body, `/${part}/body`)
    return walked === body ? result : withMember(result, part, withMember(room, 'body', walked))
  }, document)
}

/** Only what comes back the very same is taken for base64. */
function decodeBase64(
  text: string,
): { prefix: string; bytes: Uint8Array; encoding: Encoding } | undefined {
  const prefix = /^data:[^,]{0,200};base64,/.exec(text)?.[0] ?? ''
  const content = text.slice(prefix.length)
  const encoding: Encoding = /[-_]/.test(content) ? 'base64url' : 'base64'
  const bytes = Buffer.from(content, encoding)
  return bytes.toString(encoding) === content ? { prefix, bytes, encoding } : undefined
}

function placeholder(hash: string): string {
  return `<blob sha256:${hash}>`
}

function escapeToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
