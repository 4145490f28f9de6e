import { WiretapeError } from '../errors/wiretape-error.ts'
import type { Store } from './store.ts'

type File = readonly [path: string, bytes: Uint8Array]

export interface Replacement {
  /** Written before everything else, and after it. */
  readonly first: File
  readonly last: File
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Files that go, unless `files` has another of that name. */
  readonly removed: readonly string[]
}

/**
 * Replaces files of a corpus, all or none: everything new is in place before anything old goes, and where a step fails, what
 * was done is undone.
 *
 * @throws WT_RECORDING_NOT_WRITTEN
 */
export async function replaceFiles(store: Store, replacement: Replacement): Promise<void> {
  const { first, files, removed, last } = replacement
  const before = new Map<string, Uint8Array | undefined>()
  const write = async ([path, bytes]: File): Promise<void> => {
    if (!before.has(path)) before.set(path, await store.read(path))
    await store.write(path, bytes)
  }
  const gone = removed.filter((path) => !files.has(path))
  const isOld = new Set(removed)
  try {
    await write(first)
    for (const file of files) if (!isOld.has(file[0])) await write(file)
    // These take the place of files whose content is elsewhere by now, but for those that change places.
    for (const file of byOccurrence(files)) if (isOld.has(file[0])) await write(file)
    await store.flush()
    for (const path of gone) {
      before.set(path, await store.read(path))
      await store.delete(path)
    }
    await write(last)
    await store.flush()
  } catch (cause) {
    throw await undo(store, before, cause)
  }
}

/** The later occurrences first: each makes room for the one before it. */
function byOccurrence(files: ReadonlyMap<string, Uint8Array>): File[] {
  return [...files].toSorted(([left], [right]) => occurrenceOf(right) - occurrenceOf(left))
}

function occurrenceOf(path: string): number {
  return Number(/-(\d+)\.json$/.exec(path)?.[1] ?? 1)
}

async function undo(
  store: Store,
  before: ReadonlyMap<string, Uint8Array | undefined>,
  cause: unknown,
): Promise<WiretapeError> {
  const broken: string[] = []
  for (const [path, bytes] of [...before].toReversed())
    try {
      if (bytes === undefined) await store.delete(path)
      else await store.write(path, bytes)
    } catch {
      broken.push(store.locate(path))
    }
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  const state =
    broken.length === 0
      ? 'the corpus is as it was'
      : `restore ${broken.join(', ')} from version control: not even that could be undone`
  return new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
    message: `${store.name}: ${reason}; ${state}`,
    hint: 'make room or check permissions, then run it again',
    details: { path: store.name, broken },
    cause,
  })
}
