import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Answer, ResponseAnswer } from './answers.ts'
import { createCompressor } from './content-coding.ts'
import { turnEventLoop, waitFor } from './real-timers.ts'
import type { HangUp, StreamPart } from './stream-part.ts'

/** Where an answer goes. */
export interface AnswerTarget {
  readonly response: ServerResponse
  /** Called right before the provider itself ends the connection. */
  onHangUp(): void
}

/** Does with a request what the answer says, until it is done or the connection is gone. */
export async function playAnswer(answer: Answer, target: AnswerTarget): Promise<void> {
  const gone = waitUntilGone(target.response)
  if (answer.kind === 'hang-up') cutConnection(answer, target)
  else if (answer.kind === 'response') await playResponse(answer, target, gone)
  await gone
}

async function playResponse(
  answer: ResponseAnswer,
  target: AnswerTarget,
  gone: Promise<void>,
): Promise<void> {
  const { response } = target
  const compressor = answer.coding === undefined ? undefined : createCompressor(answer.coding)
  response.writeHead(answer.status, toNodeHeaders(answer))
  // Alone, so that a client has the headers although the first part is a gate.
  response.flushHeaders()
  for (const part of answer.parts) {
    if (isGone(response)) return
    if (isBytes(part)) {
      const bytes = Buffer.from(part)
      await writeAlone((await compressor?.compress(bytes)) ?? bytes, response, gone)
    } else if (part.kind === 'pause') {
      await waitFor(part.milliseconds, gone)
    } else if (part.kind === 'gate') {
      await Promise.race([part.pass(), gone])
    } else {
      if (part.kind === 'hang-up') cutConnection(part, target)
      return
    }
  }
  const rest = await compressor?.finish()
  if (isGone(response)) return
  if (rest !== undefined) await writeAlone(rest, response, gone)
  response.end()
}

function cutConnection(part: HangUp, target: AnswerTarget): void {
  target.onHangUp()
  if (part.isReset) target.response.socket?.resetAndDestroy()
  else target.response.socket?.destroy()
}

/** Hands bytes to the system, and waits until a reader in this process had its turn. */
async function writeAlone(
  bytes: Uint8Array,
  response: ServerResponse,
  gone: Promise<void>,
): Promise<void> {
  if (bytes.length === 0) return
  // An error needs no ear here: it means that the connection is gone, which is asked before each
  // part.
  const written = new Promise<void>((resolve) => {
    response.write(bytes, () => resolve())
  })
  await Promise.race([written, gone])
  await turnEventLoop()
}

function waitUntilGone(response: ServerResponse): Promise<void> {
  if (isGone(response)) return Promise.resolve()
  return new Promise((resolve) => {
    response.once('close', () => resolve())
  })
}

function isGone(response: ServerResponse): boolean {
  return response.closed || response.destroyed
}

function isBytes(part: StreamPart): part is Uint8Array | string {
  return typeof part === 'string' || part instanceof Uint8Array
}

function toNodeHeaders(answer: ResponseAnswer): OutgoingHttpHeaders {
  const given = Object.entries(answer.headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'string' ? value : [...(value ?? [])]]),
  )
}
