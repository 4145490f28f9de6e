import { isNormalizedId } from '../identity/normalized-id.ts'
import { placeholderFor, type ShapeName } from '../request/placeholders.ts'
import {
  isCredentialName,
  isCredentialParameter,
  isTokenName,
} from '../request/credential-names.ts'
import { isSecretParameter } from '../request/query-parameter.ts'
import { isStandIn, isTokenLike } from '../request/token-like.ts'
import { RANK, type Span } from './span.ts'

/** Adds what it finds in a text. */
export type TextRule = (text: string, add: (span: Span) => void) => void

export function shapeSpan(name: ShapeName, start: number, end: number): Span {
  return { start, end, rule: name, text: placeholderFor(name), rank: RANK.shape }
}

const LONGEST_KEY = 20_000

/** Private keys in PEM, whole or cut off. */
export const findPrivateKeys: TextRule = (text, add) => {
  const mark = '-----BEGIN '
  for (let start = text.indexOf(mark); start !== -1; start = text.indexOf(mark, start + 1)) {
    const [head] = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/.exec(
      text.slice(start, start + 80),
    ) ?? ['']
    if (head === '') continue
    const next = text.indexOf(mark, start + mark.length)
    const rest = text.slice(start, Math.min(next === -1 ? Infinity : next, start + LONGEST_KEY))
    const [foot = ''] = /-----END [A-Z0-9 ]{0,60}-----/.exec(rest) ?? []
    const [cut = ''] = foot === '' ? (/^[A-Za-z0-9+/=\s\\,:-]*/.exec(rest) ?? []) : []
    const length = foot === '' ? cut.length : rest.indexOf(foot) + foot.length
    // A page that only shows how keys look has no key.
    if (/[A-Za-z0-9+/]{32}/.test(rest.slice(head.length, length)))
      add(shapeSpan('private-key', start, start + length))
  }
}

/** The account in an ARN of AWS. */
export const findAccounts: TextRule = (text, add) => {
  const pattern = /arn(:|%3A)aws[a-z-]{0,12}\1[a-z0-9-]{1,40}\1[a-z0-9-]{0,30}\1(\d{12})(?!\d)/giy
  for (let start = text.indexOf('arn'); start !== -1; start = text.indexOf('arn', start + 3)) {
    pattern.lastIndex = start
    if (pattern.exec(text) !== null)
      add(shapeSpan('aws-account-id', pattern.lastIndex - 12, pattern.lastIndex))
  }
}

/** Passwords that stand in every example; a name alone is no secret either. */
const EXAMPLES =
  /^(?:pass(?:word|wd)?|pwd|secret|changeme|example|admin|root|user(?:name)?|postgres|test|x+)$/i

/** User and password in an address. */
export const findUserInfo: TextRule = (text, add) => {
  const pattern = /([^\s/?#@:"'`<>\\]{0,256})(?::([^\s/?#@"'`<>\\]{1,256}))?@(?=[\w[])/y
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    pattern.lastIndex = at + 3
    const [, user = '', password] = pattern.exec(text) ?? []
    const isSecret =
      password === undefined ? isTokenLike(user) : !EXAMPLES.test(password) && !isStandIn(password)
    if (isSecret) add(shapeSpan('userinfo', at + 3, pattern.lastIndex - 1))
  }
}

/** `Bearer …` and `Basic …`, where a run begins. */
export function findScheme(text: string, start: number, add: (span: Span) => void): void {
  if (text[start - 1] !== ' ') return
  const scheme = text.slice(Math.max(0, start - 7), start - 1).toLowerCase()
  const isBearer = scheme === 'bearer'
  if (!isBearer && !scheme.endsWith('basic')) return
  const value = valueAt(text, start)
  if (isBearer && isTokenLike(value)) add(shapeSpan('bearer-token', start, start + value.length))
  if (!isBearer && Buffer.from(value, 'base64').toString('latin1').includes(':'))
    add(shapeSpan('basic-credentials', start, start + value.length))
}

/** Google's access tokens and SendGrid's keys have a dot near their beginning. */
export function findDotted(text: string, start: number, add: (span: Span) => void): void {
  if (text[start - 1] !== '.') return
  if (text.startsWith('ya29.', start - 5))
    add(shapeSpan('google-oauth-token', start - 5, start + valueAt(text, start).length))
  if (
    text.startsWith('SG.', start - 3) &&
    /^[\w-]{16,32}\.[\w-]{32,64}$/.test(valueAt(text, start))
  )
    add(shapeSpan('sendgrid-api-key', start - 3, start + valueAt(text, start).length))
}

/** A value without quotes. */
const VALUE = /[A-Za-z0-9+/_.~=%-]{16,8192}/y

function valueAt(text: string, start: number): string {
  VALUE.lastIndex = start
  return VALUE.exec(text)?.[0] ?? ''
}

const LONGEST_NAME = 64
const LONGEST_VALUE = 8192

/**
 * Values behind names: members of JSON within text, parameters of addresses and forms, and lines such as `API_KEY=…`. What
 * is no JSON and no address must look like a token besides.
 */
export const findNamed: TextRule = (text, add) => {
  let colon = text.indexOf(':')
  let equals = text.indexOf('=')
  let seen = 0
  while (colon !== -1 || equals !== -1) {
    const isColon = equals === -1 || (colon !== -1 && colon < equals)
    const at = isColon ? colon : equals
    if (isColon) colon = text.indexOf(':', at + 1)
    else equals = text.indexOf('=', at + 1)
    // What was looked at as a value is not looked at again: text of nothing but names would take for ever.
    if (at < seen) continue
    const name = nameBefore(text, at)
    if (name === undefined) continue
    const value = name.isQuoted && isColon ? quotedValue(text, at, name) : undefined
    if (value !== undefined) {
      if (isSecretMember(name.text, text.slice(value.start, value.end)))
        add(namedSpan(name.text, value.start, value.end))
      seen = value.end
    } else if (!isColon && isParameterMark(text, name.start))
      addParameter(text, { at, name: name.text }, add)
    else seen = addAssigned(text, { at, name: name.text }, add)
  }
}

interface Name {
  readonly text: string
  readonly start: number
  readonly isQuoted: boolean
  /** How many backslashes each quote has: JSON within JSON. */
  readonly depth: number
}

function namedSpan(name: string, start: number, end: number): Span {
  return { start, end, rule: name, text: placeholderFor(name), rank: RANK.name }
}

/** What stands before `=` or `:`, blanks and quotes aside. */
function nameBefore(text: string, at: number): Name | undefined {
  let end = at
  while (end > at - 8 && isBlank(text.charCodeAt(end - 1))) end -= 1
  const isQuoted = text[end - 1] === '"'
  const isMarked = isQuoted || text[end - 1] === "'" || text[end - 1] === '`'
  if (isMarked) end -= 1
  let depth = 0
  if (isMarked) while (depth < 8 && text[end - 1 - depth] === '\\') depth += 1
  end -= depth
  let start = end
  while (end - start <= LONGEST_NAME && isNameCharacter(text.charCodeAt(start - 1))) start -= 1
  // The rest of an escape is no part of it: `\n`, and `&` as `\u0026`.
  if (text[start - 1] === '\\') start += text.startsWith('u0026', start) ? 5 : 1
  if (end - start < 2 || end - start > LONGEST_NAME) return undefined
  return { text: text.slice(start, end), start, isQuoted, depth }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function isNameCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e
  )
}

/** The string behind `"name":` in the spelling of its quotes; one that is cut off goes to the end. */
function quotedValue(
  text: string,
  colon: number,
  { text: name, depth }: Name,
): { readonly start: number; readonly end: number } | undefined {
  if (!isCredentialName(name) && !isTokenName(name)) return undefined
  let start = colon + 1
  while (start < colon + 16 && /\s/.test(text[start] ?? '')) start += 1
  const quote = `${'\\'.repeat(depth)}"`
  if (!text.startsWith(quote, start)) return undefined
  start += quote.length
  let end = text.indexOf('"', start)
  while (end !== -1 && end - start < LONGEST_VALUE) {
    let marks = 0
    while (text[end - 1 - marks] === '\\') marks += 1
    if (marks >= depth && (marks - depth) % (2 * (depth + 1)) === 0)
      return { start, end: end - depth }
    end = text.indexOf('"', end + 1)
  }
  return { start, end: Math.min(text.length, start + LONGEST_VALUE) }
}

/** Whether a member of JSON by this name holds a credential. */
export function isSecretMember(name: string, value: string): boolean {
  if (isCredentialName(name)) return !isStandIn(value)
  return isTokenName(name) && isTokenLike(value) && !isNormalizedId(value)
}

function isParameterMark(text: string, start: number): boolean {
  const before = text[start - 1]
  return before === '?' || before === '&' || before === ';' || text.startsWith('\\u0026', start - 6)
}

/** A parameter's value ends where the next begins. */
const PARAMETER = /[^\s&#"'`<>\\()[\]{}|]{1,8192}/y

/** A name, and the mark behind it. */
interface Assignment {
  readonly name: string
  readonly at: number
}

function addParameter(text: string, { at, name }: Assignment, add: (span: Span) => void): void {
  if (!isCredentialParameter(name)) return
  PARAMETER.lastIndex = at + 1
  const [value = ''] = PARAMETER.exec(text) ?? []
  if (isSecretParameter(name, value)) add(namedSpan(name, at + 1, at + 1 + value.length))
}

/** Where the value ends that it looked at. */
function addAssigned(text: string, { at, name }: Assignment, add: (span: Span) => void): number {
  const isSignature = name === 'Signature'
  if (!isSignature && !isCredentialName(name) && !/^x-amz-/i.test(name)) return at
  let start = at + 1
  while (start < at + 12 && /[\s"'`\\=>]/.test(text[start] ?? '')) start += 1
  const [scheme = ''] = /^(?:bearer|basic) /i.exec(text.slice(start, start + 8)) ?? []
  start += scheme.length
  const value = valueAt(text, start)
  const end = start + value.length
  if (!isTokenLike(value)) return end
  add(isSignature ? shapeSpan('aws-signature', start, end) : namedSpan(name, start, end))
  return end
}

/** E-mail addresses. */
export const findEmails: TextRule = (text, add) => {
  const rest = /@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/y
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at
    while (at - start < 64 && /[\p{L}\p{N}._%+-]/u.test(text[start - 1] ?? '')) start -= 1
    rest.lastIndex = at
    const [domain = ''] = rest.exec(text) ?? []
    // `name@1.2.3` is a version.
    if (start < at && /\.[A-Za-z][A-Za-z-]+$/.test(domain))
      add(shapeSpan('email-address', start, at + domain.length))
  }
}

/** International numbers, and those of North America as they are usually written. */
const PHONE =
  /(?<![\w.+-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,5}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,4}|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}-\d{3}-\d{4})(?![\w-])/g

export const findPhones: TextRule = (text, add) => {
  if (!/\d{2}/.test(text)) return
  for (const { 0: number, index } of text.matchAll(PHONE)) {
    const digits = number.replace(/\D/g, '').length
    if (digits >= 8 && digits <= 15) add(shapeSpan('phone-number', index, index + number.length))
  }
}
