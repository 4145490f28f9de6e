import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Answer, ResponseAnswer } from '../answers.ts'
import { createCompressor } from '../content-coding.ts'
import { turnEventLoop, waitFor } from '../real-timers.ts'
import type { HangUp, StreamPart } from '../stream-part.ts'

/** Headers that HTTP/2 knows no more. */
const CONNECTION_HEADERS = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/** Does with an HTTP/2 stream what the answer says, until it is done or the stream is gone. */
export async function playStreamAnswer(answer: Answer, stream: ServerHttp2Stream): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (stream.closed) resolve()
    else stream.once('close', () => resolve())
  })
  if (answer.kind === 'hang-up') cutStream(answer, stream)
  else if (answer.kind === 'response') await playResponse(answer, stream, gone)
  await gone
}

async function playResponse(
  answer: ResponseAnswer,
  stream: ServerHttp2Stream,
  gone: Promise<void>,
): Promise<void> {
  const compressor = answer.coding === undefined ? undefined : createCompressor(answer.coding)
  stream.respond({ ':status': answer.status, ...toNodeHeaders(answer) })
  for (const part of answer.parts) {
    if (stream.closed) return
    if (isBytes(part)) {
      await write((await compressor?.compress(Buffer.from(part))) ?? part, stream, gone)
    } else if (part.kind === 'pause') {
      await waitFor(part.milliseconds, gone)
    } else if (part.kind === 'gate') {
      await Promise.race([part.pass(), gone])
    } else {
      if (part.kind === 'hang-up') cutStream(part, stream)
      return
    }
  }
  const rest = await compressor?.finish()
  if (!stream.closed) stream.end(rest)
}

/** Hands bytes to the system, and waits until a reader in this process had its turn. */
async function write(
  bytes: Uint8Array | string,
  stream: ServerHttp2Stream,
  gone: Promise<void>,
): Promise<void> {
  const written = new Promise<void>((resolve) => {
    stream.write(bytes, () => resolve())
  })
  await Promise.race([written, gone])
  await turnEventLoop()
}

/** A reset is an error to the client; else the connection goes away under the stream, which the client takes for an end. */
function cutStream({ isReset }: HangUp, stream: ServerHttp2Stream): void {
  if (isReset) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  else stream.session?.destroy()
}

function isBytes(part: StreamPart): part is Uint8Array | string {
  return typeof part === 'string' || part instanceof Uint8Array
}

function toNodeHeaders({ headers }: ResponseAnswer): OutgoingHttpHeaders {
  const given = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !CONNECTION_HEADERS.has(name.toLowerCase()),
  )
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'string' ? value : [...(value ?? [])]]),
  )
}
