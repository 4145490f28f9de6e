import { WiretapeError } from '../errors/wiretape-error.ts'
import { member, NULL, string, withMember } from '../json/access.ts'
import type { JsonObject } from '../json/node.ts'
import { documentOf } from '../recording/parse-recording.ts'
import type { Recording } from '../recording/recording.ts'
import { viewRecordedRequest } from '../recording/recorded-request.ts'
import { checkMatch, type MatchOptions } from './match-options.ts'
import { createMatcher, type Matcher, NO_OPTIONS } from './matcher.ts'
import { ogxHash, ogxHashOf } from './ogx-rule.ts'
import { type KeyRule, keyRequest, type RequestKey } from './request-key.ts'
import { viewRequest } from './request-view.ts'
import type { WireRequest } from './wire.ts'

export interface RequestKeyOptions {
  /** @defaultValue 'wiretape/1' */
  readonly rule?: KeyRule | undefined
  /**
   * The test that belongs to the key; null for none.
   *
   * @defaultValue none for rule `wiretape/1`; for `ogx`, the recording's own `test_id`
   */
  readonly testId?: string | null | undefined
  /**
   * What makes two requests equal in a corpus. A `transform` is the tape's and the command line's alone.
   *
   * @defaultValue none
   */
  readonly match?: Omit<MatchOptions, 'transform'> | undefined
}

/** A request whose body is at hand. */
export type KeyableRequest = Pick<WireRequest, 'method' | 'url'> & {
  readonly headers?: WireRequest['headers'] | undefined
  readonly body?: Uint8Array | string | null | undefined
}

/**
 * The key of a recording's request, or of any request, by a rule. With rule `ogx` it is the name that OGX gives a
 * recording's file, for requests as OGX writes them down (its urls are the base url with the endpoint appended).
 *
 * @example
 * requestKey(await readRecording(path), { rule: 'ogx' }).hash
 *
 * @throws WT_OPTION_INVALID where the rule is unknown, or gives such a request no key
 * @public
 */
export function requestKey(
  subject: Recording | KeyableRequest,
  options: RequestKeyOptions = {},
): RequestKey {
  const rule = options.rule ?? 'wiretape/1'
  if (rule !== 'wiretape/1' && rule !== 'ogx')
    throw invalid(`rule takes 'wiretape/1' or 'ogx', got ${JSON.stringify(rule)}`, 'correct rule')
  const matcher = matcherOf(options.match)
  const hash =
    rule === 'ogx'
      ? ogxKey(subject, options.testId)
      : wiretapeKey(subject, options.testId ?? null, matcher)
  if (hash !== undefined) return { rule, hash }
  throw invalid(`rule '${rule}' gives such a request no key`, 'give a request over HTTP')
}

function wiretapeKey(
  subject: Recording | KeyableRequest,
  testId: string | null,
  matcher: Matcher,
): string | undefined {
  if (!isRecording(subject)) {
    const view = viewRequest(definedOnly(subject), bytesOf(subject))
    return keyRequest(view, { testId, matcher }).key.hash
  }
  const document = documentOf(subject)
  const request = member(document, 'request') as JsonObject
  const view = viewRecordedRequest(request, subject.version ?? 0)
  return view === undefined ? undefined : keyRequest(view, { testId, matcher }).key.hash
}

function matcherOf(match: RequestKeyOptions['match']): Matcher {
  if (match === undefined) return NO_OPTIONS
  const checked = checkMatch(match, ({ name, message, hint }) => {
    const option = name === '' ? 'match' : `match.${name}`
    return invalid(`${option} ${message}`, hint ?? `correct ${option}`)
  })
  if (checked.transform === undefined) return createMatcher(checked)
  throw invalid('match.transform is not run here', 'let wiretape rekey --dry-run tell the key')
}

function ogxKey(
  subject: Recording | KeyableRequest,
  testId: string | null | undefined,
): string | undefined {
  if (isRecording(subject)) {
    const document = documentOf(subject)
    if (testId === undefined) return ogxHash(document)
    return ogxHash(withMember(document, 'test_id', testId === null ? NULL : string(testId)))
  }
  const { method, url } = subject
  const { json } = viewRequest({ method, url, headers: [] }, bytesOf(subject))
  return ogxHashOf({ method, url, body: json ?? NULL, testId: testId ?? null })
}

function isRecording(subject: Recording | KeyableRequest): subject is Recording {
  return 'request' in subject && 'response' in subject
}

function bytesOf({ body }: KeyableRequest): Uint8Array | null {
  if (body === null || body === undefined) return null
  return typeof body === 'string' ? Buffer.from(body) : body
}

function definedOnly({ method, url, headers }: KeyableRequest): {
  method: string
  url: string
  headers: WireRequest['headers']
} {
  return { method, url, headers: headers ?? [] }
}

function invalid(message: string, hint: string): WiretapeError {
  return new WiretapeError('WT_OPTION_INVALID', { message: `requestKey: ${message}`, hint })
}
