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

export const HOSTILE_FRAMINGS: readonly HostileRecording[] = [
  {
    what: 'prints each value behind a million blanks',
    content: answering({ wire: { ...WIRE, json: { indent: ' '.repeat(1_000_000) } } }),
    comes: {
      code: INVALID,
      says: ', at /response/wire/json/indent: expected one of "", "  ", "    ", "\\t", found a string',
    },
  },
  {
    what: 'fills each of many chunks with four thousand blanks',
    content: changed((draft) => stream(draft, 50_000, { json: { fill: ' '.repeat(4096) } })),
    comes: { code: INVALID, says: ', at /response: its answer has more than 134217728 bytes' },
  },
  {
    what: 'indents a hundred thousand values by two thousand blanks each',
    content: spliced(
      (draft) => {
        draft.response['body'] = '@'
        draft.response['wire'] = { ...WIRE, json: { indent: '    ' } }
      },
      `${'['.repeat(505)}${'"",'.repeat(200_000)}""${']'.repeat(505)}`,
    ),
    comes: {
      code: INVALID,
      says: ", at /response: the value can't be written as JSON: its text would have more than 268435456 characters",
    },
  },
  {
    what: 'forges an event by a line break',
    content: changed((draft) =>
      stream(draft, 1, { frames: [{ at: 0, event: 'a\n\ndata: forged' }] }),
    ),
    comes: {
      code: 'WT_FRAME_INVALID',
      says: ", at /response: can't write a message as sse: its event can't stand in an event stream",
    },
  },
  {
    what: 'orders its fields a thousand times',
    content: changed((draft) => stream(draft, 1, { style: { order: 'data '.repeat(800) } })),
    comes: {
      code: 'WT_FRAME_INVALID',
      says: ", at /response: can't write a message as sse: style.order names no fields",
    },
  },
  {
    what: 'has a style of a million characters',
    content: changed((draft) => stream(draft, 1, { style: { order: 'x'.repeat(1_000_000) } })),
    comes: {
      code: INVALID,
      says: ', at /response/wire/style/order: has more than 4096 characters',
    },
  },
  {
    what: 'has headers of an event stream that are not what they say',
    content: changed((draft) =>
      stream(draft, 1, {
        framing: 'eventstream',
        frames: [{ at: 0, headers: [{ name: 'a', type: '__proto__', value: 1 }] }],
      }),
    ),
    comes: {
      code: 'WT_FRAME_INVALID',
      says: ', at /response: can\'t write a message as eventstream: its header "a" has no __proto__ that fits',
    },
  },
  {
    what: 'has an event stream whose exact bytes lie about length and checksum',
    content: changed((draft) =>
      stream(draft, 1, {
        framing: 'eventstream',
        frames: [{ at: 0, base64: Buffer.alloc(64, 0xff).toString('base64') }],
        tail: { base64: Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]).toString('base64') },
      }),
    ),
    comes: { text: '{"choices":[]}' },
  },
  {
    what: 'has base64 that is none',
    content: answering({
      body: { __type__: 'wiretape.openai-chat.bytes', __data__: '\u0000!!!not base64!!!' },
      wire: { framing: 'bytes', ending: 'complete' },
    }),
    comes: { text: '' },
  },
  {
    what: 'names a blob by a path',
    content: changed((draft) => {
      draft['blobs'] = { '/response/body': { sha256: '../../../etc/passwd', encoding: 'base64' } }
    }),
    comes: { text: WHOLE },
  },
  {
    what: 'names a blob that is not there',
    content: changed((draft) => {
      draft['blobs'] = { '/request/body': { sha256: 'ab'.repeat(32), encoding: 'base64' } }
    }),
    comes: { code: INVALID, says: ', which is missing or damaged' },
  },
]
