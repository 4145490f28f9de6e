import type { PlayedItem } from '@wiretape/core'
import type { CliIo } from '../io.ts'
import { dim, shown } from '../terminal-text.ts'
import {
  isUnderstood,
  messageOf,
  type PlayedRecording,
  transportErrorOf,
} from './played-recording.ts'
import { createProseLines, type ProseLines } from './prose-lines.ts'
import { isErrorChunk, toolDeltasOf } from './tool-deltas.ts'

const ENDINGS = {
  cut: 'the connection closed early',
  aborted: 'the caller stopped',
  error: 'the connection failed',
} as const

/** For people: a head, what the model wrote as it comes, the whole message, and how it ended if it did too early. */
export async function playProse(played: PlayedRecording, io: CliIo): Promise<void> {
  const { isStreaming, items, ending } = played.playback
  await io.write(`${dim(io, shown(io, headOf(played)))}\n\n`)
  const lines = createProseLines(io)
  const isKnown = isUnderstood(played)
  const chunks: unknown[] = []
  for await (const item of items) {
    chunks.push(item.data)
    if (isStreaming) await writeItem(item, isKnown, lines)
  }
  await lines.end()
  const message = messageOf(played, chunks)
  const isBelowText = isStreaming && chunks.length > 0
  if (message !== undefined)
    await io.write(`${isBelowText ? '\n' : ''}${shown(io, documentText(message))}\n`)
  if (ending === 'complete') return
  const isBelow = isBelowText || message !== undefined
  await io.write(`${isBelow ? '\n' : ''}${dim(io, shown(io, endingText(played)))}\n`)
}

/** What a model wrote, as it came; a tool's call as it grows; a line of JSON where nothing is known of the chunk. */
async function writeItem(
  { data, text }: PlayedItem,
  isKnown: boolean,
  lines: ProseLines,
): Promise<void> {
  if (text !== '') await lines.add('text', text)
  else if (!isKnown || isErrorChunk(data)) await lines.addLine(compactText(data))
  if (!isKnown) return
  for (const { name, input } of toolDeltasOf(data)) {
    if (name !== undefined) await lines.start('tool', `${name} `)
    if (input !== undefined) await lines.add('tool', input)
  }
}

function headOf({
  recording: { request, recorded },
  playback: { status },
}: PlayedRecording): string {
  const parts = [
    `${request.method ?? ''} ${request.url ?? ''}`.trim(),
    request.model ?? '',
    status === null ? 'no answer' : `status ${status}`,
    recorded?.at === undefined ? '' : `recorded ${recorded.at}`,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

function endingText(played: PlayedRecording): string {
  const { ending } = played.playback
  if (ending === 'complete') return ''
  const error = transportErrorOf(played)
  const reason = error === undefined ? ENDINGS[ending] : errorText(error)
  return `The answer ended here: ${ending} (${reason}).`
}

/** E.g. `ECONNRESET: read ECONNRESET`. */
function errorText({ name, code, message }: Record<string, unknown>): string {
  return `${String(code ?? name)}: ${String(message)}`
}

function compactText(data: unknown): string {
  return typeof data === 'string' || data instanceof Uint8Array
    ? documentText(data)
    : JSON.stringify(data)
}

function documentText(data: unknown): string {
  if (typeof data === 'string') return data.replace(/\r?\n$/, '')
  return data instanceof Uint8Array ? `(${data.length} bytes)` : JSON.stringify(data, null, 2)
}
