import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Endpoint } from '../dialect/dialect.ts'
import { number } from '../json/access.ts'
import { parseJson } from '../json/parse.ts'
import { REMOVED } from '../json/paths.ts'
import { printJson } from '../json/print.ts'
import { fromValue } from '../json/value.ts'
import { createAnswerIdentity, type Normalization } from './answer-identity.ts'
import { isNormalizedId, keyDigitsOf } from './normalized-id.ts'

const HASH = '0123456789abcdef'.repeat(4)
const ALL: Normalization = { ids: true, timestamps: true, durations: true, padding: true }

const endpoint: Endpoint = {
  name: '/v1/things',
  typeOf: () => 'thing',
  ids: [
    { path: 'id', prefixes: ['chatcmpl-'], answer: true },
    { path: 'calls[].id', prefixes: ['call_', 'chatcmpl-tool-', 'chatcmpl-'] },
    { path: 'item', prefixes: ['msg_'] },
  ],
  volatile: [
    { path: 'created', kind: 'timestamps', value: number(0) },
    { path: 'took', kind: 'durations', value: number(0) },
    { path: 'pad', kind: 'padding', value: REMOVED },
  ],
  requestIds: [],
  ignored: [],
}

interface Asked {
  readonly occurrence?: number
  readonly normalization?: Partial<Normalization>
}

function identity({ occurrence = 1, normalization = {} }: Asked = {}): {
  readonly see: (text: string) => string
  readonly originals: ReadonlyMap<string, string>
} {
  const made = createAnswerIdentity(
    endpoint,
    { hash: HASH, occurrence },
    { ...ALL, ...normalization },
  )
  return { see: (text) => printJson(made.normalize(parseJson(text))), originals: made.originals }
}

test('the answer’s id is derived from its key, and stays the same from chunk to chunk', () => {
  const { see, originals } = identity()

  expect(see('{"id":"chatcmpl-B9x"}')).toBe('{"id":"rec-0123456789ab"}')
  expect(see('{"id":"chatcmpl-B9x","n":1.0}')).toBe('{"id":"rec-0123456789ab","n":1.0}')
  expect([...originals]).toEqual([['rec-0123456789ab', 'chatcmpl-B9x']])
})

test('other ids keep the longest prefix that they have, and are counted by prefix', () => {
  const { see } = identity()

  expect(
    see('{"calls":[{"id":"call_a"},{"id":"chatcmpl-tool-b"},{"id":"call_c"},{"id":"call_a"}]}'),
  ).toBe(
    '{"calls":[{"id":"call_rec0123456789ab_0"},{"id":"chatcmpl-tool-rec0123456789ab_0"},{"id":"call_rec0123456789ab_1"},{"id":"call_rec0123456789ab_0"}]}',
  )
})

test('an id without a known prefix gets the first of its field', () => {
  expect(identity().see('{"calls":[{"id":"0"}],"item":"x-1"}')).toBe(
    '{"calls":[{"id":"call_rec0123456789ab_0"}],"item":"msg_rec0123456789ab_0"}',
  )
})

test('one id in two places has one name, that of its first sight', () => {
  expect(identity().see('{"item":"msg_1","calls":[{"id":"msg_1"}]}')).toBe(
    '{"item":"msg_rec0123456789ab_0","calls":[{"id":"msg_rec0123456789ab_0"}]}',
  )
})

test('from the second occurrence on its number follows the digits', () => {
  const { see, originals } = identity({ occurrence: 12 })

  expect(see('{"id":"chatcmpl-1","item":"msg_1"}')).toBe(
    '{"id":"rec-0123456789ab-12","item":"msg_rec0123456789ab-12_0"}',
  )
  expect([...originals.keys()]).toEqual(['rec-0123456789ab-12', 'msg_rec0123456789ab-12_0'])
})

test('a second answer’s id in one stream has a name of its own', () => {
  const { see } = identity()

  expect(see('{"id":"chatcmpl-1"}')).toBe('{"id":"rec-0123456789ab"}')
  expect(see('{"id":"chatcmpl-2"}')).toBe('{"id":"rec-0123456789ab_1"}')
})

test('an empty id, null and numbers stay, and count for nothing', () => {
  const { see, originals } = identity()
  const text = '{"id":"","calls":[{"id":null},{"id":7},{}],"item":{"id":"chatcmpl-1"}}'

  expect(see(text)).toBe(text)
  expect(originals.size).toBe(0)
  expect(see('{"id":"chatcmpl-1"}')).toBe('{"id":"rec-0123456789ab"}')
})

test('Object’s own words are ids like any other', () => {
  expect(identity().see('{"id":"__proto__","item":"constructor"}')).toBe(
    '{"id":"rec-0123456789ab","item":"msg_rec0123456789ab_0"}',
  )
})

test('text that a model wrote is never rewritten', () => {
  expect(
    identity().see('{"id":"chatcmpl-1","content":"chatcmpl-1","other":{"id":"chatcmpl-1"}}'),
  ).toBe('{"id":"rec-0123456789ab","content":"chatcmpl-1","other":{"id":"chatcmpl-1"}}')
})

test('what is volatile is put to its constant or taken out, each kind by its own switch', () => {
  const text = '{"id":"chatcmpl-1","created":7,"took":1.5,"pad":"abc"}'
  const see = (normalization: Partial<Normalization>): string =>
    identity({ normalization }).see(text)

  expect(see({})).toBe('{"id":"rec-0123456789ab","created":0,"took":0}')
  expect(see({ ids: false })).toBe('{"id":"chatcmpl-1","created":0,"took":0}')
  expect(see({ timestamps: false })).toBe('{"id":"rec-0123456789ab","created":7,"took":0}')
  expect(see({ durations: false })).toBe('{"id":"rec-0123456789ab","created":0,"took":1.5}')
  expect(see({ padding: false })).toBe('{"id":"rec-0123456789ab","created":0,"took":0,"pad":"abc"}')
})

test('a document without anything to normalise stays the same node', () => {
  const made = createAnswerIdentity(endpoint, { hash: HASH, occurrence: 1 }, ALL)
  const node = fromValue({ object: 'x', choices: [{ id: 'not here' }] })

  expect(made.normalize(node)).toBe(node)
})

test('every name is at most 40 characters of [A-Za-z0-9_-], known as ours, and of one original', () => {
  const original = fc.oneof(
    fc.string({ minLength: 1, maxLength: 80 }),
    fc
      .constantFrom('call_', 'chatcmpl-tool-', 'chatcmpl-')
      .chain((prefix) => fc.string({ maxLength: 80 }).map((rest) => prefix + rest)),
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(original, { maxLength: 20 }),
      fc.integer({ min: 1, max: 999 }),
      (ids, occurrence) => {
        const made = createAnswerIdentity(endpoint, { hash: HASH, occurrence }, ALL)

        made.normalize(fromValue({ calls: ids.map((id) => ({ id })) }))

        expect([...made.originals.values()]).toEqual(ids)
        for (const name of made.originals.keys()) {
          expect(name).toMatch(/^[A-Za-z0-9_-]{1,40}$/)
          expect(isNormalizedId(name)).toBe(true)
          expect(keyDigitsOf(name)).toBe('0123456789ab')
        }
      },
    ),
  )
})

test.each([
  'chatcmpl-B9x',
  'rec-0123456789a',
  'rec-0123456789abc',
  'rec-0123456789AB',
  'rec-0123456789ab-',
  'rec-0123456789ab_x',
  'call_rec0123456789ab_0 ',
  'see rec-0123456789ab',
  '',
])('%j is no id of ours', (id) => {
  expect(isNormalizedId(id)).toBe(false)
  expect(keyDigitsOf(id)).toBeUndefined()
})
