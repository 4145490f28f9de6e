import { assemble, type Playback, type Recording, WiretapeError } from '@wiretape/core'

/** A recording and its answer as it is played. */
export interface PlayedRecording {
  readonly recording: Recording
  readonly playback: Playback
}

/**
 * The whole answer: the one document, or what the chunks say together; undefined where there is none, or where nobody knows
 * how to put such chunks together (a stream of nothing but an error).
 */
export function messageOf(played: PlayedRecording, chunks: readonly unknown[]): unknown {
  const { recording, playback } = played
  if (!playback.isStreaming) return chunks[0]
  if (!playback.isAssemblable) return undefined
  // A file's items say by their types whose they are; those of version 0 are named after classes of Python.
  const { version = 0, response } = recording
  return tryAssemble(version > 0 && Array.isArray(response.body) ? response.body : chunks)
}

/**
 * Whether somebody knows what the stream's chunks say: a server may stream what its API doesn't have. Of version 0, whose
 * items need not be what was sent, it is taken for granted.
 */
export function isUnderstood({ recording, playback }: PlayedRecording): boolean {
  const { version = 0, response } = recording
  if (!playback.isAssemblable || version === 0) return playback.isAssemblable
  return Array.isArray(response.body) && tryAssemble(response.body) !== undefined
}

function tryAssemble(chunks: readonly unknown[]): unknown {
  try {
    return assemble(chunks)
  } catch (error) {
    if (WiretapeError.is(error) && error.code === 'WT_OPTION_INVALID') return undefined
    throw error
  }
}

/** The error of the transport that an answer ended with. */
export function transportErrorOf({
  recording,
}: PlayedRecording): Record<string, unknown> | undefined {
  const error = recording.response.wire?.['error']
  return isRecord(error) ? error : undefined
}

/** A value as JSON can hold it: bytes are base64, as in a recording. */
export function jsonOf(data: unknown): unknown {
  return data instanceof Uint8Array ? { base64: Buffer.from(data).toString('base64') } : data
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
