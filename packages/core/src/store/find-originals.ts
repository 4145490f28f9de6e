import { member, stringMember } from '../json/access.ts'
import type { RecordedOriginal } from './layers.ts'
import { isNoRecording } from './recording-path.ts'
import type { FoundRecording } from './corpus.ts'
import type { Store } from './store.ts'

export interface OriginalSearch {
  readonly store: Store
  /** Undefined where a file can't be read. */
  readonly open: (path: string) => Promise<FoundRecording | undefined>
  /** Whether recordings may have other keys now than their ids were made from. */
  readonly isRekeyed: () => Promise<boolean>
}

/** What the recordings of a corpus say of a name: those whose keys begin with its digits, else any. */
export async function findOriginals(
  search: OriginalSearch,
  name: string,
  digits: string,
): Promise<readonly RecordedOriginal[]> {
  const { store, isRekeyed } = search
  const near: string[] = []
  const others: string[] = []
  for await (const { path } of store.list())
    if (path.slice(path.lastIndexOf('/') + 1).startsWith(digits)) near.push(path)
    else if (path.endsWith('.json') && !isNoRecording(path)) others.push(path)
  const found = await originalsIn(near, search, name)
  if (found.length > 0 || !(await isRekeyed())) return found
  const naming: string[] = []
  for (const path of others) {
    const bytes = await readIfReadable(store, path)
    if (bytes !== undefined && Buffer.from(bytes).includes(name)) naming.push(path)
  }
  return originalsIn(naming, search, name)
}

/** It goes into the address and the body of a request: nothing but an id does. */
const IS_ID = /^(?!\.{1,2}$)[^\p{C}\p{Z}]+$/u

async function readIfReadable(store: Store, path: string): Promise<Uint8Array | undefined> {
  try {
    return await store.read(path)
  } catch {
    // A file that is no recording tells no id; whoever asks for it is told what is wrong with it.
    return undefined
  }
}

async function originalsIn(
  paths: readonly string[],
  { store, open }: OriginalSearch,
  name: string,
): Promise<RecordedOriginal[]> {
  const found: RecordedOriginal[] = []
  for (const path of paths) {
    const recording = await open(path)
    if (recording === undefined) continue
    const { node } = recording.document
    const original =
      stringMember(member(node, 'id_normalization_mapping'), name) ??
      stringMember(member(member(node, 'recorded'), 'ids'), name)
    if (original !== undefined && IS_ID.test(original))
      found.push({ name, original, place: store.locate(path) })
  }
  return found
}
