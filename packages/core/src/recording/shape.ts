import type { JsonNode } from '../json/node.ts'

/** What is wrong with a document, and where. */
export interface ShapeFault {
  /** RFC 6901. */
  readonly pointer: string
  /** E.g. `expected a string, found a number`. */
  readonly cause: string
}

type Check = (node: JsonNode, pointer: string) => ShapeFault | undefined

/**
 * The recording format as a quick check: what `./schema` says with zod, without its 90 ms of import. A test holds the two
 * equal.
 */
export function checkRecordingShape(node: JsonNode): ShapeFault | undefined {
  return recording(node, '')
}

const anything: Check = () => undefined
const text = ofKind('string', 'a string')
const flag: Check = (node, pointer) =>
  node.kind === 'literal' && node.value !== null ? undefined : fault(node, pointer, 'true or false')
const count: Check = (node, pointer) =>
  node.kind === 'number' && Number.isSafeInteger(Number(node.text)) && Number(node.text) >= 0
    ? undefined
    : fault(node, pointer, 'a whole number from 0')
const amount: Check = (node, pointer) =>
  node.kind === 'number' && Number.isFinite(Number(node.text)) && Number(node.text) >= 0
    ? undefined
    : fault(node, pointer, 'a number from 0')

const finite: Check = (node, pointer) =>
  node.kind === 'number' && Number.isFinite(Number(node.text))
    ? undefined
    : fault(node, pointer, 'a number')

const headers = mapOf(oneOf('a string or an array of strings', [text, listOf(text)]))
const style = mapOf(oneOf('a string, a number or true or false', [text, amount, flag]))

const wire = shaped({
  framing: [words(['json', 'json-array', 'sse', 'ndjson', 'eventstream', 'text', 'bytes'])],
  ending: [words(['complete', 'cut', 'aborted', 'error'])],
  error: [shaped({ name: [text], code: [orNull(text)], message: [text] }), 'optional'],
  style: [style, 'optional'],
  json: [style, 'optional'],
  frames: [
    listOf(
      shaped({
        at: [count, 'optional'],
        before: [count, 'optional'],
        style: [style, 'optional'],
        json: [style, 'optional'],
        event: [orNull(text), 'optional'],
        id: [text, 'optional'],
        retry: [text, 'optional'],
        headers: [
          listOf(
            shaped({
              name: [text],
              type: [text],
              value: [oneOf('a string, a number or true or false', [text, finite, flag])],
            }),
          ),
          'optional',
        ],
        text: [text, 'optional'],
        base64: [text, 'optional'],
      }),
    ),
    'optional',
  ],
  tail: [
    oneOf('a string or an object with base64', [text, shaped({ base64: [text] })]),
    'optional',
  ],
  reads: [
    shaped({
      head: [amount, 'optional'],
      at: [listOf(amount)],
      edges: [
        listOf(oneOf('a whole number from 0 or an array of two', [count, listOf(count)])),
        'optional',
      ],
    }),
    'optional',
  ],
})

const recording = shaped({
  version: [count, 'optional'],
  test_id: [orNull(text), 'optional'],
  request: [
    shaped({
      method: [text, 'optional'],
      url: [text, 'optional'],
      headers: [headers, 'optional'],
      body: [anything, 'optional'],
      endpoint: [text, 'optional'],
      model: [orNull(text), 'optional'],
    }),
  ],
  response: [
    shaped({
      status: [orNull(count), 'optional'],
      headers: [headers, 'optional'],
      body: [anything, 'optional'],
      is_streaming: [flag, 'optional'],
      wire: [wire, 'optional'],
    }),
  ],
  id_normalization_mapping: [mapOf(text), 'optional'],
  blobs: [
    mapOf(shaped({ sha256: [text], encoding: [words(['base64', 'base64url'])] })),
    'optional',
  ],
  recorded: [
    shaped({
      at: [text, 'optional'],
      by: [mapOf(text), 'optional'],
      key: [shaped({ rule: [text], hash: [text], occurrence: [count] }), 'optional'],
    }),
    'optional',
  ],
})

function ofKind(kind: JsonNode['kind'], expected: string): Check {
  return (node, pointer) => (node.kind === kind ? undefined : fault(node, pointer, expected))
}

function orNull(check: Check): Check {
  return (node, pointer) => {
    if (node.kind === 'literal' && node.value === null) return undefined
    const found = check(node, pointer)
    if (found === undefined || found.pointer !== pointer) return found
    return { pointer, cause: found.cause.replace(/, found /, ' or null, found ') }
  }
}

function words(allowed: readonly string[]): Check {
  return (node, pointer) => {
    if (node.kind === 'string' && allowed.includes(node.value)) return undefined
    return fault(node, pointer, `one of ${allowed.map((word) => `"${word}"`).join(', ')}`)
  }
}

/** Any of these; a fault deep inside one of them is reported as such. */
function oneOf(expected: string, checks: readonly Check[]): Check {
  return (node, pointer) => {
    const faults = checks.map((check) => check(node, pointer))
    if (faults.includes(undefined)) return undefined
    return faults.find((found) => found?.pointer !== pointer) ?? fault(node, pointer, expected)
  }
}

function listOf(check: Check): Check {
  return (node, pointer) => {
    if (node.kind !== 'array') return fault(node, pointer, 'an array')
    for (const [index, item] of node.items.entries()) {
      const found = check(item, `${pointer}/${index}`)
      if (found !== undefined) return found
    }
    return undefined
  }
}

function mapOf(check: Check): Check {
  return (node, pointer) => {
    if (node.kind !== 'object') return fault(node, pointer, 'an object')
    for (const { key, value } of node.members) {
      const found = check(value, below(pointer, key))
      if (found !== undefined) return found
    }
    return undefined
  }
}

function shaped(
  fields: Readonly<Record<string, readonly [check: Check, optional?: 'optional']>>,
): Check {
  return (node, pointer) => {
    if (node.kind !== 'object') return fault(node, pointer, 'an object')
    for (const { key, value } of node.members) {
      if (!Object.hasOwn(fields, key)) continue
      const found = fields[key]?.[0](value, below(pointer, key))
      if (found !== undefined) return found
    }
    for (const [key, [, optional]] of Object.entries(fields)) {
      if (optional === 'optional' || node.members.some((member) => member.key === key)) continue
      return { pointer: below(pointer, key), cause: 'is missing' }
    }
    return undefined
  }
}

function below(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function fault(node: JsonNode, pointer: string, expected: string): ShapeFault {
  return { pointer, cause: `expected ${expected}, found ${describe(node)}` }
}

function describe(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object'
    case 'array':
      return 'an array'
    case 'string':
      return node.value.length <= 40 ? JSON.stringify(node.value) : 'a string'
    case 'number':
      return node.text.length <= 40 ? node.text : 'a number'
    case 'literal':
      return String(node.value)
    default:
      return node satisfies never
  }
}
