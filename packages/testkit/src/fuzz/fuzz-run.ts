import { setImmediate } from 'node:timers/promises'

/** One kind of fuzzing: inputs by their index, and what is done with them. */
export interface FuzzKind {
  readonly name: string
  /** The input of a case; the same for the same seed and index. */
  input(seed: number, index: number): FuzzInput
}

export interface FuzzInput {
  readonly bytes: Uint8Array
  /** Runs these bytes in place of the input's; gives codes of wiretape's errors and throws anything else. */
  run(bytes: Uint8Array): Promise<readonly string[]>
}

export interface FuzzFailure {
  readonly index: number
  readonly error: unknown
  /** The input, made as small as it still fails. */
  readonly smallest: Uint8Array
}

export interface FuzzReport {
  readonly cases: number
  readonly milliseconds: number
  /** How often each code came, and `none`. */
  readonly codes: ReadonlyMap<string, number>
  /** The longest case. */
  readonly slowest: { readonly index: number; readonly milliseconds: number }
  readonly failures: readonly FuzzFailure[]
}

export interface FuzzOptions {
  readonly seed: number
  readonly cases: number
  /** @defaultValue 0 */
  readonly from?: number | undefined
  /** Told before each case. */
  readonly onCase?: ((index: number) => void) | undefined
}

const CASES_A_TURN = 100
/** The longest that a case may take of the processor's time, in milliseconds: machines do other things besides. */
const LONGEST_CASE = 1000
/** Tries to make an input smaller. */
const MOST_TRIES = 400
/** Failures after which a run ends: more of them would say the same. */
const MOST_FAILURES = 20

/** Runs cases one by one: only errors of wiretape, nothing over a second, no prototype changed. */
export async function fuzz(kind: FuzzKind, options: FuzzOptions): Promise<FuzzReport> {
  const codes = new Map<string, number>()
  const failures: FuzzFailure[] = []
  const startedAt = performance.now()
  const from = options.from ?? 0
  let slowest = { index: from, milliseconds: 0 }
  let cases = 0
  for (let index = from; index < from + options.cases; index++) {
    options.onCase?.(index)
    // What fetch holds for its requests is given free by a turn of the event loop only.
    if (index % CASES_A_TURN === 0) await setImmediate()
    const input = kind.input(options.seed, index)
    const caseStart = processorTime()
    const { error, found } = await runOnce(input, input.bytes)
    const milliseconds = processorTime() - caseStart
    cases += 1
    if (milliseconds > slowest.milliseconds) slowest = { index, milliseconds }
    for (const code of found) codes.set(code, (codes.get(code) ?? 0) + 1)
    if (error !== undefined) failures.push({ index, error, smallest: await shrink(input, error) })
    if (failures.length >= MOST_FAILURES) break
  }
  return { cases, milliseconds: performance.now() - startedAt, codes, slowest, failures }
}

function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

interface Outcome {
  readonly error: unknown
  readonly found: readonly string[]
}

async function runOnce(input: FuzzInput, bytes: Uint8Array): Promise<Outcome> {
  const start = processorTime()
  let found: readonly string[] = []
  try {
    found = await input.run(bytes)
  } catch (error) {
    return { error: error ?? new Error('undefined was thrown'), found }
  }
  const milliseconds = processorTime() - start
  if (milliseconds > LONGEST_CASE)
    return { error: new Error(`took ${Math.round(milliseconds)} ms`), found }
  return { error: pollution(), found }
}

const CLEAN = [Object.prototype, Array.prototype, Function.prototype].map(
  (prototype) => Reflect.ownKeys(prototype).length,
)

function pollution(): Error | undefined {
  const now = [Object.prototype, Array.prototype, Function.prototype]
  const isClean = now.every((prototype, at) => Reflect.ownKeys(prototype).length === CLEAN[at])
  return isClean ? undefined : new Error('a prototype was changed')
}

/** Takes pieces out while the same error comes. */
async function shrink(input: FuzzInput, error: unknown): Promise<Uint8Array> {
  let smallest = input.bytes
  let tries = 0
  for (let length = Math.ceil(smallest.length / 2); length >= 1; length = Math.floor(length / 2))
    for (let at = 0; at < smallest.length && tries < MOST_TRIES;) {
      tries += 1
      const candidate = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + length)])
      const outcome = await runOnce(input, candidate)
      if (outcome.error !== undefined && isSameError(outcome.error, error)) smallest = candidate
      else at += length
    }
  return smallest
}

function isSameError(left: unknown, right: unknown): boolean {
  return placeOf(left) === placeOf(right)
}

/** Where an error was thrown, which says more than its words. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const [line = ''] = error.stack?.split('\n').filter((text) => /^\s+at /.test(text)) ?? []
  return `${error.name} ${line.trim()}`
}
