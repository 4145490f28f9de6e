import { WiretapeError } from '../errors/wiretape-error.ts'
import { member } from '../json/access.ts'
import type { JsonObject } from '../json/node.ts'
import { blobHashes, blobPath, restoreBlobs } from '../recording/blobs.ts'
import { readDocument, type RecordingDocument } from '../recording/document.ts'
import { sha256 } from '../request/canonical-json.ts'
import type { Store } from './store.ts'

/**
 * Reads a recording of a corpus, with its blobs read in; undefined where there is no such file.
 *
 * @throws WT_RECORDING_INVALID, WT_VERSION_UNSUPPORTED, WT_CORPUS_UNREADABLE
 */
export async function openRecording(
  store: Store,
  path: string,
): Promise<RecordingDocument | undefined> {
  const bytes = await store.read(path)
  return bytes === undefined
    ? undefined
    : withBlobs(store, readDocument(bytes, store.locate(path)), path)
}

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
