import type { Call } from '../dialect/dialect.ts'
import { FALSE, object, TRUE, withMember, withoutMember } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import type { Answer } from '../recording/answer.ts'
import { crossAnswer } from '../recording/cross-answer.ts'
import type { Matcher } from '../request/matcher.ts'
import { type KeyedRequest, keyRequest } from '../request/request-key.ts'
import type { RequestView } from '../request/request-view.ts'
import type { FoundRecording } from '../store/corpus.ts'
import type { Layers } from '../store/layers.ts'
import { answerOf } from './replay.ts'
import type { Subject } from './subject.ts'

/** The answer to the same request made with or without streaming, turned into the kind that was asked for. */
export async function findCrossStream(
  current: Subject & { readonly keyed: KeyedRequest; readonly matcher: Matcher },
  layers: Layers,
): Promise<{ found: FoundRecording; answer: Answer } | undefined> {
  const { keyed, address, scope, matcher } = current
  const testId = scope.isolation === 'test' ? scope.testId : null
  for (const view of crossRequests(keyed.view, keyed.call)) {
    const { call, filing, filingBy } = keyRequest(view, { testId, matcher })
    if (call.streaming === keyed.call.streaming) continue
    const found = await layers.find({ ...filing, filingBy, occurrence: address.occurrence })
    if (found === undefined) continue
    const answer = crossAnswer(answerOf(found.document, call), call, keyed.call)
    if (answer !== undefined) return { found, answer }
  }
  return undefined
}

/** Paths by which an API tells a stream: Bedrock and Gemini. */
const PATHS: readonly (readonly [whole: string, stream: string])[] = [
  ['/converse', '/converse-stream'],
  ['/invoke', '/invoke-with-response-stream'],
  [':generateContent', ':streamGenerateContent'],
]

/** Requests that differ from this one in nothing but whether they ask for a stream; some may not, and are passed over. */
function crossRequests(view: RequestView, call: Call): RequestView[] {
  for (const [whole, stream] of PATHS) {
    const [from, to] = call.streaming ? [stream, whole] : [whole, stream]
    if (!view.url.pathname.endsWith(from)) continue
    const url = new URL(view.url)
    url.pathname = url.pathname.slice(0, -from.length) + to
    const plain = new URL(url)
    plain.searchParams.delete('alt')
    const events = new URL(url)
    events.searchParams.set('alt', 'sse')
    return [url, plain, events].map((address) => ({ ...view, url: address }))
  }
  if (view.json?.kind !== 'object') return []
  return crossBodies(view.json, call.streaming).map((json) => ({ ...view, json }))
}

function crossBodies(body: JsonObject, isStreaming: boolean): JsonNode[] {
  const plain = withoutMember(withoutMember(body, 'stream'), 'stream_options')
  if (isStreaming) return [plain, withMember(plain, 'stream', FALSE)]
  const usage = object([['include_usage', TRUE]])
  const streaming = [withMember(body, 'stream', TRUE), withMember(plain, 'stream', TRUE)]
  // Ollama streams unless it is told not to.
  return [
    plain,
    ...streaming,
    ...streaming.map((other) => withMember(other, 'stream_options', usage)),
  ]
}
