import { WiretapeError } from '../errors/wiretape-error.ts'
import type { Call } from '../dialect/dialect.ts'
import type { FoundRecording } from './corpus.ts'
import { isNativePath, modelFolder } from './recording-path.ts'
import type { Store, StoreEntry } from './store.ts'

/** A recording that might have been meant, not yet taken apart. */
export interface Candidate {
  readonly store: Store
  readonly path: string
  /** The file as it lies there. */
  readonly bytes: Uint8Array
  /** Undefined where it can't be read. */
  open(): Promise<FoundRecording | undefined>
}

/** How far a search for candidates goes; what it has used up is counted on it. */
export interface SearchBudget {
  /** Files still to be read. */
  files: number
  /** Bytes still to be read; a file that has more is passed over. */
  bytes: number
}

export interface CandidateSearch {
  readonly store: Store
  readonly open: (path: string, known: Uint8Array) => Promise<FoundRecording | undefined>
  /** Files in other layouts that answer this endpoint. */
  readonly foreignPaths: (endpoint: string) => Promise<readonly string[]>
}

/** What is asked, as far as a name and a size tell how near a file is. */
export interface Wanted {
  readonly call: Call
  /** Of the request as a recording holds it, in bytes. */
  readonly size: number
}

/** Entries of one folder that are looked at; of more, the rest is as if it were not there. */
const MOST_LISTED = 5000

/** Files read at once. */
const BATCH = 16

/** The likeliest first: of the same model, then in other layouts, then of other models of the same API. */
export async function* findCandidates(
  search: CandidateSearch,
  wanted: Wanted,
  budget: SearchBudget,
): AsyncGenerator<Candidate> {
  const { store } = search
  const { call } = wanted
  const near = modelFolder(call)
  const own = await entriesOf(store.list(near), ({ path }) => isNativePath(path))
  yield* readCandidates(likeliest(own, wanted, budget), search, budget)
  if (budget.files === 0) return
  yield* readCandidates(await search.foreignPaths(call.endpoint.name), search, budget)
  if (budget.files === 0) return
  const others = await entriesOf(
    store.list(call.dialect.name),
    ({ path }) => !path.startsWith(`${near}/`) && isNativePath(path),
  )
  yield* readCandidates(likeliest(others, wanted, budget), search, budget)
}

async function entriesOf(
  list: AsyncIterable<StoreEntry>,
  counts: (entry: StoreEntry) => boolean,
): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = []
  try {
    for await (const entry of list) {
      if (!counts(entry)) continue
      entries.push(entry)
      if (entries.length >= MOST_LISTED) break
    }
  } catch (error) {
    // A folder that can't be listed holds no candidate, and the miss is what is to be told.
    if (!WiretapeError.is(error)) throw error
  }
  return entries
}

/** All of them where they are few; else one half the newest, as far as tags tell, and the other those of a like size. */
function likeliest(
  entries: readonly StoreEntry[],
  { size }: Wanted,
  budget: SearchBudget,
): string[] {
  const readable = entries.filter((entry) => entry.size <= budget.bytes)
  if (readable.length <= budget.files) return readable.map(({ path }) => path)
  const ages = readable.toSorted((left, right) => timeOf(right) - timeOf(left))
  const newest = ages.slice(0, Math.ceil(budget.files / 2))
  const taken = new Set(newest)
  const alike = readable
    .filter((entry) => !taken.has(entry))
    .toSorted((left, right) => distance(left.size, size) - distance(right.size, size))
  return [...newest, ...alike].slice(0, budget.files).map(({ path }) => path)
}

/** A file holds an answer besides its request: one that is shorter than the request alone is hardly meant. */
function distance(file: number, request: number): number {
  return file < request ? 4 * (request - file) : file - request
}

/** A tag is a time of modification in a folder, and need not be one elsewhere. */
function timeOf({ tag }: StoreEntry): number {
  const time = Number(tag)
  return Number.isNaN(time) ? 0 : time
}

async function* readCandidates(
  paths: readonly string[],
  { store, open }: CandidateSearch,
  budget: SearchBudget,
): AsyncGenerator<Candidate> {
  for (let start = 0; start < paths.length && budget.files > 0; start += BATCH) {
    const batch = paths.slice(start, start + Math.min(BATCH, budget.files))
    budget.files -= batch.length
    const files = await Promise.all(batch.map((path) => readIfReadable(store, path)))
    for (const [index, bytes] of files.entries()) {
      if (bytes === undefined || bytes.length > budget.bytes) continue
      budget.bytes -= bytes.length
      const path = batch[index] as string
      yield { store, path, bytes, open: () => open(path, bytes) }
    }
  }
}

async function readIfReadable(store: Store, path: string): Promise<Uint8Array | undefined> {
  try {
    return await store.read(path)
  } catch {
    // A candidate is only named to help with another miss; its own request reports what is wrong with it.
    return undefined
  }
}
