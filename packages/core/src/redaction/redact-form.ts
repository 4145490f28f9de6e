import { placeholderFor } from '../request/placeholders.ts'
import { redactNamed } from './redact-json.ts'
import { isSecretParameter } from '../request/query-parameter.ts'
import type { Redactor } from './redactor.ts'

/** A query, or a form in the same spelling: names count, and what is not redacted keeps its spelling. */
export function redactForm(form: string, pointer: string, redactor: Redactor): string {
  if (form === '') return form
  return form
    .split('&')
    .map((pair) => {
      const mark = pair.indexOf('=')
      const name = decode(pair.slice(0, Math.max(0, mark)))
      const value = decode(pair.slice(mark + 1))
      const redacted = isSecretParameter(name, value)
        ? parameterPlaceholder(name, value, redactor)
        : redactNamed({ name, value }, pointer, redactor)
      return redacted === value ? pair : pair.slice(0, mark + 1) + encodeURIComponent(redacted)
    })
    .join('&')
}

function parameterPlaceholder(name: string, value: string, redactor: Redactor): string {
  return placeholderFor(redactor.variableOf(value) ?? name)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** An address; the same object where there is nothing in it. User and password go as a whole. */
export function redactUrl(url: URL, pointer: string, redactor: Redactor): URL {
  const search = redactForm(url.search.slice(1), pointer, redactor)
  const path = url.pathname
    .split('/')
    .map((segment) => {
      const text = decode(segment.replaceAll('+', '%2B'))
      const redacted = redactor.text(text, pointer)
      return redacted === text ? segment : encodeURIComponent(redacted)
    })
    .join('/')
  const hash = url.hash === '' ? '' : redactForm(url.hash.slice(1), pointer, redactor)
  const isSame =
    search === url.search.slice(1) &&
    path === url.pathname &&
    hash === url.hash.slice(1) &&
    url.username === '' &&
    url.password === ''
  if (isSame) return url
  const redacted = new URL(url)
  redacted.username = ''
  redacted.password = ''
  redacted.pathname = path
  redacted.search = search
  redacted.hash = hash
  return redacted
}
