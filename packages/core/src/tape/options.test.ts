import { expect, test } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { resolveOptions, type TapeOptions } from './options.ts'

function refusal(options: unknown, environment: Readonly<Record<string, string>> = {}): string {
  try {
    resolveOptions(options as TapeOptions, environment)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

test('without options a tape replays ./recordings, shared, normalised, at once', () => {
  expect(resolveOptions({}, {})).toEqual({
    mode: 'replay',
    recordings: ['./recordings'],
    testId: null,
    isolation: 'shared',
    normalization: { ids: true, timestamps: true, durations: true, padding: true },
    passThrough: [],
    speed: Infinity,
    reads: 'recorded',
    drain: { milliseconds: 30_000, bytes: 16_777_216 },
    repeats: 'error',
    crossStream: false,
    redact: true,
    recordErrors: false,
  })
})

test('an option that is undefined is one that is not there', () => {
  const names = Object.keys(resolveOptions({}, {})).filter(
    (name) => name !== 'normalization' && name !== 'speed',
  )
  const options = Object.fromEntries(
    [...names, 'normalize', 'pace'].map((name) => [name, undefined]),
  )

  expect(resolveOptions(options, {})).toEqual(resolveOptions({}, {}))
})

test.each([
  [
    { modus: 'live' },
    'modus is not an option\n→ take it out; options are mode, recordings, testId, isolation, normalize, passThrough, match, pace, reads, drain, repeats, crossStream, redact, recordErrors',
  ],
  [
    { mode: 'play' },
    "mode takes 'live', 'record', 'replay', 'record-if-missing', got 'play'\n→ correct mode",
  ],
  [
    { mode: 7 },
    "mode takes 'live', 'record', 'replay', 'record-if-missing', got 7\n→ correct mode",
  ],
  [{ recordings: [] }, 'recordings takes at least one place, got none\n→ correct recordings'],
  [
    { recordings: '' },
    "recordings takes a path, a package name or a store, got ''\n→ correct recordings",
  ],
  [
    { recordings: ['./a', 7] },
    'recordings takes a path, a package name or a store, got 7\n→ correct recordings',
  ],
  [
    { recordings: [[]] },
    'recordings takes a path, a package name or a store, got an array\n→ correct recordings',
  ],
  [
    { recordings: {} },
    'recordings takes a path, a package name or a store, got an object\n→ correct recordings',
  ],
  [
    { recordings: [null] },
    'recordings takes a path, a package name or a store, got null\n→ correct recordings',
  ],
  [{ testId: '' }, "testId takes a string that is not empty, got ''\n→ correct testId"],
  [{ testId: 7 }, 'testId takes a string that is not empty, got 7\n→ correct testId'],
  [{ isolation: 'none' }, "isolation takes 'shared', 'test', got 'none'\n→ correct isolation"],
  [{ normalize: 'no' }, "normalize takes true, false or an object, got 'no'\n→ correct normalize"],
  [
    { normalize: { id: true } },
    'normalize.id is not an option\n→ use ids, timestamps, durations, padding',
  ],
  [
    { normalize: { ids: 'yes' } },
    "normalize.ids takes true or false, got 'yes'\n→ correct normalize.ids",
  ],
  [
    { normalize: { toString: true } },
    'normalize.toString is not an option\n→ use ids, timestamps, durations, padding',
  ],
  [
    { passThrough: 'localhost' },
    "passThrough takes a list, got 'localhost'\n→ correct passThrough",
  ],
  [
    { passThrough: ['a', {}] },
    'passThrough takes hosts, regular expressions and functions, got an object\n→ correct passThrough',
  ],
  [
    { passThrough: [null] },
    'passThrough takes hosts, regular expressions and functions, got null\n→ correct passThrough',
  ],
  [
    { pace: 'slow' },
    "pace takes 'instant', 'recorded' or a speed over 0, got 'slow'\n→ correct pace",
  ],
  [{ pace: 0 }, "pace takes 'instant', 'recorded' or a speed over 0, got 0\n→ correct pace"],
  [{ pace: -1 }, "pace takes 'instant', 'recorded' or a speed over 0, got -1\n→ correct pace"],
  [{ pace: NaN }, "pace takes 'instant', 'recorded' or a speed over 0, got NaN\n→ correct pace"],
  [
    { reads: 'all' },
    "reads takes 'recorded', 'frames', 'whole' or { cut: <bytes over 0> }, got 'all'\n→ correct reads",
  ],
  [
    { reads: { cut: 0 } },
    "reads takes 'recorded', 'frames', 'whole' or { cut: <bytes over 0> }, got an object\n→ correct reads",
  ],
  [
    { reads: { cut: 1.5 } },
    "reads takes 'recorded', 'frames', 'whole' or { cut: <bytes over 0> }, got an object\n→ correct reads",
  ],
  [
    { reads: {} },
    "reads takes 'recorded', 'frames', 'whole' or { cut: <bytes over 0> }, got an object\n→ correct reads",
  ],
  [
    { drain: -1 },
    'drain takes milliseconds from 0, or { milliseconds, bytes }, got -1\n→ correct drain',
  ],
  [
    { drain: NaN },
    'drain takes milliseconds from 0, or { milliseconds, bytes }, got NaN\n→ correct drain',
  ],
  [
    { drain: { bytes: -1 } },
    'drain takes milliseconds from 0, or { milliseconds, bytes }, got an object\n→ correct drain',
  ],
  [
    { drain: { milliseconds: '1' } },
    'drain takes milliseconds from 0, or { milliseconds, bytes }, got an object\n→ correct drain',
  ],
  [{ repeats: 'first' }, "repeats takes 'error', 'last', got 'first'\n→ correct repeats"],
  [{ redact: 0 }, 'redact takes true, false or an object, got 0\n→ correct redact'],
  [
    { redact: { email: true } },
    'redact.email is not an option\n→ use emails, phones, rules, allow',
  ],
  [
    { redact: { phones: 'de' } },
    "redact.phones takes true or false, got 'de'\n→ correct redact.phones",
  ],
  [{ redact: { rules: {} } }, 'redact.rules takes a list, got an object\n→ correct redact.rules'],
  [
    { redact: { rules: [{ pattern: /a/ }] } },
    'redact.rules[0].name takes a text, got undefined\n→ correct redact.rules[0].name',
  ],
  [
    { redact: { rules: [{ name: 'a', pattern: /a/, path: 'a' }] } },
    'redact.rules[0] takes one of path (a text), pattern (a regular expression) and test (a function)\n→ correct redact.rules[0]',
  ],
  [
    { redact: { rules: [{ name: 'a', pattern: 'a' }] } },
    'redact.rules[0] takes one of path (a text), pattern (a regular expression) and test (a function)\n→ correct redact.rules[0]',
  ],
  [
    { redact: { rules: [{ name: 'a', path: 'a', with: 1 }] } },
    'redact.rules[0].with takes a text, got 1\n→ correct redact.rules[0].with',
  ],
  [
    { redact: { allow: [{ rule: '', pointer: '/a' }] } },
    "redact.allow[0].rule takes the name of a rule, got ''\n→ correct redact.allow[0].rule",
  ],
  [
    { redact: { allow: [{ rule: 'jwt', pointer: 'a' }] } },
    "redact.allow[0].pointer takes a JSON pointer such as '/request/body', got 'a'\n→ correct redact.allow[0].pointer",
  ],
  [{ recordErrors: 'all' }, "recordErrors takes true or false, got 'all'\n→ correct recordErrors"],
])('%j is refused in words that say what it takes', (options, message) => {
  expect(refusal(options)).toBe(`WT_OPTION_INVALID: ${message}`)
})

test('every option in its other forms is taken', () => {
  const store = createMemoryStore()
  const resolved = resolveOptions(
    {
      mode: 'live',
      recordings: ['./a', '@acme/b', store],
      testId: 't',
      isolation: 'test',
      normalize: { padding: false },
      passThrough: ['a', /b/, () => true],
      pace: 2,
      reads: { cut: 7, seed: 3 },
      drain: { bytes: 5 },
      repeats: 'last',
      redact: {
        emails: true,
        rules: [{ name: 'a', path: 'b' }],
        allow: [{ rule: 'a', pointer: '' }],
      },
      recordErrors: true,
    },
    {},
  )

  expect(resolved).toMatchObject({
    mode: 'live',
    recordings: ['./a', '@acme/b', store],
    testId: 't',
    isolation: 'test',
    normalization: { ids: true, timestamps: true, durations: true, padding: false },
    speed: 2,
    reads: { cut: 7, seed: 3 },
    drain: { milliseconds: 30_000, bytes: 5 },
    repeats: 'last',
    redact: {
      emails: true,
      rules: [{ name: 'a', path: 'b' }],
      allow: [{ rule: 'a', pointer: '' }],
    },
    recordErrors: true,
  })
  expect(resolved.passThrough).toHaveLength(3)
})

test('verbatim has no normalisation, recorded pace is speed one, and a drain may be a time alone', () => {
  expect(resolveOptions({ normalize: false, pace: 'recorded', drain: 0 }, {})).toMatchObject({
    normalization: null,
    speed: 1,
    drain: { milliseconds: 0, bytes: 16_777_216 },
  })
})

test('WIRETAPE_MODE beats the option, and an empty one says nothing', () => {
  expect(resolveOptions({ mode: 'replay' }, { WIRETAPE_MODE: 'live' }).mode).toBe('live')
  expect(resolveOptions({ mode: 'live' }, { WIRETAPE_MODE: '' }).mode).toBe('live')
  expect(refusal({ mode: 'live' }, { WIRETAPE_MODE: 'RECORD' })).toBe(
    "WT_OPTION_INVALID: WIRETAPE_MODE takes 'live', 'record', 'replay', 'record-if-missing', got 'RECORD'\n→ correct WIRETAPE_MODE",
  )
})

test('WIRETAPE_RECORDINGS is taken where no option names a place', () => {
  const environment = { WIRETAPE_RECORDINGS: '@acme/recordings' }

  expect(resolveOptions({}, environment).recordings).toEqual(['@acme/recordings'])
  expect(resolveOptions({ recordings: './mine' }, environment).recordings).toEqual(['./mine'])
  expect(resolveOptions({}, { WIRETAPE_RECORDINGS: '' }).recordings).toEqual(['./recordings'])
})

test.each(['true', '1', 'yes'])('with CI=%s nothing is recorded', (value) => {
  const environment = { CI: value }

  expect(resolveOptions({ mode: 'record-if-missing' }, environment).mode).toBe('replay')
  expect(resolveOptions({ mode: 'live' }, environment).mode).toBe('live')
  expect(resolveOptions({ mode: 'replay' }, environment).mode).toBe('replay')
  expect(refusal({ mode: 'record' }, environment)).toBe(
    `WT_RECORDING_REFUSED: mode 'record' is refused with CI=${value}: a pipeline would spend money and replace reviewed recordings\n→ record on a workstation and commit, or set WIRETAPE_ALLOW_RECORD=1`,
  )
})

test('in CI a mode from the environment is refused too', () => {
  expect(refusal({}, { CI: 'true', WIRETAPE_MODE: 'record' })).toContain('WT_RECORDING_REFUSED')
  expect(resolveOptions({}, { CI: 'true', WIRETAPE_MODE: 'record-if-missing' }).mode).toBe('replay')
})

test.each(['', '0', 'false'])('CI=%j is no CI', (value) => {
  expect(resolveOptions({ mode: 'record' }, { CI: value }).mode).toBe('record')
})

test('WIRETAPE_ALLOW_RECORD=1 allows recording in CI, and nothing else does', () => {
  const environment = { CI: 'true', WIRETAPE_ALLOW_RECORD: '1' }

  expect(resolveOptions({ mode: 'record' }, environment).mode).toBe('record')
  expect(resolveOptions({ mode: 'record-if-missing' }, environment).mode).toBe('record-if-missing')
  expect(refusal({ mode: 'record' }, { CI: 'true', WIRETAPE_ALLOW_RECORD: 'yes' })).toContain(
    'WT_RECORDING_REFUSED',
  )
})
