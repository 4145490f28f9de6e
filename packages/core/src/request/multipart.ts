import type { Endpoint } from '../dialect/dialect.ts'
import { array, object, string } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'
import { canonicalJson, sha256 } from './canonical-json.ts'
import { headerValue } from './headers.ts'
import type { RequestView } from './request-view.ts'

/** One part of a multipart body (RFC 7578). */
interface Part {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly content: Uint8Array
}

/**
 * A multipart body by its content: the boundary, which is random, is no part of it, and fields that say nothing in JSON say
 * nothing here. A form's fields have no order, but for those of one name. Undefined where the request is none, or is not
 * well formed.
 */
export function canonicalMultipart(
  request: RequestView,
  endpoint: Pick<Endpoint, 'ignored' | 'defaults'>,
): JsonNode | undefined {
  const parts = readMultipart(request)
  if (parts === undefined) return undefined
  const counted = parts.filter((part) => !saysNothing(part, endpoint))
  const isForm = /^multipart\/form-data\b/i.test(headerValue(request.headers, 'content-type') ?? '')
  return array(
    (isForm ? counted.toSorted(byName) : counted).map(({ headers, content }) =>
      object([
        ['disposition', string(headers.get('content-disposition') ?? '')],
        ['type', string(headers.get('content-type') ?? '')],
        ['content', string(textOf(content) ?? `sha256:${sha256(content)}`)],
      ]),
    ),
  )
}

function saysNothing(
  part: Part,
  { ignored, defaults = {} }: Pick<Endpoint, 'ignored' | 'defaults'>,
): boolean {
  const name = nameOf(part)
  if (ignored.includes(name)) return true
  const values = Object.hasOwn(defaults, name) ? defaults[name] : undefined
  return values?.some((value) => canonicalJson(value) === textOf(part.content)) === true
}

function nameOf({ headers }: Part): string {
  return /;\s*name="([^"]*)"/i.exec(headers.get('content-disposition') ?? '')?.[1] ?? ''
}

function byName(left: Part, right: Part): number {
  const [one, other] = [nameOf(left), nameOf(right)]
  return one < other ? -1 : one > other ? 1 : 0
}

/** Short text is told as text, so that a miss can show what differs. */
function textOf(content: Uint8Array): string | undefined {
  if (content.length > 1024) return undefined
  const text = Buffer.from(content).toString('utf8')
  return Buffer.from(text, 'utf8').equals(content) ? text : undefined
}

/** The parts of a multipart request; undefined where it is none, or is not well formed. */
export function readMultipart({ headers, bytes }: RequestView): readonly Part[] | undefined {
  const type = headerValue(headers, 'content-type') ?? ''
  const boundary = /^multipart\/[a-z-]+;.*?boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary === undefined || bytes === null) return undefined
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const mark = Buffer.from(`--${boundary}`)
  const parts: Part[] = []
  let start = body.indexOf(mark)
  while (start !== -1) {
    const from = start + mark.length
    if (body.subarray(from, from + 2).toString('latin1') === '--') return parts
    const end = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), from)
    if (end === -1) return undefined
    const part = readPart(body.subarray(from + 2, end))
    if (part === undefined) return undefined
    parts.push(part)
    start = end + 2
  }
  return undefined
}

function readPart(bytes: Buffer): Part | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const headers = bytes
    .subarray(0, end)
    .toString('utf8')
    .split('\r\n')
    .map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    })
  return { headers: new Map(headers), content: bytes.subarray(end + 4) }
}
