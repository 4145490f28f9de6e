import { afterEach, beforeEach, vi } from 'vitest'
import { WiretapeError } from '../src/errors/wiretape-error.ts'
import type { LiveFetch, WireRequest } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import { processState } from '../src/tape/process-state.ts'
import {
  readText,
  type ScriptedAnswer,
  scriptLive,
} from '../src/tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../src/tape/tape.ts'

/** Every test begins as on a workstation where nothing is set, and leaves no tape behind. */
export function isolateTapes(): void {
  beforeEach(() => {
    vi.stubEnv('CI', '')
    vi.stubEnv('WIRETAPE_MODE', '')
    vi.stubEnv('WIRETAPE_RUN_ID', undefined)
  })
  afterEach(() => {
    // A tape that a test leaves open would complain when the worker exits.
    processState().open.clear()
    processState().fetched.clear()
    vi.unstubAllEnvs()
  })
}

export async function never(): Promise<never> {
  throw new Error('a replay went live')
}

export const HEADERS: WireRequest['headers'] = [['content-type', 'application/json']]

/** A request with a JSON body; its line is `POST https://…`. */
export function jsonRequest(line: string, body?: unknown): WireRequest {
  const [method = '', url = ''] = line.split(' ')
  if (body === undefined) return { method, url, headers: HEADERS }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { method, url, headers: HEADERS, body: text }
}

/** A whole answer. */
export function jsonAnswer(body: unknown, status = 200): ScriptedAnswer {
  return { status, headers: HEADERS, body: [JSON.stringify(body)] }
}

/** A corpus in which this request has this answer. */
export async function recordedStore(request: WireRequest, answer: unknown): Promise<Store> {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store })
  await readText(await tape.handle(request, scriptLive(jsonAnswer(answer)).live))
  await tape.close()
  return store
}

/** What comes back, as JSON. */
export async function ask(tape: Tape, request: WireRequest, live: LiveFetch): Promise<unknown> {
  return JSON.parse(await readText(await tape.handle(request, live)))
}

/** The error that a request ends with, which must be one of wiretape's. */
export async function errorOf(result: Promise<unknown>): Promise<WiretapeError> {
  const error = await result.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (WiretapeError.is(error)) return error
  throw new Error('it was no error of wiretape', { cause: error })
}
