import { decodeUtf8 } from '../request/request-view.ts'
import { redactNamed } from './redact-json.ts'
import type { Redactor } from './redactor.ts'

/**
 * The body of a form (RFC 7578), part by part: fields by their names, file names and files of text by what is in them, a form
 * within it as one. Bytes that are no text stay as they are; the last gate looks at them. Undefined where the body is no form.
 */
export function redactMultipart(
  bytes: Uint8Array,
  contentType: string,
  redactor: Redactor,
): Uint8Array | undefined {
  return redactParts({ bytes, contentType, depth: 0 }, redactor)
}

interface Multipart {
  readonly bytes: Uint8Array
  readonly contentType: string
  /** How many forms it stands in. */
  readonly depth: number
}

function redactParts(
  { bytes, contentType, depth }: Multipart,
  redactor: Redactor,
): Uint8Array | undefined {
  const [, quoted, plain] =
    /^multipart\/[^;]{1,40};.*?boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType) ??
    []
  const boundary = quoted ?? plain
  if (boundary === undefined) return undefined
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: Buffer[] = []
  let changed = false
  let position = 0
  for (const part of partsOf(body, Buffer.from(`--${boundary}`))) {
    const redacted = redactPart(body.subarray(part.start, part.end), redactor, depth)
    if (redacted === undefined) continue
    pieces.push(body.subarray(position, part.start), redacted)
    position = part.end
    changed = true
  }
  return changed ? Buffer.concat([...pieces, body.subarray(position)]) : bytes
}

/** From behind each boundary's line to the line break before the next. */
function partsOf(body: Buffer, mark: Buffer): { readonly start: number; readonly end: number }[] {
  const parts: { start: number; end: number }[] = []
  for (let at = body.indexOf(mark); at !== -1;) {
    const start = at + mark.length + 2
    const next = body.indexOf(mark, start)
    if (next === -1) {
      // A body that was cut off ends inside a part.
      if (body.toString('latin1', start - 2, start) === '\r\n')
        parts.push({ start, end: body.length })
      break
    }
    parts.push({ start, end: Math.max(start, next - 2) })
    at = next
  }
  return parts
}

/** Undefined where nothing changed. */
function redactPart(part: Buffer, redactor: Redactor, depth: number): Buffer | undefined {
  const headEnd = part.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = part.toString('utf8', 0, headEnd)
  const content = part.subarray(headEnd + 4)
  const redactedHead = redactor.text(head, POINTER)
  const redacted = redactContent({ head, content, depth }, redactor)
  if (redactedHead === head && redacted === content) return undefined
  return Buffer.concat([Buffer.from(redactedHead), Buffer.from('\r\n\r\n'), redacted])
}

interface Part {
  readonly head: string
  readonly content: Buffer
  readonly depth: number
}

/** The same bytes where there is nothing in them. */
function redactContent({ head, content, depth }: Part, redactor: Redactor): Uint8Array {
  const [, contentType = ''] = /^content-type:[ \t]*(\S.*)$/im.exec(head) ?? []
  const inner =
    depth < DEEPEST
      ? redactParts({ bytes: content, contentType, depth: depth + 1 }, redactor)
      : undefined
  const bytes = inner ?? content
  const text = decodeUtf8(bytes)
  if (text === undefined) return bytes
  const [, quoted, plain] =
    /^content-disposition:.*?;\s*name=(?:"([^"]*)"|([^\s;"]+))/im.exec(head) ?? []
  const name = quoted ?? plain ?? ''
  const isFile = /^content-disposition:.*?;\s*filename\*?=/im.test(head)
  const redacted = redactNamed({ name: isFile ? undefined : name, value: text }, POINTER, redactor)
  return redacted === text ? bytes : Buffer.from(redacted)
}

const POINTER = '/request/body'

/** Forms in forms are looked into so deep. */
const DEEPEST = 2
