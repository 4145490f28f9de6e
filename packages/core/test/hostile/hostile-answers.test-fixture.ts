import {
  answering,
  changed,
  INVALID,
  spliced,
  stream,
  WHOLE,
  WIRE,
  type HostileRecording,
} from './hostile-recording.test-fixture.ts'

const STATUS = 'expected a status from 200 to 599 or null, found'
const HEADER = 'expected a string of Latin characters without line breaks'

export const HOSTILE_ANSWERS: readonly HostileRecording[] = [
  ...['99', '100', '1000', '-1', '200.5', '1e999'].map((status) => ({
    what: `has the status ${status}`,
    content: spliced((draft) => (draft.response['status'] = '@'), status),
    comes: { code: INVALID, says: `, at /response/status: ${STATUS} ${status}` },
  })),
  {
    what: 'breaks a line in a header',
    content: answering({ headers: { 'x-a': 'a\r\nset-cookie: b' } }),
    comes: {
      code: INVALID,
      says: `, at /response/headers/x-a: ${HEADER}, found "a\\r\\nset-cookie: b"`,
    },
  },
  {
    what: 'breaks a line in one header of several',
    content: answering({ headers: { 'x-a': ['a', 'b\n'] } }),
    comes: { code: INVALID, says: `, at /response/headers/x-a/1: ${HEADER}, found "b\\n"` },
  },
  {
    what: 'breaks a line in the name of a header',
    content: answering({ headers: { 'x-a\r\nset-cookie': 'a' } }),
    comes: {
      code: INVALID,
      says: ', at /response/headers/x-a\\u000d\\u000aset-cookie: is no name of a header',
    },
  },
  {
    what: 'has a header that no client takes',
    content: answering({ headers: { 'x-a': '\u4e2d' } }),
    comes: { code: INVALID, says: `, at /response/headers/x-a: ${HEADER}, found "\u4e2d"` },
  },
  {
    what: 'has a header of a million characters',
    content: answering({ headers: { 'x-a': 'a'.repeat(1_000_000) } }),
    comes: { code: INVALID, says: ', at /response/headers/x-a: has more than 65536 characters' },
  },
  {
    what: 'took three years',
    content: answering({ wire: { ...WIRE, reads: { at: [94_608_000_000] } } }),
    comes: {
      code: INVALID,
      says: ', at /response/wire/reads/at/0: expected a number from 0 to 86400000, found 94608000000',
    },
  },
  {
    what: 'has reads before its beginning',
    content: answering({ wire: { ...WIRE, reads: { at: [-1], edges: [-1] } } }),
    comes: {
      code: INVALID,
      says: ', at /response/wire/reads/at/0: expected a number from 0 to 86400000, found -1',
    },
  },
  {
    what: 'has edges of reads far behind its end',
    content: answering({
      wire: {
        ...WIRE,
        reads: {
          head: 86_400_000,
          at: [1, 1, 1],
          edges: [[0, Number.MAX_SAFE_INTEGER], Number.MAX_SAFE_INTEGER, []],
        },
      },
    }),
    comes: { text: WHOLE },
  },
  {
    what: 'has 600,000 chunks',
    content: changed((draft) => {
      stream(draft, 0, {})
      draft.response['body'] = Array.from({ length: 600_000 }, () => 0)
    }),
    comes: { code: INVALID, says: ', at /response/body: has more than 500000 items' },
  },
  {
    what: 'has 600,000 reads',
    content: answering({
      wire: { ...WIRE, reads: { at: Array.from({ length: 600_000 }, () => 0) } },
    }),
    comes: { code: INVALID, says: ', at /response/wire/reads/at: has more than 500000 items' },
  },
  {
    what: 'has 200,000 comments before one chunk',
    content: changed((draft) => {
      stream(draft, 1, {
        frames: Array.from({ length: 200_000 }, () => ({ before: 0, text: ':' })),
      })
    }),
    comes: { text: 'data: ' },
  },
]
