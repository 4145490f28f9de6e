import { WiretapeError } from '../errors/wiretape-error.ts'
import { type KeyMatch, nameOfMatch } from '../request/match-options.ts'
import type { Matcher } from '../request/matcher.ts'
import { loadMatcher } from './load-matcher.ts'
import { formatManifest, type Manifest, MANIFEST_PATH, readManifest } from './manifest.ts'
import { isNoRecording } from './recording-path.ts'
import type { Store } from './store.ts'

/** How often a manifest is written before another process that always comes between is an error. */
const MOST_TRIES = 10

/** The options by which the recordings of one corpus are named. */
export interface CorpusKeys {
  manifest(): Promise<Manifest>
  /** Options to look up with, one after the other: the tape's own, then the corpus's, newest first. */
  matches(): Promise<readonly KeyMatch[]>
  load(match: KeyMatch): Promise<Matcher>
  /** Enters the options that new recordings are named by, where the manifest does not begin with them. */
  enter(): Promise<void>
}

/** @param own the tape's options; undefined takes what the corpus says */
export function createCorpusKeys(store: Store, own?: KeyMatch): CorpusKeys {
  let reading: Promise<Manifest> | undefined
  let entering: Promise<void> | undefined
  const manifest = (): Promise<Manifest> => {
    // An error of the store is this look-up's; the next one reads again.
    reading ??= readManifest(store).catch((error: unknown) => {
      reading = undefined
      throw error
    })
    return reading
  }
  return {
    manifest,
    matches: async () => {
      const { matches } = await manifest()
      return own === undefined ? distinct(matches) : distinct([own, ...matches])
    },
    load: (match) =>
      loadMatcher(match, match === own ? 'the option match' : store.locate(MANIFEST_PATH)),
    enter: () => {
      entering ??= enterMatch(store, own).catch((error: unknown) => {
        entering = undefined
        throw error
      })
      return entering
    },
  }
}

export function distinct(matches: readonly KeyMatch[]): KeyMatch[] {
  const byName = new Map<string, KeyMatch>()
  for (const match of matches) {
    const name = nameOfMatch(match)
    if (!byName.has(name)) byName.set(name, match)
  }
  return [...byName.values()]
}

/** Before the recording itself: no file may lie in a corpus under a name that its manifest does not explain. */
async function enterMatch(store: Store, own: KeyMatch | undefined): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const manifest = await readManifest(store)
    const wanted = own ?? manifest.matches[0] ?? {}
    if (manifest.node !== undefined && isSame(manifest.matches[0], wanted)) return
    // What lies there without a manifest has no options, and must still be found.
    const isEmpty = manifest.node === undefined && !(await hasRecordings(store))
    const matches = isEmpty ? [wanted] : distinct([wanted, ...manifest.matches])
    const bytes = Buffer.from(formatManifest(manifest, matches))
    // Another process may have written it since; then its entry has to stay too.
    const ifAbsent = manifest.node === undefined
    await store.write(MANIFEST_PATH, bytes, { ifAbsent })
    const after = await readManifest(store)
    if (after.matches.some((match) => isSame(match, wanted))) return
  }
  throw new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `${store.locate(MANIFEST_PATH)}: other processes replace it all the time`,
    hint: 'give all tapes of a corpus the same match option',
    details: { path: store.locate(MANIFEST_PATH) },
  })
}

function isSame(left: KeyMatch | undefined, right: KeyMatch): boolean {
  return left !== undefined && nameOfMatch(left) === nameOfMatch(right)
}

/** Whether there is any file that may be one; at most one is looked at. */
export async function hasRecordings(store: Store): Promise<boolean> {
  for await (const { path } of store.list())
    if (path.endsWith('.json') && !isNoRecording(path)) return true
  return false
}
