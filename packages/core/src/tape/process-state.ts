import { AsyncLocalStorage } from 'node:async_hooks'
import type { RunSlot } from './claims.ts'
import type { Scope } from './scope.ts'

/** What all copies of core in a process share: an ESM and a CommonJS copy stand side by side in many test suites. */
export interface ProcessState {
  /** The scopes that the current call runs in, by tape. */
  readonly running: AsyncLocalStorage<ReadonlyMap<object, Scope>>
  /** True within a tool's call: what it sends is its own business, and not recorded. */
  readonly suspended: AsyncLocalStorage<boolean>
  /** The request that the current call fetches; open until its answer begins. What is sent meanwhile is on its behalf. */
  readonly claimed: AsyncLocalStorage<{ isOpen: boolean }>
  /** What this run has fetched or is fetching, by key, occurrence, corpus and run. */
  readonly fetched: Map<string, RunSlot>
  /** The last known claim, by its file, of what was claimed several times in this run; looking for it starts there. */
  readonly generations: Map<string, number>
  /** Codes of the warnings that were given: each is given once. */
  readonly warned: Set<string>
  /** Tapes that were not closed yet, with what they have to say at exit. */
  readonly open: Map<object, () => readonly string[]>
}

const KEY = Symbol.for('wiretape.process/1')

export function processState(): ProcessState {
  const holder = globalThis as { [KEY]?: ProcessState }
  holder[KEY] ??= createState()
  return holder[KEY]
}

function createState(): ProcessState {
  const state: ProcessState = {
    running: new AsyncLocalStorage(),
    suspended: new AsyncLocalStorage(),
    claimed: new AsyncLocalStorage(),
    fetched: new Map(),
    generations: new Map(),
    warned: new Set(),
    open: new Map(),
  }
  process.on('exit', () => {
    const complaints = [...state.open.values()].flatMap((complain) => complain())
    if (complaints.length === 0) return
    process.stderr.write(
      `wiretape: a tape was never closed (await tape.close()), and this went wrong:\n${complaints.join('\n')}\n`,
    )
    process.exitCode ||= 1
  })
  return state
}
