import { open } from 'node:fs/promises'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { jsonOf } from '../json/json-value.ts'
import { DEFAULT_MAX_DEPTH } from '../json/limits.ts'
import { fromValue, mergeValue, toValue } from '../json/value.ts'
import type { JsonObject } from '../json/node.ts'
import { invalidRecording, readDocument } from './document.ts'
import { formatDocument, upgradeDocument } from './format-document.ts'
import { MOST_FILE_BYTES } from './limits.ts'
import type { Recording } from './recording.ts'
import { checkRecordingShape } from './shape.ts'

/** What each parsed recording was made of: spellings that a JavaScript value can't hold come back from here. */
const sources = new WeakMap<object, JsonObject>()

/**
 * Reads a recording of version 0 (OGX) or 1. Numbers become JavaScript's, but {@link formatRecording} still knows how they
 * were spelled.
 *
 * @throws WT_RECORDING_INVALID, WT_VERSION_UNSUPPORTED
 * @public
 */
export function parseRecording(input: string | Uint8Array): Recording {
  return toRecording(readDocument(input).node)
}

/**
 * Reads a recording's file.
 *
 * @throws WT_RECORDING_INVALID, WT_VERSION_UNSUPPORTED; WT_CORPUS_UNREADABLE where the file can't be read
 * @public
 */
export async function readRecording(path: string): Promise<Recording> {
  return toRecording(readDocument(await readBytes(path), path).node)
}

/**
 * The text of a recording as it stands in a corpus. What was not changed since it was parsed keeps its spelling
 * (`1.0`, `1e-7`, integers over 2^53), and formatting twice changes nothing. Always writes version 1.
 *
 * @example
 * const recording = await readRecording('recordings/openai-chat/gpt-4o/4f….json')
 * await writeFile(path, formatRecording(recording))
 *
 * @throws WT_RECORDING_INVALID where the value is no recording; WT_VALUE_NOT_JSON where JSON can't hold all of it
 * @public
 */
export function formatRecording(recording: Recording): string {
  const source = sources.get(recording)
  const checked = jsonOf(recording, 'the recording', DEFAULT_MAX_DEPTH)
  const node = source === undefined ? checked : mergeValue(source, recording)
  const fault = checkRecordingShape(node)
  if (fault !== undefined)
    throw new WiretapeError('WT_RECORDING_INVALID', {
      message: `the recording, at ${fault.pointer === '' ? 'its root' : fault.pointer}: ${fault.cause}`,
      hint: 'give what parseRecording() or readRecording() returned',
      details: { path: null, pointer: fault.pointer, cause: fault.cause },
    })
  return formatDocument(upgradeDocument(node as JsonObject))
}

function toRecording(node: JsonObject): Recording {
  const recording = toValue(node) as Recording
  sources.set(recording, node)
  return recording
}

/** The lossless document behind a recording, edits included. */
export function documentOf(recording: Recording): JsonObject {
  const source = sources.get(recording)
  return (source === undefined ? fromValue(recording) : mergeValue(source, recording)) as JsonObject
}

async function readBytes(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      if (size <= MOST_FILE_BYTES) bytes = await file.readFile()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new WiretapeError('WT_CORPUS_UNREADABLE', {
      message: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'check the path and its permissions',
      details: { path },
      cause,
    })
  }
  if (bytes !== undefined) return bytes
  throw invalidRecording({ path, pointer: '', cause: `has more than ${MOST_FILE_BYTES} bytes` })
}
