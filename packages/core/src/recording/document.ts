import { WiretapeError } from '../errors/wiretape-error.ts'
import { MOST_FILE_BYTES } from './limits.ts'
import { member } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { parseJson } from '../json/parse.ts'
import { RECORDING_VERSION } from './recording.ts'
import { restoreMapping } from './id-mapping.ts'
import { checkRecordingShape } from './shape.ts'
import type { ShapeFault } from './shape-checks.ts'

/** A recording as its text says it, checked. */
export interface RecordingDocument {
  readonly node: JsonObject
  readonly version: number
  readonly request: JsonObject
  readonly response: JsonObject
  /** Where it was read, for messages; undefined where that is not known. */
  readonly place?: string | undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a recording's text. `path` only stands in messages.
 *
 * @throws WT_RECORDING_INVALID where it is not JSON, not a recording, or beyond a limit, with the place and the cause
 * @throws WT_VERSION_UNSUPPORTED where a newer wiretape wrote it
 */
export function readDocument(input: string | Uint8Array, path?: string): RecordingDocument {
  if (input.length > MOST_FILE_BYTES)
    throw invalidRecording({ path, pointer: '', cause: `has more than ${MOST_FILE_BYTES} bytes` })
  const text = typeof input === 'string' ? input : decode(input, path)
  const node = parse(text, path)
  const version = versionOf(node)
  if (version !== undefined && version > RECORDING_VERSION) throw unsupported(version, path)
  const fault = checkRecordingShape(node)
  if (fault !== undefined) throw invalidRecording({ path, ...fault })
  const document =
    version === undefined || version === 0
      ? restoreMapping(node as JsonObject)
      : (node as JsonObject)
  if (document === undefined)
    throw invalidRecording({
      path,
      pointer: '/id_normalization_mapping',
      cause: 'has too many ids for a text of this length, or they make it too long',
    })
  return {
    node: document,
    version: version ?? 0,
    request: member(document, 'request') as JsonObject,
    response: member(document, 'response') as JsonObject,
    ...(path === undefined ? {} : { place: path }),
  }
}

function decode(bytes: Uint8Array, path: string | undefined): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw invalidRecording({ path, pointer: '', cause: 'is not UTF-8' }, cause)
  }
}

function parse(text: string, path: string | undefined): JsonNode {
  try {
    return parseJson(text)
  } catch (cause) {
    if (!WiretapeError.is(cause)) throw cause
    const { line, column, reason } = cause.details
    const place = `line ${String(line)}, column ${String(column)}`
    throw invalidRecording(
      { path, pointer: '', cause: `is not JSON: ${place}: ${String(reason)}` },
      cause,
    )
  }
}

function versionOf(node: JsonNode): number | undefined {
  const version = member(node, 'version')
  return version?.kind === 'number' ? Number(version.text) : undefined
}

/** @param error what it came of, where that was another error */
export function invalidRecording(
  { path, pointer, cause }: ShapeFault & { readonly path: string | undefined },
  error?: unknown,
): WiretapeError {
  const place = path ?? 'the recording'
  return new WiretapeError('WT_RECORDING_INVALID', {
    message: `${place}${pointer === '' ? '' : `, at ${showPointer(pointer)}`}: ${cause}`,
    hint: `correct it by hand, or delete ${path === undefined ? 'it' : 'the file'} and record again: WIRETAPE_MODE=record-if-missing`,
    details: { path: path ?? null, pointer, cause },
    ...(error === undefined ? {} : { cause: error }),
  })
}

/** A name in a file may be of any length, and may hold what a terminal obeys. */
function showPointer(pointer: string): string {
  const short = pointer.length > 200 ? `${pointer.slice(0, 200)}…` : pointer
  return short.replace(/\p{C}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u${code.toString(16).padStart(4, '0')}`
  })
}

function unsupported(version: number, path: string | undefined): WiretapeError {
  const cause = `has version ${version}; this wiretape reads versions 0 to ${RECORDING_VERSION}`
  return new WiretapeError('WT_VERSION_UNSUPPORTED', {
    message: `${path ?? 'the recording'}, at /version: ${cause}`,
    hint: 'npm install @wiretape/core@latest',
    details: { path: path ?? null, pointer: '/version', cause, version },
  })
}
