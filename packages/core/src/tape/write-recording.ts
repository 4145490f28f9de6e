import { NULL, number, object, string } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { fromValue } from '../json/value.ts'
import type { Answer } from '../recording/answer.ts'
import { redactAnswer } from '../redaction/redact-answer.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { RECORDING_VERSION } from '../recording/recording.ts'
import { writeAnswer } from '../recording/write-answer.ts'
import { SEMANTIC_HEADERS, semanticHeaders } from '../request/canonical-request.ts'
import { isLoopback } from '../request/provider.ts'
import { countedParameters } from '../request/query-parameter.ts'
import type { KeyedRequest } from '../request/request-key.ts'
import { decodeUtf8 } from '../request/request-view.ts'
import { keptHeaders } from '../recording/answer-headers.ts'

/** Headers of a request that a recording keeps: those that count, and those that tell what it is. */
const RECORDED_HEADERS: ReadonlySet<string> = new Set([
  ...SEMANTIC_HEADERS,
  'anthropic-version',
  'content-type',
])

/** Originals shorter than this would be replaced in text that has nothing to do with them (OGX replaces by text). */
const SHORTEST_MAPPED_ID = 8

export interface RecordingFacts {
  /** The request, redacted already. */
  readonly keyed: KeyedRequest
  /** Null: the answer is kept as it is. */
  readonly redactor: Redactor | null
  readonly occurrence: number
  readonly testId: string | null
  readonly answer: Answer
  /** Normalised id → original. */
  readonly originals: ReadonlyMap<string, string>
  /** Whether the answer is kept with the originals in it. */
  readonly isVerbatim: boolean
  readonly by: Readonly<Record<string, string>>
  readonly at: Date
}

/** The document of a recording. */
export function writeRecording(facts: RecordingFacts): JsonObject {
  const { keyed, originals, redactor } = facts
  const { view, call, key } = keyed
  const kept = { ...facts.answer, headers: keptHeaders(facts.answer.headers) }
  const answer = redactor === null ? kept : redactAnswer(kept, call, redactor)
  // What stands in the mapping is replaced in the answer by who reads it as OGX does.
  const isMapped = (original: string): boolean =>
    !facts.isVerbatim && original.length >= SHORTEST_MAPPED_ID
  const mapped = [...originals].filter(([, original]) => isMapped(original))
  const others = [...originals].filter(([, original]) => !isMapped(original))
  return object([
    ['version', number(RECORDING_VERSION)],
    ['test_id', facts.testId === null ? NULL : string(facts.testId)],
    [
      'request',
      object([
        ['method', string(view.method)],
        ['url', string(publicUrl(keyed))],
        ['headers', semanticHeaders(view.headers, RECORDED_HEADERS)],
        ...requestBody(keyed),
        ['endpoint', string(call.endpoint.name)],
        ['model', call.model === null ? NULL : string(call.model)],
      ]),
    ],
    ['response', writeAnswer(answer, call)],
    ['id_normalization_mapping', fromValue(Object.fromEntries(mapped))],
    [
      'recorded',
      object([
        ['at', string(facts.at.toISOString())],
        ['by', fromValue(facts.by)],
        [
          'key',
          object([
            ['rule', string(key.rule)],
            ['hash', string(key.hash)],
            ['occurrence', number(facts.occurrence)],
          ]),
        ],
        ...(others.length === 0 ? [] : [['ids', fromValue(Object.fromEntries(others))] as const]),
      ]),
    ],
  ])
}

/**
 * The address without what could be a secret (user, password, credentials in the query), and without the port of a local
 * stand-in, which changes with every start; a generic call is keyed by its port, and keeps it.
 */
function publicUrl({ view, call }: KeyedRequest): string {
  const address = new URL(view.url)
  if (isLoopback(address.hostname) && call.dialect.provider !== null) address.port = ''
  address.username = ''
  address.password = ''
  address.hash = ''
  const sent = [...address.searchParams]
  const counted = countedParameters(call, address)
  const isSame = sent.every(([, value], index) => value === counted[index]?.[1])
  if (!isSame) address.search = new URLSearchParams(counted).toString()
  return address.href
}

/** The body as JSON where it is; else as text, or as base64 where it is not UTF-8, and `encoding` says so. */
function requestBody({ view }: KeyedRequest): (readonly [string, JsonNode])[] {
  if (view.json !== undefined) return [['body', view.json]]
  if (view.bytes === null || view.bytes.length === 0) return [['body', NULL]]
  const text = decodeUtf8(view.bytes)
  return [
    ['body', string(text ?? Buffer.from(view.bytes).toString('base64'))],
    ['encoding', string(text === undefined ? 'base64' : 'text')],
  ]
}
