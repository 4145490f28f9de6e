import { isDeepStrictEqual } from 'node:util'
import {
  assemble,
  createMemoryStore,
  createTape,
  disassemble,
  formatRecording,
  parseRecording,
  playRecording,
  type Recording,
  requestKey,
  WiretapeError,
} from '@wiretape/core'
import { createTapeFetch } from '@wiretape/core/fetch'
import type { Random } from './random.ts'

/** What one case came to: the codes of wiretape's errors; anything else that was thrown is a failure of the run. */
export type CaseResult = readonly string[]

/** Reads, plays, formats, keys, assembles and replays what may be a recording. */
export async function runRecording(bytes: Uint8Array, random: Random): Promise<CaseResult> {
  const codes: string[] = []
  let recording: Recording
  try {
    recording = parseRecording(bytes)
  } catch (error) {
    return [codeOf(error)]
  }
  const attempt = (run: () => void): void => {
    try {
      run()
    } catch (error) {
      codes.push(codeOf(error))
    }
  }
  attempt(() => checkFormat(recording))
  attempt(() => void requestKey(recording))
  attempt(() => void requestKey(recording, { rule: 'ogx' }))
  const { body } = recording.response
  attempt(() => {
    if (Array.isArray(body)) assemble(body as unknown[])
    else disassemble(body)
  })
  for (const run of [play, replay])
    try {
      await run(recording, bytes, random)
    } catch (error) {
      if (!isRecordedError(error, recording)) codes.push(codeOf(error))
    }
  return codes.length === 0 ? ['none'] : codes
}

function checkFormat(recording: Recording): void {
  const text = formatRecording(recording)
  const again = parseRecording(text)
  if (formatRecording(again) !== text) throw new Error('formatting twice changes it')
  const { version: _, ...before } = recording
  const { version: __, ...after } = again
  // A version 0 recording's text is replaced by its mapping once, as it is read.
  if (!isDeepStrictEqual(after, before)) throw new Error('formatting loses something')
}

async function play(recording: Recording): Promise<void> {
  for await (const { text } of playRecording(recording).items) void text.length
}

/** As a program asks: the file lies in a corpus under a name of its own. */
async function replay(recording: Recording, bytes: Uint8Array, random: Random): Promise<void> {
  const { method = 'POST', url = '', body, headers } = recording.request
  if (!URL.canParse(url)) return
  const store = createMemoryStore({ 'moved.json': bytes })
  const tape = createTape({
    recordings: store,
    crossStream: random.percent(20),
    reads: random.pick(['recorded', 'frames', 'whole', { cut: 7, seed: random.below(1000) }]),
  })
  const request = {
    method,
    url,
    headers: Object.entries(headers ?? {}).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
    body: body === undefined || body === null ? null : textOf(body),
  }
  try {
    if (random.percent(50)) {
      const response = await tape.handle(request, neverLive)
      for await (const read of response.body) void read.length
    } else {
      const fetched = requestOf(request)
      if (fetched === undefined) return
      const response = await createTapeFetch(tape)(fetched)
      await response.arrayBuffer()
    }
  } finally {
    await tape.close().catch((error: unknown) => void codeOf(error))
  }
}

/** Undefined where fetch itself would not send such a request. */
function requestOf(request: {
  readonly method: string
  readonly url: string
  readonly body: string | null
}): Request | undefined {
  try {
    return new Request(request.url, { method: request.method, body: request.body })
  } catch {
    return undefined
  }
}

async function neverLive(): Promise<never> {
  throw new Error('a replay asked the network')
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** An error that the recording tells of, and that a replay gives back. */
function isRecordedError(error: unknown, { response }: Recording): boolean {
  const { wire, status } = response
  if (wire?.['ending'] !== 'error' && status !== null) return false
  const recorded = wire?.['error'] as { readonly message?: unknown } | undefined
  return error instanceof Error && error.message === (recorded?.message ?? 'the connection failed')
}

/** The code of wiretape's error. @throws whatever else it is */
export function codeOf(error: unknown): string {
  if (WiretapeError.is(error)) return error.code
  throw error
}
