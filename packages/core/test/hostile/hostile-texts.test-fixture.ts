import {
  answering,
  changed,
  INVALID,
  spliced,
  WHOLE,
  type HostileRecording,
} from './hostile-recording.test-fixture.ts'

function deep(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}

export const HOSTILE_TEXTS: readonly HostileRecording[] = [
  {
    what: 'is empty',
    content: '',
    comes: {
      code: INVALID,
      says: ': is not JSON: line 1, column 1: expected a value, found the end of the text',
    },
  },
  {
    what: 'is not UTF-8',
    content: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    comes: { code: INVALID, says: ': is not UTF-8' },
  },
  {
    what: 'is UTF-16',
    content: Buffer.from('\ufeff{}', 'utf16le'),
    comes: { code: INVALID, says: ': is not UTF-8' },
  },
  {
    what: 'begins with a byte order mark',
    content: `\ufeff${changed(() => undefined)}`,
    comes: { text: WHOLE },
  },
  {
    what: 'is cut short',
    content: changed(() => undefined).slice(0, 40),
    comes: {
      code: INVALID,
      says: ': is not JSON: line 1, column 41: expected a key, found the end of the text',
    },
  },
  {
    what: 'is no object',
    content: '[]',
    comes: { code: INVALID, says: ': expected an object, found an array' },
  },
  {
    what: 'nests 100,000 levels deep',
    content: deep(100_000),
    comes: {
      code: INVALID,
      says: ': is not JSON: line 1, column 513: nested deeper than 512 levels',
    },
  },
  {
    what: 'nests 505 levels deep in its request',
    content: spliced((draft) => (draft['extra'] = '@'), deep(505)),
    comes: { text: WHOLE },
  },
  {
    what: 'has five million values',
    content: spliced((draft) => (draft['extra'] = '@'), `[${'0,'.repeat(5_000_000)}0]`),
    comes: { code: INVALID, says: 'more than 2000000 values' },
  },
  {
    what: 'has a number of a million digits',
    content: spliced((draft) => (draft['extra'] = '@'), `1${'0'.repeat(1_000_000)}`),
    comes: { code: INVALID, says: 'a number of more than 4300 characters' },
  },
  {
    what: 'has an exponent of a million digits',
    content: spliced((draft) => (draft.request['body'] = { n: '@' }), `1e${'9'.repeat(1_000_000)}`),
    comes: { code: INVALID, says: 'a number of more than 4300 characters' },
  },
  {
    what: 'says everything twice',
    content: changed(() => undefined).replace('{', '{"version":"x","request":7,'),
    comes: { code: INVALID, says: ', at /version: expected a whole number from 0, found "x"' },
  },
  {
    what: 'has a name with escape sequences of terminals',
    content: spliced(
      (draft) => (draft.response = '@' as never),
      '{"headers":{"\\u001b]0;owned\\u0007":1}}',
    ),
    comes: {
      code: INVALID,
      says: ', at /response/headers/\\u001b]0;owned\\u0007: is no name of a header',
    },
  },
  {
    what: 'has a name of a million characters',
    content: spliced(
      (draft) => (draft.response = '@' as never),
      `{"headers":{" ${'x'.repeat(1_000_000)}":1}}`,
    ),
    comes: { code: INVALID, says: 'x…: is no name of a header' },
  },
]

export const HOSTILE_MEMBERS: readonly HostileRecording[] = [
  {
    what: 'has __proto__, constructor and prototype as members everywhere',
    content: spliced(
      (draft) => (draft.response['body'] = '@'),
      '{"__type__":"wiretape.__proto__.constructor","__data__":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    ),
    comes: { text: '"__proto__":{"polluted":1}' },
  },
  {
    what: 'has __proto__, constructor and toString beside its own members',
    content: changed(() => undefined).replace(
      '{',
      '{"__proto__":{"version":9},"constructor":{},"toString":{},"hasOwnProperty":1,',
    ),
    comes: { text: WHOLE },
  },
  {
    what: 'has __proto__ in its headers and ids',
    content: changed(() => undefined)
      .replace('"headers":{}', '"headers":{"__proto__":"a","constructor":"b"}')
      .replace('"recorded":', '"id_normalization_mapping":{"__proto__":"a"},"recorded":'),
    comes: { text: WHOLE },
  },
  {
    what: 'claims types of other languages and of wiretape',
    content: answering({
      body: { __type__: 'os.system', __data__: { choices: [{ message: { content: 'rm -rf' } }] } },
    }),
    comes: { text: 'rm -rf' },
  },
  {
    what: 'has halves of characters',
    content: spliced((draft) => (draft.response['body'] = '@'), '{"a\\ud800":"\\udc00\\ud800"}'),
    comes: { text: '{"a\\ud800":"\\udc00\\ud800"}' },
  },
  {
    what: 'replaces each letter of itself by a thousand, as an id of OGX',
    content: changed((draft) => {
      delete draft['version']
      draft['id_normalization_mapping'] = { ['x'.repeat(10_000)]: 'e' }
      draft['extra'] = 'e'.repeat(100_000)
    }),
    comes: {
      code: INVALID,
      says: ', at /id_normalization_mapping: has too many ids for a text of this length, or they make it too long',
    },
  },
  {
    what: 'has ten thousand ids of OGX for fifty thousand texts',
    content: changed((draft) => {
      delete draft['version']
      draft['id_normalization_mapping'] = Object.fromEntries(
        Array.from({ length: 10_000 }, (_, index) => [`rec-${index}`, `id-${index}`]),
      )
      draft['extra'] = Array.from({ length: 50_000 }, () => 'id-')
    }),
    comes: {
      code: INVALID,
      says: ', at /id_normalization_mapping: has too many ids for a text of this length, or they make it too long',
    },
  },
  {
    what: 'has sixty thousand ids',
    content: changed((draft) => {
      draft['id_normalization_mapping'] = Object.fromEntries(
        Array.from({ length: 60_000 }, (_, index) => [`rec-${index}`, 'a']),
      )
    }),
    comes: { code: INVALID, says: ', at /id_normalization_mapping: has more than 50000 members' },
  },
]
