import { printJson } from '../json/print.ts'
import type { JsonNode } from '../json/node.ts'
import { headerValue } from '../request/headers.ts'
import type { HeaderList } from '../request/headers.ts'
import { decodeUtf8, type RequestView } from '../request/request-view.ts'
import { redactForm, redactUrl } from './redact-form.ts'
import { redactJson, redactNamed } from './redact-json.ts'
import { redactMultipart } from './redact-multipart.ts'
import type { Redactor } from './redactor.ts'

/** A request as it is matched and recorded; what is sent is another matter. The same object where there is nothing in it. */
export function redactRequest(request: RequestView, redactor: Redactor): RequestView {
  const url = redactUrl(request.url, '/request/url', redactor)
  const headers = redactHeaders(request.headers, '/request/headers', redactor)
  const json =
    request.json === undefined ? undefined : redactJson(request.json, '/request/body', redactor)
  const bytes = redactBytes(request, json, redactor)
  const isSame =
    url === request.url &&
    headers === request.headers &&
    json === request.json &&
    bytes === request.bytes
  return isSame ? request : { ...request, url, headers, json, bytes }
}

function redactBytes(
  request: RequestView,
  json: JsonNode | undefined,
  redactor: Redactor,
): Uint8Array | null {
  const { bytes } = request
  if (json !== undefined) return json === request.json ? bytes : Buffer.from(printJson(json))
  if (bytes === null || bytes.length === 0) return bytes
  const type = headerValue(request.headers, 'content-type') ?? ''
  const form = redactMultipart(bytes, type, redactor)
  if (form !== undefined) return form
  const text = decodeUtf8(bytes)
  if (text === undefined) return bytes
  const redacted = /^application\/x-www-form-urlencoded/i.test(type)
    ? redactForm(text, '/request/body', redactor)
    : redactor.text(text, '/request/body')
  return redacted === text ? bytes : Buffer.from(redacted)
}

/** Values of headers by their names and by what is in them; the same list where there is nothing. */
export function redactHeaders(
  headers: HeaderList,
  pointer: string,
  redactor: Redactor,
): HeaderList {
  const redacted = headers.map(([name, value]): readonly [string, string] => [
    name,
    redactNamed({ name, value }, `${pointer}/${name}`, redactor),
  ])
  return redacted.every(([, value], index) => value === headers[index]?.[1]) ? headers : redacted
}
