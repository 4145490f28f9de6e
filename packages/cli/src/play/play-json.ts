import type { CliIo } from '../io.ts'
import { shown } from '../terminal-text.ts'
import { jsonOf, messageOf, type PlayedRecording, transportErrorOf } from './played-recording.ts'

/** A line for each chunk as it comes, one for the whole message, one for an ending that is not `complete`. */
export async function playJson(played: PlayedRecording, io: CliIo): Promise<void> {
  const line = (value: object): Promise<void> => io.write(`${shown(io, JSON.stringify(value))}\n`)
  const { isStreaming, items, ending } = played.playback
  const chunks: unknown[] = []
  for await (const { data, at } of items) {
    chunks.push(data)
    if (isStreaming) await line({ chunk: jsonOf(data), at })
  }
  const message = messageOf(played, chunks)
  if (message !== undefined) await line({ message: jsonOf(message) })
  const error = transportErrorOf(played)
  if (ending !== 'complete') await line({ ending, ...(error === undefined ? {} : { error }) })
}
