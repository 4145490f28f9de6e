import { WiretapeError } from '../errors/wiretape-error.ts'
import type { Normalization } from '../identity/answer-identity.ts'
import { checkRedact, type RedactOptions } from '../redaction/redact-options.ts'
import type { ReadsOption } from '../recording/reads.ts'
import { checkMatch, type KeyMatch, type MatchOptions } from '../request/match-options.ts'
import { showValue as show } from '../request/show-value.ts'
import type { WireRequest } from '../request/wire.ts'
import type { RecordingsOption } from '../store/locate-recordings.ts'
import { flag, invalid, oneOf } from './check-option.ts'

/** What a tape does with a request. */
export type Mode = 'live' | 'record' | 'replay' | 'record-if-missing'

/** Whether equal requests of different tests share their recordings. */
export type Isolation = 'shared' | 'test'

export type PassThrough = string | RegExp | ((request: WireRequest) => boolean)

/**
 * Options of {@link createTape}.
 *
 * @public
 */
export interface TapeOptions {
  /**
   * `replay` never opens a socket; `record-if-missing` replays what there is and fetches the rest; `record` fetches and
   * replaces; `live` touches nothing. `WIRETAPE_MODE` beats it. With `CI=true`, `record-if-missing` is `replay` and `record`
   * is refused, unless `WIRETAPE_ALLOW_RECORD=1`.
   *
   * @defaultValue 'replay'
   */
  readonly mode?: Mode | undefined
  /**
   * Where recordings are: a folder, a package or a {@link Store}, or a list of them, looked up in order; new ones go to the
   * first that can be written. A relative path is taken from the nearest package.json.
   *
   * @defaultValue `WIRETAPE_RECORDINGS`, else './recordings'
   */
  readonly recordings?: RecordingsOption | readonly RecordingsOption[] | undefined
  /** The test that the tape's own scope belongs to, e.g. `tests/chat.test.ts > answers`. */
  readonly testId?: string | undefined
  /**
   * `shared`: equal requests share a recording, whichever test makes them. `test`: the test belongs to the key; needs a
   * `testId`.
   *
   * @defaultValue 'shared'
   */
  readonly isolation?: Isolation | undefined
  /**
   * What is normalised in answers: ids, timestamps, durations, padding. `false` records and replays verbatim.
   *
   * @defaultValue true
   */
  readonly normalize?: boolean | Partial<Normalization> | undefined
  /**
   * Requests that go straight to the provider: never recorded, matched or counted. A host is compared with the url's host,
   * with and without its port.
   */
  readonly passThrough?: readonly PassThrough[] | undefined
  /**
   * What makes two requests equal besides what their API says. It belongs to the corpus that is written to, and is kept in
   * its manifest; every other corpus is looked up by its own.
   *
   * @defaultValue what the corpus's manifest says, else nothing
   */
  readonly match?: MatchOptions | undefined
  /**
   * When reads of a replay come: at once, as they were recorded, or so many times as fast.
   *
   * @defaultValue 'instant'
   */
  readonly pace?: 'instant' | 'recorded' | number | undefined
  /**
   * How a replayed body is cut into reads: as recorded, one read a frame, all in one, or in random pieces of at most `cut`
   * bytes.
   *
   * @defaultValue 'recorded'
   */
  readonly reads?: ReadsOption | undefined
  /**
   * How long and how far the tape reads on after a caller stopped before the end of an answer, so that the recording is
   * complete; 0 stops at once and keeps the answer as `aborted`.
   *
   * @defaultValue 30 s and 16 MiB
   */
  readonly drain?: number | { readonly milliseconds?: number; readonly bytes?: number } | undefined
  /**
   * What answers the n+1-th equal request of a scope where n are recorded: an error, or the last again.
   *
   * @defaultValue 'error'
   */
  readonly repeats?: 'error' | 'last' | undefined
  /**
   * Whether a whole answer may serve a request for a stream, and a stream one for a whole answer.
   *
   * @defaultValue false
   */
  readonly crossStream?: boolean | undefined
  /**
   * What is kept out of recordings: credentials by their names and shapes and the environment's secrets; as an object, also
   * addresses and numbers of people and what your own rules say. `false` keeps bodies as they are, for corpora that hold no
   * secrets, such as conformance data.
   *
   * @defaultValue true
   */
  readonly redact?: boolean | RedactOptions | undefined
  /**
   * Keep 401 and 403 answers too, and let an error replace a complete recording.
   *
   * @defaultValue false
   */
  readonly recordErrors?: boolean | undefined
}

/** Options, checked, with their defaults. */
export interface ResolvedOptions {
  readonly mode: Mode
  readonly recordings: readonly RecordingsOption[]
  readonly testId: string | null
  readonly isolation: Isolation
  /** Null: verbatim. */
  readonly normalization: Normalization | null
  readonly passThrough: readonly PassThrough[]
  /** Undefined: what the corpus says. */
  readonly match: KeyMatch | undefined
  /** Recorded time is divided by this; Infinity is instant. */
  readonly speed: number
  readonly reads: ReadsOption
  readonly drain: { readonly milliseconds: number; readonly bytes: number }
  readonly repeats: 'error' | 'last'
  readonly crossStream: boolean
  readonly redact: boolean | RedactOptions
  readonly recordErrors: boolean
}

const MODES: readonly Mode[] = ['live', 'record', 'replay', 'record-if-missing']
const ALL: Normalization = { ids: true, timestamps: true, durations: true, padding: true }
const OPTIONS: ReadonlySet<string> = new Set<keyof TapeOptions>([
  'mode',
  'recordings',
  'testId',
  'isolation',
  'normalize',
  'passThrough',
  'match',
  'pace',
  'reads',
  'drain',
  'repeats',
  'crossStream',
  'redact',
  'recordErrors',
])

type Environment = Readonly<Record<string, string | undefined>>

/** @throws WT_OPTION_INVALID, WT_RECORDING_REFUSED */
export function resolveOptions(options: TapeOptions, environment: Environment): ResolvedOptions {
  for (const name of Object.keys(options))
    if (!OPTIONS.has(name))
      throw invalid(name, 'is not an option', `take it out; options are ${[...OPTIONS].join(', ')}`)
  const isolation = checkIsolation(options.isolation ?? 'shared')
  if (options.testId !== undefined && (typeof options.testId !== 'string' || options.testId === ''))
    throw invalid('testId', `takes a string that is not empty, got ${show(options.testId)}`)
  return {
    mode: resolveMode(options.mode, environment),
    recordings: resolveRecordings(options.recordings, environment),
    testId: options.testId ?? null,
    isolation,
    normalization: resolveNormalization(options.normalize ?? true),
    passThrough: checkRules('passThrough', options.passThrough ?? []),
    match: options.match === undefined ? undefined : resolveMatch(options.match),
    speed: resolvePace(options.pace ?? 'instant'),
    reads: resolveReads(options.reads ?? 'recorded'),
    drain: resolveDrain(options.drain),
    repeats: oneOf('repeats', options.repeats ?? 'error', ['error', 'last'] as const),
    crossStream: flag('crossStream', options.crossStream ?? false),
    redact: checkRedact(options.redact ?? true),
    recordErrors: flag('recordErrors', options.recordErrors ?? false),
  }
}

/** @throws WT_OPTION_INVALID */
export function checkIsolation(isolation: Isolation): Isolation {
  return oneOf('isolation', isolation, ['shared', 'test'] as const)
}

function resolveMode(option: Mode | undefined, environment: Environment): Mode {
  if (option !== undefined) oneOf('mode', option, MODES)
  const forced = environment['WIRETAPE_MODE']
  const named = forced === undefined || forced === '' ? undefined : forced
  const mode = oneOf(
    named === undefined ? 'mode' : 'WIRETAPE_MODE',
    named ?? option ?? 'replay',
    MODES,
  )
  const inCi = !['', '0', 'false', undefined].includes(environment['CI'])
  if (!inCi || environment['WIRETAPE_ALLOW_RECORD'] === '1') return mode
  if (mode === 'record-if-missing') return 'replay'
  if (mode !== 'record') return mode
  throw new WiretapeError('WT_RECORDING_REFUSED', {
    message: `mode 'record' is refused with CI=${String(environment['CI'])}: a pipeline would spend money and replace reviewed recordings`,
    hint: 'record on a workstation and commit, or set WIRETAPE_ALLOW_RECORD=1',
    details: { option: 'mode', value: mode },
  })
}

function resolveRecordings(
  option: TapeOptions['recordings'],
  environment: Environment,
): readonly RecordingsOption[] {
  const fallback = environment['WIRETAPE_RECORDINGS']
  const value = option ?? (fallback === undefined || fallback === '' ? './recordings' : fallback)
  const list = Array.isArray(value)
    ? (value as readonly RecordingsOption[])
    : [value as RecordingsOption]
  if (list.length === 0) throw invalid('recordings', 'takes at least one place, got none')
  for (const place of list) {
    const isStore = typeof place === 'object' && place !== null && typeof place.read === 'function'
    if (!isStore && (typeof place !== 'string' || place === ''))
      throw invalid('recordings', `takes a path, a package name or a store, got ${show(place)}`)
  }
  return list
}

function resolveNormalization(option: boolean | Partial<Normalization>): Normalization | null {
  if (option === false) return null
  if (option === true) return ALL
  if (typeof option !== 'object' || option === null)
    throw invalid('normalize', `takes true, false or an object, got ${show(option)}`)
  for (const [name, value] of Object.entries(option)) {
    if (!Object.hasOwn(ALL, name))
      throw invalid(`normalize.${name}`, 'is not an option', `use ${Object.keys(ALL).join(', ')}`)
    flag(`normalize.${name}`, value)
  }
  return { ...ALL, ...option }
}

/** @throws WT_OPTION_INVALID */
export function checkRules(name: string, rules: readonly PassThrough[]): readonly PassThrough[] {
  if (!Array.isArray(rules)) throw invalid(name, `takes a list, got ${show(rules)}`)
  for (const rule of rules as readonly unknown[])
    if (typeof rule !== 'string' && typeof rule !== 'function' && !(rule instanceof RegExp))
      throw invalid(name, `takes hosts, regular expressions and functions, got ${show(rule)}`)
  return rules
}

function resolveMatch(match: MatchOptions): KeyMatch {
  return checkMatch(match, ({ name, message, hint }) =>
    invalid(name === '' ? 'match' : `match.${name}`, message, hint),
  )
}

function resolvePace(option: 'instant' | 'recorded' | number): number {
  if (option === 'instant') return Infinity
  if (option === 'recorded') return 1
  if (typeof option === 'number' && option > 0) return option
  throw invalid('pace', `takes 'instant', 'recorded' or a speed over 0, got ${show(option)}`)
}

function resolveReads(option: ReadsOption): ReadsOption {
  if (option === 'recorded' || option === 'frames' || option === 'whole') return option
  const isCut =
    typeof option === 'object' && option !== null && Number.isInteger(option.cut) && option.cut > 0
  if (isCut) return option
  throw invalid(
    'reads',
    `takes 'recorded', 'frames', 'whole' or { cut: <bytes over 0> }, got ${show(option)}`,
  )
}

function resolveDrain(option: TapeOptions['drain']): ResolvedOptions['drain'] {
  const usual = { milliseconds: 30_000, bytes: 16 * 1024 * 1024 }
  if (option === undefined) return usual
  const isLimits = typeof option === 'object' && option !== null
  const limits = isLimits ? { ...usual, ...option } : { ...usual, milliseconds: option }
  for (const limit of [limits.milliseconds, limits.bytes])
    if (typeof limit !== 'number' || !(limit >= 0))
      throw invalid(
        'drain',
        `takes milliseconds from 0, or { milliseconds, bytes }, got ${show(option)}`,
      )
  return limits
}
