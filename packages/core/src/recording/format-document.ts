import { member, object } from '../json/access.ts'
import type { JsonMember, JsonNode, JsonObject } from '../json/node.ts'
import { printJson } from '../json/print.ts'

/** In characters, without the margin; longer, and a file grows by its margins beyond what it records. */
const SHORT_LINE = 80

const ORDER: Readonly<Record<string, readonly string[]>> = {
  '': [
    'version',
    'test_id',
    'request',
    'response',
    'id_normalization_mapping',
    'blobs',
    'recorded',
  ],
  request: ['method', 'url', 'headers', 'body', 'endpoint', 'model'],
  response: ['status', 'headers', 'body', 'is_streaming', 'wire'],
  wire: ['framing', 'ending', 'error', 'style', 'json', 'frames', 'tail', 'reads'],
  recorded: ['at', 'by', 'key', 'ids'],
}

/**
 * The text of a recording: two spaces, a fixed order of fields (unknown ones after them), one line for each chunk of a
 * stream, for the times of reads and for a list of numbers, LF, one newline at the end. Formatting twice changes nothing.
 */
export function formatDocument(node: JsonObject): string {
  const document = ordered(node, '')
  const lines = new Set<JsonNode>()
  const response = member(document, 'response')
  const body = member(response, 'body')
  if (body?.kind === 'array') for (const item of body.items) lines.add(item)
  const wire = member(response, 'wire')
  for (const name of ['error', 'style', 'json', 'reads']) {
    const value = member(wire, name)
    if (value !== undefined) lines.add(value)
  }
  const frames = member(wire, 'frames')
  if (frames?.kind === 'array') for (const frame of frames.items) lines.add(frame)
  // Never by their length: what varies from one recording to the next would fold and unfold them.
  const rooms = new Set<JsonNode | undefined>([
    document,
    member(document, 'request'),
    response,
    wire,
    member(document, 'id_normalization_mapping'),
    member(document, 'recorded'),
  ])
  const inline = (part: JsonNode): boolean =>
    lines.has(part) || isNumberList(part) || (!rooms.has(part) && isShort(part))
  return `${printJson(document, { indent: '  ', colon: ': ', inline })}\n`
}

function ordered(node: JsonObject, name: string): JsonObject {
  const order = ORDER[name] ?? []
  const rank = (key: string): number => {
    const index = order.indexOf(key)
    return index === -1 ? order.length : index
  }
  const members = node.members.map(({ key, value }): JsonMember => ({
    key,
    value:
      value.kind === 'object' && Object.hasOwn(ORDER, key) && isRoom(name, key)
        ? ordered(value, key)
        : value,
  }))
  return {
    kind: 'object',
    members: members.toSorted((left, right) => rank(left.key) - rank(right.key)),
  }
}

function isRoom(parent: string, key: string): boolean {
  return key === 'wire' ? parent === 'response' : parent === ''
}

/** What fits on a short line stands on one: a message of a few words is one line of a review, not four. */
function isShort(node: JsonNode): boolean {
  return lengthOnLine(node, SHORT_LINE) >= 0
}

/** The room that is left of a line once this is printed on it without blanks; negative where it does not fit. */
function lengthOnLine(node: JsonNode, room: number): number {
  if (room < 0) return room
  switch (node.kind) {
    case 'object': {
      let left = room - 2
      for (const { key, value } of node.members) {
        left = lengthOnLine(value, left - key.length - 4)
        if (left < 0) return left
      }
      return left
    }
    case 'array': {
      let left = room - 2
      for (const item of node.items) {
        left = lengthOnLine(item, left - 1)
        if (left < 0) return left
      }
      return left
    }
    case 'string':
      return room - node.value.length - 2
    case 'number':
      return room - node.text.length
    default:
      return room - 4
  }
}

function isNumberList(node: JsonNode): boolean {
  return node.kind === 'array' && node.items.every(({ kind }) => kind === 'number')
}

/** A version 1 document of a version 0 one: the same with a version and a status. */
export function upgradeDocument(node: JsonObject): JsonObject {
  if (member(node, 'version') !== undefined) return node
  return object([
    ['version', { kind: 'number', text: '1' }],
    ...node.members.map(({ key, value }) => [key, value] as const),
  ])
}
