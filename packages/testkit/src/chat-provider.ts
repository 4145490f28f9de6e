import { randomInt } from 'node:crypto'
import { mergeHeaders } from './answer-headers.ts'
import { sse, verbatim, type ResponseAnswer } from './answers.ts'
import { error, openaiErrorBody } from './error-answers.ts'
import { chatChunks, chatStream } from './fixtures/chat-chunks.ts'
import { chatCompletion } from './fixtures/chat-completion.ts'
import { multibyteContent, type ChatOptions } from './fixtures/chat-plan.ts'
import { embeddings } from './fixtures/embeddings.ts'
import { createIds, type Ids } from './fixtures/ids.ts'
import type { ReceivedRequest } from './received-request.ts'
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts'

/** The body of a request that is a JSON object. @public */
export type RequestBody = Readonly<Record<string, unknown>>

/** @public */
export interface ChatProviderOptions {
  /**
   * What the ids are minted from.
   *
   * @defaultValue random: two providers never give one id, as two days of a real one don't
   */
  readonly seed?: number | undefined
  /** @defaultValue ['gpt-4o-mini', 'text-embedding-3-small'] */
  readonly models?: readonly string[] | undefined
  /**
   * What the n-th chat call is answered (the first is 1); what it leaves out stays as it is.
   *
   * @defaultValue multibyte text that begins with the number of the call
   */
  readonly reply?: ((body: RequestBody, call: number) => ChatOptions) | undefined
  /** Compresses for clients that accept gzip. @defaultValue false */
  readonly gzip?: boolean | undefined
}

/**
 * Starts a provider that answers as OpenAI does, under any path prefix (`/v1`,
 * `/openai/deployments/x`): chat completions, streamed or not, embeddings, the list of models, and
 * errors elsewhere. As from a real provider, no two chat answers are the same. What is given to
 * `script` is answered before all this.
 *
 * @public
 * @example
 * await using provider = await chatProvider()
 * const client = new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1` })
 */
export async function chatProvider(options: ChatProviderOptions = {}): Promise<ScriptedProvider> {
  const ids = createIds(options.seed ?? randomInt(2 ** 32))
  let calls = 0

  function answerPost(request: ReceivedRequest, path: string): ResponseAnswer {
    const body = parseObject(request)
    if (body === undefined) return error(400, 'We could not parse the JSON body of your request.')
    if (path.endsWith('/embeddings')) return prettyJson(answerEmbeddings(body))
    const call = ++calls
    const chat: ChatOptions = {
      ids,
      model: readModel(body, path),
      n: typeof body['n'] === 'number' ? body['n'] : 1,
      content: [`#${call} `, ...multibyteContent],
      ...options.reply?.(body, call),
    }
    if (body['stream'] !== true) return prettyJson(chatCompletion(chat))
    const stream = isObject(body['stream_options']) ? body['stream_options'] : {}
    const usage = stream['include_usage'] === true
    const obfuscation = stream['include_obfuscation'] !== false
    return sse(chatStream(chatChunks({ usage, obfuscation, ...chat })))
  }

  function answer(request: ReceivedRequest): ResponseAnswer {
    const path = new URL(request.url, 'http://provider').pathname
    if (request.method === 'POST' && /\/(chat\/completions|embeddings)$/.test(path)) {
      return answerPost(request, path)
    }
    if (request.method === 'GET' && path.endsWith('/models')) {
      return prettyJson(listModels(options.models ?? ['gpt-4o-mini', 'text-embedding-3-small']))
    }
    return error(404, openaiErrorBody(`Invalid URL (${request.method} ${path})`))
  }

  return startScriptedProvider({
    answer: (request) => {
      const accepted = request.headers['accept-encoding'] ?? ''
      const plain = answer(request)
      const headers = mergeHeaders(plain.headers, mintHeaders(ids))
      if (options.gzip !== true || !accepted.includes('gzip')) return { ...plain, headers }
      const coded = { 'content-encoding': 'gzip', 'content-length': undefined }
      return { ...plain, headers: mergeHeaders(headers, coded), coding: 'gzip' }
    },
  })
}

/** OpenAI prints its whole answers over several lines. */
function prettyJson(value: unknown): ResponseAnswer {
  const headers = { 'content-type': 'application/json' }
  return verbatim(`${JSON.stringify(value, null, 2)}\n`, { headers })
}

function mintHeaders(ids: Ids): Record<string, string> {
  return {
    'x-request-id': ids.request(),
    'openai-organization': 'org-testkit',
    'openai-processing-ms': String(ids.created() % 1000),
    'openai-version': '2020-10-01',
    'x-ratelimit-remaining-requests': String(ids.created() % 10_000),
    'set-cookie': `__cf_bm=${ids.mint('', 43)}; path=/; HttpOnly; Secure`,
  }
}

function answerEmbeddings(body: RequestBody): unknown {
  return embeddings({
    input: body['input'],
    model: typeof body['model'] === 'string' ? body['model'] : undefined,
    dimensions: typeof body['dimensions'] === 'number' ? body['dimensions'] : undefined,
    encodingFormat: body['encoding_format'] === 'base64' ? 'base64' : 'float',
  })
}

function listModels(models: readonly string[]): unknown {
  const data = models.map((id) => {
    return { id, object: 'model', created: 1_721_172_741, owned_by: 'system' }
  })
  return { object: 'list', data }
}

/** Azure names the model in the path. */
function readModel(body: RequestBody, path: string): string | undefined {
  if (typeof body['model'] === 'string') return body['model']
  const deployment = /\/deployments\/([^/]+)\//.exec(path)?.[1]
  return deployment === undefined ? undefined : decodeURIComponent(deployment)
}

function parseObject(request: ReceivedRequest): RequestBody | undefined {
  try {
    const value = request.json()
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
