import type { JsonNode } from '../json/node.ts'
import {
  LONGEST_LINE,
  LONGEST_STYLE,
  LONGEST_TIME,
  MOST_BLOBS,
  MOST_IDS,
  MOST_ITEMS,
} from './limits.ts'
import {
  type Check,
  fault,
  listOf,
  mapOf,
  matching,
  noLonger,
  ofKind,
  oneOf,
  orNull,
  shaped,
  textOr,
  tooMany,
  words,
  type ShapeFault,
} from './shape-checks.ts'

/**
 * The recording format as a quick check: what `./schema` says with zod, without its 90 ms of import. A test holds the two
 * equal.
 */
export function checkRecordingShape(node: JsonNode): ShapeFault | undefined {
  return recording(node, '')
}

const anything: Check = () => undefined
/** Items of a stream; a body of one document may hold what it likes. */
const body: Check = (node, pointer) =>
  node.kind === 'array' && node.items.length > MOST_ITEMS
    ? tooMany(pointer, 'items', MOST_ITEMS)
    : undefined
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

const time: Check = (node, pointer) =>
  amount(node, pointer) === undefined && node.kind === 'number' && Number(node.text) <= LONGEST_TIME
    ? undefined
    : fault(node, pointer, `a number from 0 to ${LONGEST_TIME}`)
/** Others can't be an answer's last, and `Response` takes none of them. */
const status: Check = (node, pointer) =>
  count(node, pointer) === undefined &&
  node.kind === 'number' &&
  Number(node.text) >= 200 &&
  Number(node.text) <= 599
    ? undefined
    : fault(node, pointer, 'a status from 200 to 599')
const line = noLonger(text, LONGEST_LINE)

/** What HTTP allows (RFC 9110, 5.1 and 5.5): a line break in one would forge others. */
export const HEADER_NAME: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
export const HEADER_VALUE: RegExp = /^[\t\x20-\x7e\x80-\xff]*$/
const headerValue = noLonger(
  matching(HEADER_VALUE, 'a string of Latin characters without line breaks'),
  LONGEST_LINE,
)
const headers = mapOf(
  textOr(headerValue, oneOf('a string or an array of strings', [headerValue, listOf(headerValue)])),
  { name: HEADER_NAME },
)
const setting = noLonger(text, LONGEST_STYLE)
const style = mapOf(
  textOr(setting, oneOf('a string, a number or true or false', [setting, amount, flag])),
)

/** Settings of `JsonStyle`: any other text would be printed time and again, and be no JSON. */
const blanks = noLonger(matching(/^[ \t\r\n]*$/, 'white space'), LONGEST_STYLE)
const json = shaped({
  indent: [words(['', '  ', '    ', '\t']), 'optional'],
  comma: [words([',', ', ']), 'optional'],
  colon: [words([':', ': ', ' : ']), 'optional'],
  padding: [words(['', ' ']), 'optional'],
  escape: [words(['minimal', 'ascii', 'html', 'protobuf', 'slash']), 'optional'],
  fill: [blanks, 'optional'],
  before: [blanks, 'optional'],
  after: [blanks, 'optional'],
})

const wire = shaped({
  framing: [words(['json', 'json-array', 'sse', 'ndjson', 'eventstream', 'text', 'bytes'])],
  ending: [words(['complete', 'cut', 'aborted', 'error'])],
  error: [shaped({ name: [text], code: [orNull(text)], message: [text] }), 'optional'],
  style: [style, 'optional'],
  json: [json, 'optional'],
  frames: [
    listOf(
      shaped({
        at: [count, 'optional'],
        before: [count, 'optional'],
        style: [style, 'optional'],
        json: [json, 'optional'],
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
      head: [time, 'optional'],
      at: [listOf(time)],
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
      url: [line, 'optional'],
      headers: [headers, 'optional'],
      body: [anything, 'optional'],
      endpoint: [text, 'optional'],
      model: [orNull(text), 'optional'],
    }),
  ],
  response: [
    shaped({
      status: [orNull(status), 'optional'],
      headers: [headers, 'optional'],
      body: [body, 'optional'],
      is_streaming: [flag, 'optional'],
      wire: [wire, 'optional'],
    }),
  ],
  id_normalization_mapping: [mapOf(line, { most: MOST_IDS }), 'optional'],
  blobs: [
    mapOf(shaped({ sha256: [text], encoding: [words(['base64', 'base64url'])] }), {
      most: MOST_BLOBS,
    }),
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
