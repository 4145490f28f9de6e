import { EventStreamCodec } from '@smithy/core/event-streams'
import { fromUtf8, toUtf8 } from '@smithy/core/serde'
import { createParser } from 'eventsource-parser'

const codec = new EventStreamCodec(toUtf8, fromUtf8)

/** The documents in an answer's body, whatever frames them; text where it is no JSON. */
export function documentsOf(body: Buffer): unknown[] {
  const frames = eventStreamFrames(body)
  if (frames !== undefined)
    return frames.map((frame) => withInnerDocument(valueOf(payloadOf(frame))))
  const text = body.toString('utf8')
  const whole = valueOf(text)
  if (typeof whole !== 'string') return [whole]
  if (/^(?:event|data|id|retry|:)/m.test(text.slice(0, 200)))
    return serverSentData(text).map(valueOf)
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(valueOf)
}

/** The texts of a body: the payload of each event-stream frame with the base64 in it decoded, else the whole. */
export function textsOf(body: Buffer): string[] {
  const frames = eventStreamFrames(body)
  if (frames === undefined) return [body.toString('utf8')]
  return frames.map((frame) =>
    payloadOf(frame).replace(INNER, (inner) => Buffer.from(inner, 'base64').toString('utf8')),
  )
}

/** Rewrites every text in a body, within event-stream frames and the base64 in them too. */
export function rewriteTexts(body: Buffer, rewrite: (text: string) => string): Buffer {
  const frames = eventStreamFrames(body)
  if (frames === undefined) {
    const text = body.toString('utf8')
    return Buffer.from(text, 'utf8').equals(body) ? Buffer.from(rewrite(text), 'utf8') : body
  }
  return Buffer.concat(
    frames.map((frame) => {
      const { headers, body: payload } = codec.decode(frame)
      const text = rewriteInner(Buffer.from(payload).toString('utf8'), rewrite)
      return codec.encode({ headers, body: Buffer.from(rewrite(text), 'utf8') })
    }),
  )
}

/** What Bedrock wraps in base64. */
const INNER = /(?<="bytes":")[A-Za-z0-9+/=]+(?=")/

function rewriteInner(text: string, rewrite: (text: string) => string): string {
  return text.replace(INNER, (inner) => {
    const changed = rewrite(Buffer.from(inner, 'base64').toString('utf8'))
    return Buffer.from(changed, 'utf8').toString('base64')
  })
}

/** Bedrock wraps a provider's own JSON and an agent's text in base64; a recording shows what is in it where it can. */
export function withInnerDocument(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('bytes' in payload)) return payload
  if (typeof payload.bytes !== 'string') return payload
  const text = Buffer.from(payload.bytes, 'base64').toString()
  const inner = valueOf(text)
  return { ...payload, bytes: typeof inner === 'object' ? inner : { utf8: text } }
}

/** Undefined where the bytes are no event stream. */
export function eventStreamFrames(body: Buffer): Buffer[] | undefined {
  const frames: Buffer[] = []
  for (let start = 0; start < body.length;) {
    if (body.length - start < 16) return undefined
    const length = body.readUInt32BE(start)
    if (length < 16 || start + length > body.length) return undefined
    frames.push(body.subarray(start, start + length))
    start += length
  }
  return frames.length === 0 ? undefined : frames
}

export function payloadOf(frame: Uint8Array): string {
  return Buffer.from(codec.decode(frame).body).toString('utf8')
}

/** An event that its stream does not finish is read too: programs lose it, a recording must not. */
export function serverSentData(text: string): string[] {
  const data: string[] = []
  const parser = createParser({ onEvent: (event) => void data.push(event.data) })
  parser.feed(text)
  parser.feed('\n\n')
  return data
}

export function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
