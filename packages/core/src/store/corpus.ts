import { WiretapeError } from '../errors/wiretape-error.ts'
import type { Call } from '../dialect/dialect.ts'
import type { JsonObject } from '../json/node.ts'
import { blobPath, extractBlobs } from '../recording/blobs.ts'
import { invalidRecording, readDocument, type RecordingDocument } from '../recording/document.ts'
import { MOST_FILE_BYTES } from '../recording/limits.ts'
import { formatDocument } from '../recording/format-document.ts'
import { sha256 } from '../request/canonical-json.ts'
import type { KeyMatch } from '../request/match-options.ts'
import type { Matcher } from '../request/matcher.ts'
import type { Filing } from '../request/request-key.ts'
import { type Candidate, findCandidates, type SearchBudget, type Wanted } from './candidates.ts'
import { createCorpusKeys } from './corpus-keys.ts'
import { findOriginals } from './find-originals.ts'
import { createForeignIndex, type UnreadableFile } from './foreign-index.ts'
import { openRecording } from './open-recording.ts'
import { recordingPath } from './recording-path.ts'
import { mergeModels } from '../recording/merge-models.ts'
import type { RecordedOriginal } from './layers.ts'
import type { Store } from './store.ts'

/** Where an exchange is looked for. */
export interface Address {
  readonly call: Call
  /** By the tape's own options. */
  readonly hash: string
  /** From 1. */
  readonly occurrence: number
  /** The same request by the options of another corpus; absent where no option changes the key (a tool's call). */
  readonly filingBy?: ((matcher: Matcher) => Filing) | undefined
}

/** A recording that was found. */
export interface FoundRecording {
  readonly store: Store
  readonly path: string
  readonly document: RecordingDocument
  /** The options that new recordings of its corpus have. */
  readonly matcher: Matcher
}

/** Recordings in one store, found by key. */
export interface Corpus {
  readonly store: Store
  /** The options by which it names new recordings. */
  matcher(): Promise<Matcher>
  /** The corpora that its manifest names, to be looked up after it. */
  layers(): Promise<readonly string[]>
  /**
   * Looks by the tape's options where they are this corpus's, then by those of the manifest, the newest first.
   *
   * @throws WT_RECORDING_INVALID, WT_MANIFEST_INVALID, WT_TRANSFORM_MISSING, WT_VERSION_UNSUPPORTED, WT_CORPUS_UNREADABLE
   */
  find(address: Address): Promise<FoundRecording | undefined>
  /** Where a recording stands in its own place; undefined where it doesn't. Never looks at other layouts. */
  placeOf(address: Address): Promise<string | undefined>
  /** Writes a recording in its place; false where `ifAbsent` and there was one. */
  write(address: Address, document: JsonObject, ifAbsent: boolean): Promise<boolean>
  /** What the recordings whose keys begin with these digits say of a name. */
  originalsOf(name: string, digits: string): Promise<readonly RecordedOriginal[]>
  /** Recordings that might have been meant, the likeliest first; files that can't be read are passed over. */
  candidates(wanted: Wanted, budget: SearchBudget): AsyncGenerator<Candidate>
  /** Files in other layouts that could not be read, after a look-up that missed. */
  unreadable(): readonly UnreadableFile[]
}

/** @param match the tape's own options, where they are this corpus's; undefined takes what its manifest says */
export function createCorpus(store: Store, match?: KeyMatch): Corpus {
  const keys = createCorpusKeys(store, match)
  const foreign = createForeignIndex(store, async () =>
    Promise.all((await keys.matches()).map((one) => keys.load(one))),
  )
  const newest = async (): Promise<Matcher> => keys.load((await keys.matches())[0] ?? {})

  async function open(path: string, known?: Uint8Array): Promise<FoundRecording | undefined> {
    const document = await openRecording(store, path, known)
    return document === undefined ? undefined : { store, path, document, matcher: await newest() }
  }

  const isRekeyed = async (): Promise<boolean> => (await keys.manifest()).isRekeyed

  /** Where this corpus files a request: one place for each of its options. */
  async function* filingsOf(address: Address): AsyncGenerator<Filing> {
    if (address.filingBy === undefined) {
      yield address
      return
    }
    const seen = new Set<string>()
    for (const one of await keys.matches()) {
      const filing = address.filingBy(await keys.load(one))
      const path = recordingPath({ ...filing, occurrence: 1 })
      if (!seen.has(path)) yield filing
      seen.add(path)
    }
  }

  async function findForeign(address: Address): Promise<FoundRecording | undefined> {
    for await (const { hash } of filingsOf(address)) {
      const [path, ...others] = await foreign.pathsFor(hash, address.occurrence)
      const first = path === undefined ? undefined : await open(path)
      if (first !== undefined)
        return others.length === 0
          ? first
          : mergeModelLists(first, await Promise.all(others.map((other) => openIfReadable(other))))
    }
    return undefined
  }

  async function openIfReadable(
    path: string,
    known?: Uint8Array,
  ): Promise<FoundRecording | undefined> {
    try {
      return await open(path, known)
    } catch {
      // A candidate is only named to help with another miss; its own request reports what is wrong with it.
      return undefined
    }
  }

  return {
    store,
    unreadable: () => foreign.unreadable(),
    matcher: newest,
    layers: async () => (await keys.manifest()).layers,
    find: async (address) => {
      const { occurrence } = address
      for await (const filing of filingsOf(address)) {
        const found = await open(recordingPath({ ...filing, occurrence }))
        if (found !== undefined) return found
      }
      return findForeign(address)
    },
    placeOf: async (address) => {
      const { occurrence } = address
      for await (const filing of filingsOf(address)) {
        const path = recordingPath({ ...filing, occurrence })
        if ((await store.read(path)) !== undefined) return store.locate(path)
      }
      return undefined
    },
    write: async (address, document, ifAbsent) => {
      await keys.enter()
      const { document: lean, blobs } = extractBlobs(document)
      const bytes = Buffer.from(formatDocument(lean))
      checkReadable(bytes, blobs, store.locate(recordingPath(address)))
      // Blobs first: a recording is in place only once all that it refers to is.
      for (const [hash, content] of blobs) await writeBlob(store, hash, content)
      return store.write(recordingPath(address), bytes, { ifAbsent })
    },
    originalsOf: (name, digits) =>
      findOriginals({ store, open: openIfReadable, isRekeyed }, name, digits),
    candidates: (wanted, budget) =>
      findCandidates(
        { store, open: openIfReadable, foreignPaths: (endpoint) => foreign.pathsOf(endpoint) },
        wanted,
        budget,
      ),
  }
}

/** Nothing is written that could not be read again: an answer may be beyond what a recording may hold. */
function checkReadable(
  bytes: Uint8Array,
  blobs: ReadonlyMap<string, Uint8Array>,
  place: string,
): void {
  try {
    readDocument(bytes, place)
    for (const { length } of blobs.values())
      if (length > MOST_FILE_BYTES)
        throw invalidRecording({
          path: place,
          pointer: '/blobs',
          cause: `a blob has more than ${MOST_FILE_BYTES} bytes`,
        })
  } catch (cause) {
    if (!WiretapeError.is(cause)) throw cause
    throw new WiretapeError('WT_RECORDING_NOT_WRITTEN', {
      message: `${place} would not be readable: ${String(cause.details['cause'])}, at ${String(cause.details['pointer']) || 'its root'}`,
      hint: 'leave this endpoint out of the recording: passThrough',
      details: { path: place, cause: cause.details['cause'], pointer: cause.details['pointer'] },
      cause,
    })
  }
}

/** One that is there stays, unless it is damaged. Whoever writes it besides writes the same. */
async function writeBlob(store: Store, hash: string, content: Uint8Array): Promise<void> {
  const present = await store.read(blobPath(hash))
  if (present === undefined || sha256(present) !== hash) await store.write(blobPath(hash), content)
}

/** OGX keeps a file for each state of a provider's model list, and answers with all of them in one. */
function mergeModelLists(
  first: FoundRecording,
  others: readonly (FoundRecording | undefined)[],
): FoundRecording {
  const response = mergeModels(
    first.document.response,
    others.flatMap((other) => (other === undefined ? [] : [other.document.response])),
  )
  if (response === first.document.response) return first
  return { ...first, document: { ...first.document, response } }
}
