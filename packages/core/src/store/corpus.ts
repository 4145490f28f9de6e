import type { Call } from '../dialect/dialect.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { member, stringMember } from '../json/access.ts'
import type { JsonObject } from '../json/node.ts'
import { blobHashes, blobPath, extractBlobs, restoreBlobs } from '../recording/blobs.ts'
import { readDocument, type RecordingDocument } from '../recording/document.ts'
import { formatDocument } from '../recording/format-document.ts'
import { sha256 } from '../request/canonical-json.ts'
import { createForeignIndex, type UnreadableFile } from './foreign-index.ts'
import { isNativePath, modelFolder, recordingPath } from './recording-path.ts'
import { mergeModels } from '../recording/merge-models.ts'
import type { RecordedOriginal } from './layers.ts'
import type { Store } from './store.ts'

/** Where an exchange is looked for. */
export interface Address {
  readonly call: Call
  readonly hash: string
  /** From 1. */
  readonly occurrence: number
}

/** A recording that was found. */
export interface FoundRecording {
  readonly store: Store
  readonly path: string
  readonly document: RecordingDocument
}

/** Recordings in one store, found by key. */
export interface Corpus {
  readonly store: Store
  /** @throws WT_RECORDING_INVALID, WT_VERSION_UNSUPPORTED, WT_CORPUS_UNREADABLE */
  find(address: Address): Promise<FoundRecording | undefined>
  /** Where a recording stands in its own place; undefined where it doesn't. Never looks at other layouts. */
  placeOf(address: Address): Promise<string | undefined>
  /** Writes a recording in its place; false where `ifAbsent` and there was one. */
  write(address: Address, document: JsonObject, ifAbsent: boolean): Promise<boolean>
  /** What the recordings whose keys begin with these digits say of a name. */
  originalsOf(name: string, digits: string): Promise<readonly RecordedOriginal[]>
  /** Recordings that might have been meant, the likeliest first; files that can't be read are passed over. */
  candidates(call: Call): AsyncGenerator<FoundRecording>
  /** Files in other layouts that could not be read, after a look-up that missed. */
  unreadable(): readonly UnreadableFile[]
}

export function createCorpus(store: Store): Corpus {
  const foreign = createForeignIndex(store)

  async function open(path: string): Promise<FoundRecording | undefined> {
    const bytes = await store.read(path)
    if (bytes === undefined) return undefined
    const document = readDocument(bytes, store.locate(path))
    return { store, path, document: await withBlobs(store, document, path) }
  }

  async function openIfReadable(path: string): Promise<FoundRecording | undefined> {
    try {
      return await open(path)
    } catch {
      // A candidate is only named to help with another miss; its own request reports what is wrong with it.
      return undefined
    }
  }

  return {
    store,
    unreadable: () => foreign.unreadable(),
    find: async (address) => {
      const found = await open(recordingPath(address))
      if (found !== undefined) return found
      const [path, ...others] = await foreign.pathsFor(address.hash, address.occurrence)
      const first = path === undefined ? undefined : await open(path)
      if (first === undefined || others.length === 0) return first
      return mergeModelLists(first, await Promise.all(others.map(openIfReadable)))
    },
    placeOf: async (address) => {
      const path = recordingPath(address)
      return (await store.read(path)) === undefined ? undefined : store.locate(path)
    },
    write: async (address, document, ifAbsent) => {
      const { document: lean, blobs } = extractBlobs(document)
      // Blobs first: a recording is in place only once all that it refers to is.
      for (const [hash, content] of blobs)
        await store.write(blobPath(hash), content, { ifAbsent: true })
      const bytes = Buffer.from(formatDocument(lean))
      const written = await store.write(recordingPath(address), bytes, { ifAbsent })
      if (written) await writeManifest(store)
      return written
    },
    originalsOf: async (name, digits) => {
      const found: RecordedOriginal[] = []
      for await (const { path } of store.list()) {
        if (!path.slice(path.lastIndexOf('/') + 1).startsWith(digits)) continue
        const recording = await openIfReadable(path)
        if (recording === undefined) continue
        const { node } = recording.document
        const original =
          stringMember(member(node, 'id_normalization_mapping'), name) ??
          stringMember(member(member(node, 'recorded'), 'ids'), name)
        if (original !== undefined) found.push({ name, original, place: store.locate(path) })
      }
      return found
    },
    candidates: async function* (call) {
      const near = modelFolder(call)
      for await (const { path } of store.list(near)) {
        const found = await openIfReadable(path)
        if (found !== undefined) yield found
      }
      for (const path of await foreign.pathsOf(call.endpoint.name)) {
        const found = await openIfReadable(path)
        if (found !== undefined) yield found
      }
      for await (const { path } of store.list(call.dialect.name)) {
        if (path.startsWith(`${near}/`) || !isNativePath(path)) continue
        const found = await openIfReadable(path)
        if (found !== undefined) yield found
      }
    },
  }
}

/** The document with its blobs read in. */
async function withBlobs(
  store: Store,
  document: RecordingDocument,
  path: string,
): Promise<RecordingDocument> {
  const hashes = blobHashes(document.node)
  if (hashes.size === 0) return document
  const blobs = new Map<string, Uint8Array>()
  for (const hash of hashes) {
    const bytes = await store.read(blobPath(hash))
    if (bytes === undefined || sha256(bytes) !== hash) throw blobMissing(store, path, hash)
    blobs.set(hash, bytes)
  }
  const node = restoreBlobs(document.node, blobs)
  return {
    ...document,
    node,
    request: member(node, 'request') as JsonObject,
    response: member(node, 'response') as JsonObject,
  }
}

function blobMissing(store: Store, path: string, hash: string): WiretapeError {
  const cause = `refers to ${store.locate(blobPath(hash))}, which is missing or damaged`
  return new WiretapeError('WT_RECORDING_INVALID', {
    message: `${store.locate(path)}, at /blobs: ${cause}`,
    hint: 'restore the file from version control, or delete the recording and record again: WIRETAPE_MODE=record-if-missing',
    details: { path: store.locate(path), pointer: '/blobs', cause },
  })
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

/** The manifest says by which rules the files of a corpus are named, so that another wiretape finds them. */
async function writeManifest(store: Store): Promise<void> {
  const manifest = { format: 1, keys: [{ rule: 'wiretape/1' }] }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  if ((await store.read('wiretape.json')) === undefined)
    await store.write('wiretape.json', Buffer.from(text), { ifAbsent: true })
}
