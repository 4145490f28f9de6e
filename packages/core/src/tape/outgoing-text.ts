import { mapStrings } from '../json/map-strings.ts'
import { printJson } from '../json/print.ts'
import { detectJsonStyle } from '../json/style.ts'
import { headerValue } from '../request/headers.ts'
import { readMultipart } from '../request/multipart.ts'
import { decodeUtf8, type RequestView } from '../request/request-view.ts'

/** How a text is written where it stands: as it is, or as in an address. */
export type Spelling = 'plain' | 'address'

type Rewrite = (text: string, spelling: Spelling) => string

const JSON_TYPE =
  /^(?:application|text)\/(?:[\w.-]+\+)?(?:json|jsonl|jsonlines|x-jsonlines|x-jsonl|ndjson|x-ndjson)\b/i
const JSON_FILE = /;\s*filename="[^"]*\.(?:json|jsonl|ndjson)"/i
const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i

/**
 * The body with its texts rewritten: strings of JSON, fields of a form, and files that are JSON by their type or name. Any
 * other file, and any other body, is somebody's bytes: it stays as it is. The same bytes where nothing changed.
 */
export function rewriteBody(request: RequestView, rewrite: Rewrite): Uint8Array | null {
  const { json, bytes, headers } = request
  if (bytes === null || bytes.length === 0) return bytes
  if (json !== undefined) {
    const rewritten = mapStrings(json, (text) => rewrite(text, 'plain'))
    if (rewritten === json) return bytes
    const style = detectJsonStyle(Buffer.from(bytes).toString('utf8'), json)
    return Buffer.from(printJson(rewritten, style))
  }
  const type = headerValue(headers, 'content-type') ?? ''
  if (FORM_TYPE.test(type)) return rewriteBytes(bytes, (text) => rewrite(text, 'address'))
  if (JSON_TYPE.test(type)) return rewriteBytes(bytes, (text) => rewrite(text, 'plain'))
  return rewriteParts(request, bytes, rewrite)
}

/** What the fields of a form say, by their names; none where the body is no form. */
export function formFields(request: RequestView): (readonly [name: string, value: string])[] {
  const { bytes, headers } = request
  const type = headerValue(headers, 'content-type') ?? ''
  if (FORM_TYPE.test(type) && bytes !== null)
    return [...new URLSearchParams(decodeUtf8(bytes) ?? '')]
  return (readMultipart(request) ?? []).flatMap(({ headers: head, content }) => {
    const disposition = head.get('content-disposition') ?? ''
    const [, name] = /;\s*name="([^"]*)"/i.exec(disposition) ?? []
    return name === undefined || isFile(disposition) ? [] : [[name, decodeUtf8(content) ?? '']]
  })
}

function rewriteParts(request: RequestView, bytes: Uint8Array, rewrite: Rewrite): Uint8Array {
  const pieces: Uint8Array[] = []
  let position = 0
  for (const { headers, content } of readMultipart(request) ?? []) {
    const disposition = headers.get('content-disposition') ?? ''
    const isJson = JSON_TYPE.test(headers.get('content-type') ?? '') || JSON_FILE.test(disposition)
    if (isFile(disposition) && !isJson) continue
    const rewritten = rewriteBytes(content, (text) => rewrite(text, 'plain'))
    if (rewritten === content) continue
    const start = content.byteOffset - bytes.byteOffset
    pieces.push(bytes.subarray(position, start), rewritten)
    position = start + content.length
  }
  return position === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(position)])
}

function isFile(disposition: string): boolean {
  return /;\s*filename\*?=/i.test(disposition)
}

function rewriteBytes(bytes: Uint8Array, rewrite: (text: string) => string): Uint8Array {
  const text = decodeUtf8(bytes)
  if (text === undefined) return bytes
  const rewritten = rewrite(text)
  return rewritten === text ? bytes : Buffer.from(rewritten)
}
