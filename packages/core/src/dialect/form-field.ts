import { headerValue } from '../request/headers.ts'
import type { RequestView } from '../request/request-view.ts'

/** The text of a field of a multipart form (RFC 7578); undefined where the body is no form or has no such field. */
export function formField(request: RequestView, name: string): string | undefined {
  const boundary = boundaryOf(headerValue(request.headers, 'content-type'))
  if (boundary === undefined || request.bytes === null) return undefined
  const body = Buffer.from(request.bytes.buffer, request.bytes.byteOffset, request.bytes.length)
  const delimiter = Buffer.from(`--${boundary}`)
  let start = body.indexOf(delimiter)
  while (start !== -1) {
    const next = body.indexOf(delimiter, start + delimiter.length)
    if (next === -1) return undefined
    const text = fieldText(body.subarray(start + delimiter.length, next), name)
    if (text !== undefined) return text
    start = next
  }
  return undefined
}

function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/form-data\b/i.test(contentType)) return undefined
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  return quoted ?? plain
}

function fieldText(part: Buffer, name: string): string | undefined {
  const headEnd = part.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = part.toString('utf8', 0, headEnd)
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  if (!disposition.includes(`name="${name}"`) || /;\s*filename/i.test(disposition)) return undefined
  return part.toString('utf8', headEnd + 4).replace(/\r\n$/, '')
}
