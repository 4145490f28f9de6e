import { withConstants } from '../request/placeholders.ts'
import { decodeRun } from './encoded-text.ts'
import {
  type Environment,
  environmentSecrets,
  type SecretForm,
  secretForms,
} from './environment-secrets.ts'
import { findEncodedParameters } from './encoded-parameters.ts'
import type { RedactionRule, RedactOptions } from './redact-options.ts'
import { type Run, scanRuns, scanTokenStarts } from './scan-runs.ts'
import { mergeSpans, RANK, replaceSpans, type Span } from './span.ts'
import {
  findAccounts,
  findDotted,
  findEmails,
  findNamed,
  findPhones,
  findPrivateKeys,
  findScheme,
  findUserInfo,
  shapeSpan,
} from './text-rules.ts'
import { createTextSearch, type TextSearch } from './text-search.ts'
import { tokenAt } from './token-shapes.ts'

/** What is known of secrets: takes them out of what is to be kept, and finds those that are left. */
export interface Redactor {
  /** The text with a placeholder for each secret. The pointer is its place in the recording. */
  text(text: string, pointer: string): string
  /** What must not be written, where redaction has not taken it out; the names of fields do not count. */
  secretsIn(text: string, pointer: string): readonly Span[]
  /** Whether text under this name is waived at this place. */
  isAllowed(rule: string, pointer: string): boolean
  /** The variable that has this very value. */
  variableOf(value: string): string | undefined
  readonly rules: readonly RedactionRule[]
  /** Whether any pointer is looked at. */
  readonly needsPlaces: boolean
}

/** No token is shorter, nor a value of the environment. */
const SHORTEST_TOKEN = 16

const MOST_ROUNDS = 8

/** Base64 in base64 is looked into, and no further. */
const DEEPEST = 2

/** The rules that there are, with a user's options; the environment is looked at again by {@link RedactorSource}. */
export function createRedactor(
  options: RedactOptions,
  secrets: ReadonlyMap<string, string>,
): Redactor {
  const { emails = false, phones = false, rules = [], allow = [] } = options
  const search: TextSearch<SecretForm> = createTextSearch(
    Array.from(secrets, ([value, name]) => secretForms(value, name)).flat(),
  )
  const patterns = rules.flatMap((rule) => {
    if (rule.pattern === undefined) return []
    const flags = rule.pattern.flags.replace(/[gy]/g, '')
    return [{ rule, pattern: new RegExp(rule.pattern.source, `${flags}g`) }]
  })
  const tests = rules.filter(({ test }) => test !== undefined)
  // The least that a rule can be about: `a@b.io`, `a://b:c@d`; a user's may be about anything.
  const shortest = patterns.length > 0 ? 1 : emails ? 6 : 9

  function isAllowed(rule: string, pointer: string): boolean {
    return allow.some(
      (waiver) =>
        waiver.rule === rule &&
        (pointer === waiver.pointer || pointer.startsWith(`${waiver.pointer}/`)),
    )
  }

  /** What no recording may hold, by what it is. */
  function findSecrets(text: string, depth: number, add: (span: Span) => void): void {
    if (text.length >= SHORTEST_TOKEN) findTokens(text, depth, add)
    if (text.includes('-----BEGIN ')) findPrivateKeys(text, add)
    if (emails) findEmails(text, add)
    if (phones) findPhones(text, add)
    for (const { rule, pattern } of patterns)
      for (const { 0: match, index } of text.matchAll(pattern)) {
        const span = userSpan(rule, index, index + match.length)
        if (match !== '' && match !== span.text) add(span)
      }
  }

  function findTokens(text: string, depth: number, add: (span: Span) => void): void {
    search(text, (start, { text: form, entry }) =>
      add({
        start,
        end: start + form.length,
        rule: entry.name,
        text: entry.placeholder,
        rank: entry.isWithin ? RANK.zeros : RANK.environment,
      }),
    )
    scanRuns(text, (start, end) => {
      findScheme(text, start, add)
      findDotted(text, start, add)
      scanTokenStarts(text, { start, end }, (at) => {
        const token = tokenAt(text, at)
        if (token !== undefined) add(shapeSpan(token.name, at, token.end))
      })
      if (depth < DEEPEST) findEncoded(text, { start, end, depth }, add)
    })
  }

  function findEncoded(
    text: string,
    run: Run & { readonly depth: number },
    add: (span: Span) => void,
  ): void {
    const encoded = decodeRun(text, run, false)
    if (encoded?.text === undefined) return
    const inner = spansOf(encoded.text, run.depth + 1)
    const [first] = inner
    if (first === undefined) return
    // One constant: a key sees into no base64.
    const replaced = withConstants(replaceSpans(encoded.text, inner))
    add({
      start: encoded.start,
      end: run.end,
      rule: first.rule,
      text: encoded.encode(replaced),
      rank: RANK.decoded,
    })
  }

  function spansOf(text: string, depth: number): readonly Span[] {
    const spans: Span[] = []
    const add = (span: Span): void => void spans.push(span)
    findSecrets(text, depth, add)
    if (text.includes('arn')) findAccounts(text, add)
    if (text.includes('://')) findUserInfo(text, add)
    findNamed(text, add)
    findEncodedParameters(text, add)
    return mergeSpans(spans)
  }

  function redactText(text: string, pointer: string): string {
    for (const rule of tests)
      if (rule.test?.(text, pointer) === true && !isAllowed(rule.name, pointer))
        return userSpan(rule, 0, 0).text
    let redacted = text
    // What stood right behind a secret may only show once that is gone; it is rare that anything does.
    for (let round = 0; round < MOST_ROUNDS && redacted.length >= shortest; round++) {
      const spans = spansOf(redacted, 0).filter(
        ({ rule }) => allow.length === 0 || !isAllowed(rule, pointer),
      )
      if (spans.length === 0) break
      redacted = replaceSpans(redacted, spans)
    }
    return redacted
  }

  return {
    text: redactText,
    secretsIn: (text, pointer) => {
      const spans: Span[] = []
      const add = (span: Span): void => void spans.push(span)
      findSecrets(text, 0, add)
      scanRuns(text, (start, end) => {
        const encoded = decodeRun(text, { start, end }, true)
        if (encoded !== undefined && encoded.text === undefined)
          findSecrets(encoded.bytes.toString('latin1'), DEEPEST, add)
      })
      return spans.filter(({ rule }) => !isAllowed(rule, pointer))
    },
    isAllowed,
    variableOf: (value) => secrets.get(value),
    rules,
    needsPlaces: allow.length > 0 || tests.length > 0,
  }
}

function userSpan(rule: RedactionRule, start: number, end: number): Span {
  return {
    start,
    end,
    rule: rule.name,
    text: rule.with ?? `<${rule.name}>`,
    rank: RANK.user,
  }
}

/** Redactors for a tape: a variable that is set later is known from then on, and one that is taken back stays known. */
export interface RedactorSource {
  /** Null where bodies are kept verbatim. */
  current(): Redactor | null
  /** For what is said in messages, whatever is kept. */
  forMessages(): Redactor
}

export function createRedactorSource(
  option: boolean | RedactOptions,
  environment: Environment,
): RedactorSource {
  const options = typeof option === 'object' ? option : {}
  const known = new Map<string, string>()
  let redactor: Redactor | undefined

  function latest(): Redactor {
    const before = known.size
    for (const [value, name] of environmentSecrets(environment))
      if (!known.has(value)) known.set(value, name)
    if (redactor === undefined || known.size > before) redactor = createRedactor(options, known)
    return redactor
  }

  return { current: () => (option === false ? null : latest()), forMessages: latest }
}
