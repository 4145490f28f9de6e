import { recogniseCall } from '../dialect/dialects.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { member, stringMember } from '../json/access.ts'
import { readDocument, type RecordingDocument } from '../recording/document.ts'
import { viewRecordedRequests } from '../recording/recorded-request.ts'
import { type Matcher, NO_OPTIONS } from '../request/matcher.ts'
import { ogxToolHash } from '../request/ogx-rule.ts'
import { keyRequest } from '../request/request-key.ts'
import { createIndexCache } from './index-cache.ts'
import { isNativePath, isNoRecording } from './recording-path.ts'
import type { Store } from './store.ts'

/** Keys of the recordings that lie elsewhere than a look-up opens: OGX's files, and whatever people renamed. */
export interface ForeignIndex {
  /** The files that answer, the likeliest first: those of no test before those of one. */
  pathsFor(hash: string, occurrence: number): Promise<readonly string[]>
  /** The files that answer this endpoint. */
  pathsOf(endpoint: string): Promise<readonly string[]>
  unreadable(): readonly UnreadableFile[]
}

/** Files that are read for an index: of more, the first look-up that misses would take minutes. */
const MOST_FILES = 100_000

export interface UnreadableFile {
  readonly path: string
  readonly error: WiretapeError
}

/** What is known of one file; kept outside the corpus, by the file's size and modification. */
export interface IndexedFile {
  readonly endpoint: string
  readonly isOfTest: boolean
  /** The key without the test, and with it; of several readings of an OGX request each. */
  readonly hashes: readonly string[]
  readonly occurrence: number
  /** True for a file that answers every occurrence, as OGX does with its own. */
  readonly repeats: boolean
}

/**
 * Reads the files once, on the first look-up that a path does not answer.
 *
 * @param loadMatchers the options of the corpus; a file answers by its key under each
 */
export function createForeignIndex(
  store: Store,
  loadMatchers: () => Promise<readonly Matcher[]> = async () => [NO_OPTIONS],
): ForeignIndex {
  let reading: Promise<ReadonlyMap<string, IndexedFile>> | undefined
  let keys: Promise<ReadonlyMap<string, readonly IndexedPath[]>> | undefined
  const unreadable: UnreadableFile[] = []
  const files = (): Promise<ReadonlyMap<string, IndexedFile>> => {
    // An error of the store is this look-up's; the next one reads again.
    reading ??= readFiles(store, { loadMatchers, unreadable }).catch((error: unknown) => {
      reading = undefined
      keys = undefined
      throw error
    })
    return reading
  }
  return {
    unreadable: () => unreadable,
    pathsFor: async (hash, occurrence) => {
      const byKey = await (keys ??= files().then(groupByKey))
      return (byKey.get(hash) ?? [])
        .filter(({ file }) => file.occurrence === occurrence || file.repeats)
        .map(({ path }) => path)
    },
    pathsOf: async (endpoint) =>
      [...(await files())].flatMap(([path, file]) => (file.endpoint === endpoint ? [path] : [])),
  }
}

interface IndexedPath {
  readonly path: string
  readonly file: IndexedFile
}

function groupByKey(files: ReadonlyMap<string, IndexedFile>): Map<string, IndexedPath[]> {
  const groups = new Map<string, IndexedPath[]>()
  for (const isOfTest of [false, true])
    for (const [path, file] of files) {
      if (file.isOfTest !== isOfTest) continue
      for (const hash of file.hashes) {
        const group = groups.get(hash)
        if (group === undefined) groups.set(hash, [{ path, file }])
        else group.push({ path, file })
      }
    }
  return groups
}

async function readFiles(
  store: Store,
  {
    loadMatchers,
    unreadable,
  }: {
    readonly loadMatchers: () => Promise<readonly Matcher[]>
    readonly unreadable: UnreadableFile[]
  },
): Promise<ReadonlyMap<string, IndexedFile>> {
  const files = new Map<string, IndexedFile>()
  const matchers = await loadMatchers()
  const cache = await createIndexCache(store, matchers)
  let seen = 0
  /** One bad file, or folder, is told of when a request is missed; all others still answer. */
  const note = (path: string, error: unknown): void => {
    if (!WiretapeError.is(error)) throw error
    unreadable.push({ path, error })
  }
  try {
    for await (const entry of store.list()) {
      if (!entry.path.endsWith('.json') || isNativePath(entry.path) || isNoRecording(entry.path))
        continue
      seen += 1
      if (seen > MOST_FILES) throw tooManyFiles(store)
      const known = cache.get(entry)
      if (known !== undefined) {
        files.set(entry.path, known)
        continue
      }
      try {
        const bytes = await store.read(entry.path)
        if (bytes === undefined) continue
        const file = indexDocument(readDocument(bytes, store.locate(entry.path)), matchers)
        if (file === undefined) continue
        files.set(entry.path, file)
        cache.set(entry, file)
      } catch (error) {
        note(entry.path, error)
      }
    }
  } catch (error) {
    note('', error)
  }
  await cache.save()
  return files
}

function tooManyFiles(store: Store): WiretapeError {
  const cause = `more than ${MOST_FILES} files lie elsewhere than a look-up opens`
  return new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${store.name}: ${cause}`,
    hint: `name a folder below it, or give its files a place of wiretape's: npx wiretape rekey --adopt ${store.name}`,
    details: { path: store.name, cause },
  })
}

function indexDocument(
  document: RecordingDocument,
  matchers: readonly Matcher[],
): IndexedFile | undefined {
  const views = viewRecordedRequests(document.request, document.version)
  const tool = ogxToolHash(document.request)
  const testId =
    stringMember(document.node, 'test_id') ?? stringMember(document.request, 'test_id') ?? null
  const testIds = testId === null ? [null] : [null, testId]
  const hashes = matchers.flatMap((matcher) =>
    views.flatMap((view) =>
      testIds.map((test) => keyRequest(view, { testId: test, matcher }).key.hash),
    ),
  )
  if (tool !== undefined) hashes.push(tool)
  const key = member(member(document.node, 'recorded'), 'key')
  const own = stringMember(key, 'hash')
  if (own !== undefined && stringMember(key, 'rule') === 'wiretape/1') hashes.push(own)
  if (hashes.length === 0) return undefined
  const occurrence = member(key, 'occurrence')
  return {
    endpoint: views[0] === undefined ? 'tool' : recogniseCall(views[0]).endpoint.name,
    isOfTest: testId !== null,
    hashes: [...new Set(hashes)],
    occurrence: occurrence?.kind === 'number' ? Number(occurrence.text) : 1,
    repeats: document.version === 0,
  }
}
