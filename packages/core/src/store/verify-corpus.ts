import { WiretapeError } from '../errors/wiretape-error.ts'
import type { JsonNode } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import { environmentSecrets } from '../redaction/environment-secrets.ts'
import { type PlacedText, placedTexts } from '../redaction/placed-texts.ts'
import { createRedactor, type Redactor } from '../redaction/redactor.ts'
import { isSecretMember } from '../redaction/text-rules.ts'
import { sha256 } from '../request/canonical-json.ts'
import { placeholderFor } from '../request/placeholders.ts'
import { locateRecordings, type RecordingsOption } from './locate-recordings.ts'
import { MANIFEST_PATH, readManifest } from './manifest.ts'
import { openRecording } from './open-recording.ts'
import { isNoRecording } from './recording-path.ts'
import type { Store } from './store.ts'

/** @experimental */
export interface VerifyOptions {
  readonly recordings: RecordingsOption
  /**
   * Looks for secrets by wiretape's own rules, with this process's environment, and hands out the texts of each file so that
   * other rules can look too.
   *
   * @defaultValue false
   */
  readonly secrets?: boolean | undefined
}

/**
 * A file of a corpus that was looked at.
 *
 * @experimental
 */
export interface VerifiedFile {
  /** Relative to the corpus. */
  readonly path: string
  /** The path as a person would open it. */
  readonly location: string
  readonly kind: 'recording' | 'manifest' | 'blob' | 'other'
  /** Why it can't be read, or is not whole. */
  readonly error?: WiretapeError | undefined
  /** What looks like a secret: its place and the rule that knows it, never the text. */
  readonly secrets: readonly { readonly pointer: string; readonly rule: string }[]
  /** All that it says, where secrets are looked for; bytes that are no text have none. */
  readonly texts: readonly PlacedText[]
}

/**
 * Reads every file of a corpus and says whether it is whole: recordings with their blobs, blobs, the manifest. One file is in
 * memory at a time. What is wrong with a file is in its `error`.
 *
 * @throws WT_CORPUS_UNREADABLE where the folder can't be read, or holds nothing; WT_OPTION_INVALID where a package is not
 * installed
 * @experimental
 */
export async function* verifyCorpus(options: VerifyOptions): AsyncGenerator<VerifiedFile> {
  const store = locateRecordings(options.recordings)
  const redactor =
    options.secrets === true ? createRedactor({}, environmentSecrets(process.env)) : undefined
  let count = 0
  for await (const { path } of store.list()) {
    count += 1
    yield await verifyFile(store, path, redactor)
  }
  if (count > 0) return
  throw new WiretapeError('WT_CORPUS_UNREADABLE', {
    message: `${store.name}: holds no files`,
    hint: 'name the folder that has wiretape.json in it',
    details: { path: store.name },
  })
}

async function verifyFile(
  store: Store,
  path: string,
  redactor: Redactor | undefined,
): Promise<VerifiedFile> {
  const kind = kindOf(path)
  const error = await faultOf(store, path, kind)
  const texts = redactor === undefined ? [] : await textsOf(store, path, redactor)
  return {
    path,
    location: store.locate(path),
    kind,
    error,
    secrets:
      redactor === undefined
        ? []
        : findSecrets([...texts, { pointer: '', name: null, text: path }], redactor),
    texts,
  }
}

function kindOf(path: string): VerifiedFile['kind'] {
  if (path === MANIFEST_PATH) return 'manifest'
  if (path.startsWith('blobs/')) return 'blob'
  return path.endsWith('.json') && !isNoRecording(path) ? 'recording' : 'other'
}

async function faultOf(
  store: Store,
  path: string,
  kind: VerifiedFile['kind'],
): Promise<WiretapeError | undefined> {
  try {
    if (kind === 'manifest') await readManifest(store)
    if (kind === 'recording') await openRecording(store, path)
    if (kind === 'blob') await checkBlob(store, path)
    if (kind === 'other') await store.read(path)
    return undefined
  } catch (error) {
    if (WiretapeError.is(error)) return error
    throw error
  }
}

async function checkBlob(store: Store, path: string): Promise<void> {
  const bytes = await store.read(path)
  if (bytes === undefined || sha256(bytes) === path.slice(path.indexOf('/') + 1)) return
  throw new WiretapeError('WT_RECORDING_INVALID', {
    message: `${store.locate(path)}: its bytes are not those that its name says`,
    hint: 'restore the file from version control',
    details: { path: store.locate(path), pointer: '', cause: 'its sha256 is another' },
  })
}

async function textsOf(store: Store, path: string, redactor: Redactor): Promise<PlacedText[]> {
  let bytes: Uint8Array | undefined
  try {
    bytes = await store.read(path)
  } catch (error) {
    // It is in the file's `error`, or was no file that is read.
    if (WiretapeError.is(error)) return []
    throw error
  }
  if (bytes === undefined) return []
  const text = Buffer.from(bytes).toString('utf8')
  const document = path.endsWith('.json') ? parsed(text) : undefined
  return document === undefined
    ? [{ pointer: '', name: null, text }]
    : placedTexts(document, (name) => redactor.text(name, ''))
}

/** A file that is no JSON, such as an unresolved merge, is looked at as it is. */
function parsed(text: string): JsonNode | undefined {
  try {
    return parseJson(text)
  } catch (error) {
    if (WiretapeError.is(error)) return undefined
    throw error
  }
}

function findSecrets(
  texts: readonly PlacedText[],
  redactor: Redactor,
): { pointer: string; rule: string }[] {
  const found = new Map<string, { pointer: string; rule: string }>()
  const add = (pointer: string, rule: string): void =>
    void found.set(`${rule} ${pointer}`, { pointer, rule })
  for (const { pointer, name, text } of texts) {
    const spans = redactor.secretsIn(text, pointer)
    for (const { rule } of spans) add(pointer, rule)
    // What was recorded without redaction, or by another tool.
    if (spans.length === 0 && name !== null && isSecretMember(name, text))
      add(pointer, placeholderFor(redactor.text(name, '')).slice(1, -1))
  }
  return [...found.values()]
}
