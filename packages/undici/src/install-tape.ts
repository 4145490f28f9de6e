import { type BackgroundOptions, type Tape, WiretapeError } from '@wiretape/core'
import { createTapeFetch, type Fetch } from '@wiretape/core/fetch'
import { setGlobalDispatcher } from 'undici'
import { createTapeDispatcher } from './tape-dispatcher.ts'

export type InstallOptions = BackgroundOptions

/** A tape that the process's requests go to. */
export interface InstalledTape extends Disposable {
  /** Gives back the dispatcher and the fetch that were there; the tape stays open. A second time does nothing. */
  dispose(): void
}

/** Where undici 6 to 8, Node's own among them, look up the global dispatcher (undici `lib/global.js`). */
const SLOTS = [1, 2].map((version) => Symbol.for(`undici.globalDispatcher.${version}`))

/**
 * Sends to the tape what the process asks of LLM APIs by `fetch` or undici, also by clients that were made before: undici's
 * global dispatcher and `globalThis.fetch` are replaced.
 *
 * What no dialect recognises is not recorded: requests to loopback and for credentials pass, all others are a miss.
 *
 * @example
 * using installed = installTape(tape, { only: ['llm.internal.example'] })
 *
 * @throws WT_OPTION_INVALID; WT_NOT_INSTALLED where a hook did not take, and then nothing is changed
 * @public
 */
export function installTape(tape: Tape, options: InstallOptions = {}): InstalledTape {
  const background = tape.background(options)
  let isActive = true
  // Whatever was put over the hooks meanwhile goes on calling them: they let everything pass then.
  const active: Tape = {
    ...background,
    passes: (request) => !isActive || background.passes(request),
  }
  const undo: (() => void)[] = []
  const dispose = (): void => {
    isActive = false
    for (const step of undo.splice(0)) step()
  }
  try {
    undo.push(hookDispatcher(active))
    if (typeof globalThis.fetch === 'function') undo.push(hookFetch(active))
  } catch (error) {
    dispose()
    throw error
  }
  return { dispose, [Symbol.dispose]: dispose }
}

/** No name below `.invalid` exists (RFC 2606). */
const PROBE = 'https://wiretape.invalid/'

function read(name: PropertyKey): unknown {
  return Reflect.get(globalThis, name)
}

/** Hooks that are gone, and what was there before. */
const gone = new WeakMap<WeakKey, unknown>()

function giveBack(name: PropertyKey, own: unknown, before: unknown): void {
  if (own !== before) gone.set(own as WeakKey, before)
  let value = own
  while (gone.has(value as WeakKey)) value = gone.get(value as WeakKey)
  if (read(name) === own) Reflect.set(globalThis, name, value)
}

function hookDispatcher(tape: Tape): () => void {
  const before = SLOTS.map(read)
  let cause: unknown
  try {
    setGlobalDispatcher(createTapeDispatcher(tape))
  } catch (error) {
    cause = error
  }
  const own = SLOTS.map(read)
  const undo = (): void => SLOTS.forEach((slot, n) => giveBack(slot, own[n], before[n]))
  // Some versions of undici say nothing where a slot is fixed.
  if (!cause && !own.some((hook, n) => hook && hook === before[n])) return undo
  undo()
  throw notInstalled("undici's global dispatcher", cause)
}

/** In a realm of its own, such as Jest's, fetch looks for its dispatcher elsewhere. */
function hookFetch(tape: Tape): () => void {
  const { fetch } = globalThis
  const tapeFetch = createTapeFetch(tape, { fetch })
  let isSeen = false
  const hook: Fetch = (input, init) => {
    if (input !== PROBE) return tapeFetch(input, init)
    isSeen = true
    return Promise.resolve(new Response())
  }
  const hooked = Object.assign(hook, { Response })
  Reflect.set(globalThis, 'fetch', hooked)
  // Aborted before it begins: no fetch of any kind opens a socket for it.
  globalThis.fetch(PROBE, { signal: AbortSignal.abort() }).catch(() => undefined)
  if (!isSeen) throw notInstalled('globalThis.fetch')
  return () => giveBack('fetch', hooked, fetch)
}

function notInstalled(what: string, cause?: unknown): WiretapeError {
  return new WiretapeError('WT_NOT_INSTALLED', {
    message: `${what} can't be replaced here`,
    hint: 'hand each client a createTapeFetch(tape) or createTapeDispatcher(tape) instead',
    details: { hook: what },
    cause,
  })
}
