import { WiretapeError } from '../errors/wiretape-error.ts'
import { TRUE } from '../json/access.ts'
import {
  checkMatch,
  type KeyMatch,
  type MatchOptions,
  nameOfMatch,
} from '../request/match-options.ts'
import { distinct } from './corpus-keys.ts'
import { loadMatcher } from './load-matcher.ts'
import { locateRecordings, type RecordingsOption } from './locate-recordings.ts'
import { formatManifest, type Manifest, MANIFEST_PATH, readManifest } from './manifest.ts'
import { planRekey, type RekeyPlan } from './rekey-plan.ts'
import { replaceFiles } from './replace-files.ts'
import { withRecordedKey } from './rekey-text.ts'
import type { Store } from './store.ts'

/** @experimental */
export interface RekeyOptions {
  /** The one corpus to move; it must be writable. */
  readonly recordings: RecordingsOption
  /**
   * What makes two requests equal from now on; all of it, not what is added.
   *
   * @defaultValue the newest options that the corpus's manifest has
   */
  readonly match?: MatchOptions | undefined
  /**
   * Gives OGX's files a place of wiretape's too. Such a file then answers one occurrence, no longer every one.
   *
   * @defaultValue false
   */
  readonly adopt?: boolean | undefined
  /**
   * Says what would move, and moves nothing.
   *
   * @defaultValue false
   */
  readonly dryRun?: boolean | undefined
}

/**
 * What became of a corpus. Paths are relative to it.
 *
 * @experimental
 */
export interface RekeyReport {
  readonly corpus: string
  /** The options that it had, the newest first. */
  readonly from: readonly MatchOptions[]
  readonly to: MatchOptions
  readonly moved: readonly { readonly from: string; readonly to: string }[]
  /** How many recordings are where they belong. */
  readonly stayed: number
  /** Recordings whose request no longer gives the key in their name, such as edited ones: they stay, and are still found. */
  readonly left: readonly string[]
  /** Second copies of a recording, which an interrupted move left: they are removed. */
  readonly removed: readonly string[]
}

/**
 * Moves a corpus to other options of its keys, without the network: each recording's key is made again from the request that
 * it holds, and its file is renamed. Ids in recordings stay, and so does all else but `recorded.key`. All or nothing: where
 * it fails, the corpus is as it was.
 *
 * @throws WT_OPTION_INVALID, WT_CORPUS_UNREADABLE, WT_RECORDING_INVALID, WT_MANIFEST_INVALID, WT_TRANSFORM_MISSING,
 * WT_RECORDING_NOT_WRITTEN
 * @experimental
 */
export async function rekeyCorpus(options: RekeyOptions): Promise<RekeyReport> {
  const store = locateRecordings(options.recordings)
  const isDry = options.dryRun === true
  if (!store.writable && !isDry) throw notWritable(store)
  const manifest = await readManifest(store)
  const before = distinct(manifest.matches)
  const to = options.match === undefined ? (before[0] ?? {}) : checkTarget(options.match)
  const where = store.locate(MANIFEST_PATH)
  const plan = await planRekey({
    store,
    from: await Promise.all(before.map((match) => loadMatcher(match, where))),
    to: await loadMatcher(to, options.match === undefined ? where : 'the option match'),
    adopt: options.adopt === true,
  })
  if (plan.moves.length + plan.stayed + plan.left.length === 0) throw holdsNothing(store)
  if (!isDry) await carryOut(store, plan, { manifest, before, to })
  return {
    corpus: store.name,
    from: before,
    to,
    moved: plan.moves.map(({ from, to: place }) => ({ from, to: place })),
    stayed: plan.stayed,
    left: plan.left,
    removed: plan.copies,
  }
}

interface Change {
  readonly manifest: Manifest
  readonly before: readonly KeyMatch[]
  readonly to: KeyMatch
}

async function carryOut(store: Store, plan: RekeyPlan, change: Change): Promise<void> {
  const { manifest, before, to } = change
  const files = new Map<string, Uint8Array>()
  for (const { from, to: place, hash, occurrence } of plan.moves) {
    const bytes = await store.read(from)
    if (bytes === undefined) throw changedMeanwhile(store, from)
    const text = withRecordedKey(Buffer.from(bytes).toString('utf8'), { hash, occurrence })
    files.set(place, Buffer.from(text))
  }
  const removed = [...plan.moves.map(({ from }) => from), ...plan.copies]
  const isMoved = plan.moves.length > 0
  // What stays under an old key is found by the old options.
  const after = plan.left.length === 0 ? [to] : distinct([to, ...before])
  const isSame = manifest.node !== undefined || nameOfMatch(to) === nameOfMatch({})
  if (!isMoved && plan.copies.length === 0 && isSame && isEqual(after, before)) return
  const more = isMoved ? ([['rekeyed', TRUE]] as const) : []
  await replaceFiles(store, {
    // Until all is in place, the corpus answers by both.
    first: [MANIFEST_PATH, Buffer.from(formatManifest(manifest, distinct([to, ...before]), more))],
    files,
    removed,
    last: [MANIFEST_PATH, Buffer.from(formatManifest(manifest, after, more))],
  })
}

function isEqual(left: readonly KeyMatch[], right: readonly KeyMatch[]): boolean {
  return left.map(nameOfMatch).join('\n') === right.map(nameOfMatch).join('\n')
}

function checkTarget(match: MatchOptions): KeyMatch {
  return checkMatch(match, ({ name, message, hint }) => {
    const option = name === '' ? 'match' : `match.${name}`
    return new WiretapeError('WT_OPTION_INVALID', {
      message: `${option} ${message}`,
      hint: hint ?? `correct ${option}`,
      details: { option },
    })
  })
}

function notWritable({ name }: Store): WiretapeError {
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `${name} can't be moved to other keys: it can't be written`,
    hint: 'run it where the corpus is made; a package in node_modules is replaced with its next version',
    details: { path: name },
  })
}

function holdsNothing({ name }: Store): WiretapeError {
  return new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${name}: holds no recordings`,
    hint: 'name the folder that has wiretape.json in it',
    details: { path: name },
  })
}

function changedMeanwhile(store: Store, path: string): WiretapeError {
  return new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${store.locate(path)}: went away while its key was made`,
    hint: 'stop what records to this corpus, and run it again',
    details: { path: store.locate(path) },
  })
}
