import { type HeaderList, withHeader } from '../request/headers.ts'

/** Headers of an answer that a recording keeps: what a client acts on or hands out. All others are dropped, secrets among them. */
const KEPT =
  /^(content-(type|disposition|language|length)|cache-control|location|retry-after(-ms)?|x-should-retry|openai-(version|model|poll-after-ms)|anthropic-version|x-amzn-errortype|x-amzn-bedrock-((agent-)?content-type|performanceconfig-latency|service-tier|knowledge-base-session-id)|x-amz-bedrock-(agent-session-id|agent-memory-id|flow-execution-id)|x-goog-upload-.*|link)$/

/** Ids of one exchange; programs log them and SDKs hand them out, so they stay, by a name derived from the key. */
const REQUEST_IDS: ReadonlyMap<string, string> = new Map([
  ['x-request-id', 'req_'],
  ['request-id', 'req_'],
  ['apim-request-id', 'req_'],
  ['x-amzn-requestid', 'req_'],
])

/** What concerned one connection only: bodies are kept decoded and in one piece. */
const HOP = new Set([
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'trailer',
  'upgrade',
  'proxy-authenticate',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
])

/** The headers that a program sees while recording: the provider's, fit for the decoded body, request ids by their names. */
export function handedOnHeaders(
  headers: HeaderList,
  { stem, method }: { readonly stem: string | null; readonly method: string },
): HeaderList {
  // The answer to a HEAD has a length and no body.
  const isHead = method.toUpperCase() === 'HEAD'
  return headers
    .filter(([name]) => !HOP.has(name.toLowerCase()) || (isHead && /^content-length$/i.test(name)))
    .map(([name, value]) => [name, requestIdName(name, stem) ?? value] as const)
}

/** The headers that a recording keeps of those. */
export function keptHeaders(handedOn: HeaderList): HeaderList {
  return handedOn
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => KEPT.test(name) || REQUEST_IDS.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
}

/** Recorded headers as they are replayed: an old `date` shifts the AWS SDK's clock, and breaks every later signature. */
export function replayedHeaders(headers: HeaderList, now: Date): HeaderList {
  const others = headers.filter(([name]) => name.toLowerCase() !== 'date')
  return [...others, ['date', now.toUTCString()]]
}

/**
 * The same headers, so that no client waits: a recorded `retry-after` makes a test sleep (`retry-after-ms: 0` counts as
 * absent), and where an error names none, most SDKs back off for half a second and more (`openai` `client`,
 * `calculateDefaultRetryTimeoutMillis`). So does `openai-poll-after-ms`, and without it the OpenAI SDK's polling helpers sleep
 * for 5 seconds.
 */
export function withoutWaits(headers: HeaderList, status: number): HeaderList {
  const harmless = headers.map(([name, value]): readonly [string, string] => {
    const lower = name.toLowerCase()
    if (lower === 'retry-after') return [lower, '0']
    return /^(retry|openai-poll)-after-ms$/.test(lower) ? [lower, '1'] : [name, value]
  })
  return isRetried(status) ? withHeader(harmless, 'retry-after-ms', '1') : harmless
}

/** What SDKs ask for again by themselves. */
function isRetried(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500
}

function requestIdName(name: string, stem: string | null): string | undefined {
  if (stem === null) return undefined
  const prefix = REQUEST_IDS.get(name.toLowerCase())
  return prefix === undefined ? undefined : `${prefix}rec${stem}`
}
