import { WiretapeError } from '../errors/wiretape-error.ts'
import { member } from '../json/access.ts'
import type { JsonObject } from '../json/node.ts'
import { blobPath, blobUses, restoreBlobs } from '../recording/blobs.ts'
import { MOST_BLOB_CHARACTERS } from '../recording/limits.ts'
import { readDocument, type RecordingDocument } from '../recording/document.ts'
import { sha256 } from '../request/canonical-json.ts'
import type { Store } from './store.ts'

/**
 * Reads a recording of a corpus, with its blobs read in; undefined where there is no such file.
 *
 * @param known the file, where it was read already
 * @throws WT_RECORDING_INVALID, WT_VERSION_UNSUPPORTED, WT_CORPUS_UNREADABLE
 */
export async function openRecording(
  store: Store,
  path: string,
  known?: Uint8Array,
): Promise<RecordingDocument | undefined> {
  const bytes = known ?? (await store.read(path))
  return bytes === undefined
    ? undefined
    : withBlobs(store, readDocument(bytes, store.locate(path)), path)
}

async function withBlobs(
  store: Store,
  document: RecordingDocument,
  path: string,
): Promise<RecordingDocument> {
  const uses = blobUses(document.node)
  if (uses.size === 0) return document
  const blobs = new Map<string, Uint8Array>()
  let added = 0
  for (const [hash, times] of uses) {
    const bytes = await store.read(blobPath(hash))
    if (bytes === undefined || sha256(bytes) !== hash) throw blobMissing(store, path, hash)
    blobs.set(hash, bytes)
    // Base64 takes four characters for three bytes.
    added += (bytes.length / 3) * 4 * times
    if (added > MOST_BLOB_CHARACTERS)
      throw invalid(store, path, {
        cause: `its blobs would add more than ${MOST_BLOB_CHARACTERS} characters`,
        hint: 'delete the recording: no API takes that much',
      })
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
  return invalid(store, path, {
    cause: `refers to ${store.locate(blobPath(hash))}, which is missing or damaged`,
    hint: 'restore the file from version control, or delete the recording and record again: WIRETAPE_MODE=record-if-missing',
  })
}

function invalid(
  store: Store,
  path: string,
  { cause, hint }: { readonly cause: string; readonly hint: string },
): WiretapeError {
  return new WiretapeError('WT_RECORDING_INVALID', {
    message: `${store.locate(path)}, at /blobs: ${cause}`,
    hint,
    details: { path: store.locate(path), pointer: '/blobs', cause },
  })
}
