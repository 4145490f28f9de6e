import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromValue } from '../json/value.ts'
import { recordingSchema } from './schema.ts'
import { checkRecordingShape } from './shape.ts'

const whole = {
  version: 1,
  test_id: null,
  request: {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: { 'content-type': 'application/json', 'x-many': ['a', 'b'] },
    body: { model: 'm' },
    endpoint: '/v1/chat/completions',
    model: 'm',
  },
  response: {
    status: 200,
    headers: {},
    body: [{ __type__: 't', __data__: {} }],
    is_streaming: true,
    wire: {
      framing: 'sse',
      ending: 'complete',
      error: { name: 'TypeError', code: null, message: 'terminated' },
      style: { newline: '\r\n', space: false },
      json: { comma: ', ' },
      frames: [
        { before: 0, text: ': hello\n\n' },
        { at: 1, event: null, id: '1', retry: '10', base64: 'AA==' },
        { at: 2, json: { fill: ' ' }, headers: [{ name: 'a', type: 'byte', value: -1 }] },
      ],
      tail: { base64: 'AA==' },
      reads: { head: 1, at: [1, 2.5], edges: [1, [2, 3]] },
    },
  },
  id_normalization_mapping: { 'rec-1': 'chatcmpl-1' },
  blobs: { '/request/body/image': { sha256: 'ab', encoding: 'base64' } },
  recorded: {
    at: '2026-12-01T00:00:00.000Z',
    by: { wiretape: '1.0.0' },
    key: { rule: 'wiretape/1', hash: 'ab', occurrence: 1 },
  },
}

const odd = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    1e300,
    '',
    'sse',
    'complete',
    [],
    {},
    ['a'],
    [1],
  ),
  fc.constantFrom([null], { base64: 1 }, { base64: '' }, [[1, 'a']], [{ at: -1 }], { a: [1] }),
)

function paths(value: unknown, path: readonly string[] = []): string[][] {
  const own = [[...path]]
  if (typeof value !== 'object' || value === null) return own
  return [...own, ...Object.entries(value).flatMap(([key, part]) => paths(part, [...path, key]))]
}

/** A copy with what stands at a path replaced, or taken out where the value is undefined. */
function changed(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return replacement
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>
  const part = changed(copy[key], rest, replacement)
  if (part === undefined && !Array.isArray(copy)) delete copy[key]
  else copy[key] = part === undefined ? null : part
  return copy
}

test('a recording with every field passes both checks', () => {
  expect(checkRecordingShape(fromValue(whole))).toBeUndefined()
  expect(recordingSchema.safeParse(whole).error).toBeUndefined()
})

test('the quick check and the zod schema agree on every recording with one thing changed', () => {
  for (const path of paths(whole))
    for (const replacement of [undefined, ...fc.sample(odd, { numRuns: 60, seed: 7 })]) {
      const value = changed(whole, path, replacement)
      const quick = checkRecordingShape(fromValue(value)) === undefined
      const version = (value as { version?: unknown } | null)?.version
      // A newer version is refused before the check, with a message of its own.
      if (typeof version === 'number' && version > 1) continue
      const precise = recordingSchema.safeParse(value).success
      expect([path, replacement, quick]).toEqual([path, replacement, precise])
    }
})

test('a fault names its place and its cause', () => {
  const faults: [unknown, string, string][] = [
    [[], '', 'expected an object, found an array'],
    [{ response: {} }, '/request', 'is missing'],
    [changed(whole, ['request', 'url'], 7), '/request/url', 'expected a string, found 7'],
    [changed(whole, ['test_id'], 7), '/test_id', 'expected a string or null, found 7'],
    [
      changed(whole, ['response', 'wire', 'framing'], 'xml'),
      '/response/wire/framing',
      'expected one of "json", "json-array", "sse", "ndjson", "eventstream", "text", "bytes", found "xml"',
    ],
    [
      changed(whole, ['response', 'wire', 'reads', 'at', '1'], 'x'),
      '/response/wire/reads/at/1',
      'expected a number from 0 to 86400000, found "x"',
    ],
    [
      changed(whole, ['response', 'headers'], { 'a/b~c': 1 }),
      '/response/headers/a~1b~0c',
      'is no name of a header',
    ],
    [
      changed(whole, ['response', 'headers'], { 'a~c': 1 }),
      '/response/headers/a~0c',
      'expected a string or an array of strings, found 1',
    ],
  ]
  for (const [value, pointer, cause] of faults)
    expect(checkRecordingShape(fromValue(value))).toEqual({ pointer, cause })
})
