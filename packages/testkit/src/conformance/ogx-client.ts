import { isDeepStrictEqual } from 'node:util'
import type { RecordedItem, Recording, Tape } from '@wiretape/core'
import { createTapeFetch, type TapeFetch } from '@wiretape/core/fetch'
import { OpenAI } from 'openai'

type Fields = Record<string, unknown>

/** What one recording holds and a client is to be given. */
interface Expected {
  readonly recording: Recording
  readonly url: string
  readonly body: Fields
  readonly client: OpenAI
  readonly fetch: TapeFetch
}

/**
 * Asks for what a recording answers, through the OpenAI SDK or fetch where the SDK has no such call, and compares.
 *
 * @returns by which way it was answered
 * @throws Error where the client was given something else
 */
export async function answerThroughClient(tape: Tape, recording: Recording): Promise<string> {
  const { request } = recording
  const own = request['test_id']
  const testId = recording.test_id ?? (typeof own === 'string' ? own : null)
  const scope = testId === null ? tape : tape.scope(testId, { isolation: 'test' })
  if (request['tool_name'] !== undefined) return answerTool(scope, recording)
  if (request.url?.startsWith('http') !== true) return 'not over HTTP'
  const tapeFetch = createTapeFetch(scope, { fetch: refuseToFetch })
  const { endpoint = '' } = request
  const expected: Expected = {
    recording,
    url: request.url,
    body: sentBody((request.body ?? request['payload'] ?? {}) as Fields),
    client: new OpenAI({
      apiKey: 'none',
      baseURL: baseOf(request.url, endpoint),
      fetch: tapeFetch,
      maxRetries: 0,
    }),
    fetch: tapeFetch,
  }
  if (request['payload'] !== undefined) return answerPost(expected)
  if (recording.response['is_exception'] === true) return answerException(expected)
  switch (endpoint) {
    case '/v1/chat/completions':
      return answerCompletion(expected, 'chat')
    case '/v1/completions':
      return answerCompletion(expected, 'completions')
    case '/v1/models':
      return answerModels(expected)
    case '/v1/embeddings':
      return answerEmbeddings(expected)
    default:
      return answerGet(expected)
  }
}

/** The base url of a client: OGX's urls are it with the endpoint appended, so that `/v1` often stands twice. */
function baseOf(url: string, endpoint: string): string {
  const path = endpoint.replace(/^\/v1/, '')
  return url.slice(0, url.length - path.length).replace(/\/v1\/v1$/, '/v1')
}

async function refuseToFetch(): Promise<Response> {
  throw new Error('a socket would have been opened')
}

/** What a Python client sends of its arguments. */
function sentBody(body: Fields): Fields {
  const { extra_body: extra, extra_query: _, ...rest } = body
  const added = Object.entries((extra ?? {}) as Fields)
  // Two recordings of one test differ in nothing but an empty `extra_body`: it is sent as it stands.
  return added.length === 0 && extra !== undefined
    ? body
    : { ...rest, ...Object.fromEntries(added) }
}

function dataOf(recording: Recording): unknown {
  const { body } = recording.response
  if (!Array.isArray(body)) return (body as RecordedItem | null)?.__data__ ?? body
  return (body as RecordedItem[]).map((item) => item.__data__ ?? item)
}

async function answerCompletion(
  { recording, body, client }: Expected,
  kind: 'chat' | 'completions',
): Promise<string> {
  // The recorded arguments are of many versions of the API; the SDK sends what it is given.
  const parameters = body as never
  const answer: unknown =
    kind === 'chat'
      ? await client.chat.completions.create(parameters)
      : await client.completions.create(parameters)
  if (recording.response.is_streaming !== true) {
    same(answer, dataOf(recording))
    return `OpenAI SDK, ${kind}`
  }
  const chunks: unknown[] = []
  for await (const chunk of answer as AsyncIterable<unknown>) chunks.push(chunk)
  same(chunks, dataOf(recording))
  return `OpenAI SDK, ${kind} stream`
}

async function answerModels({ recording, client }: Expected): Promise<string> {
  const { data } = await client.models.list()
  const ids = data.map((model) => model.id)
  for (const model of dataOf(recording) as { id: string }[]) {
    const listed = data[ids.indexOf(model.id)]
    if (listed === undefined) throw new Error(`the model list lacks ${model.id}`)
  }
  return 'OpenAI SDK, models'
}

async function answerEmbeddings({ recording, body, client }: Expected): Promise<string> {
  same(await client.embeddings.create(body as never), dataOf(recording))
  return 'OpenAI SDK, embeddings'
}

async function answerException({ recording, body, client }: Expected): Promise<string> {
  const data = recording.response['exception_data'] as { status_code: number; body: unknown }
  const raised: unknown = await client.chat.completions
    .create(body as never)
    .then(() => undefined)
    .catch((error: unknown) => error)
  if (!(raised instanceof OpenAI.APIError)) throw new Error(`not raised: ${String(raised)}`)
  same(
    { status: raised.status as number, body: raised.error as unknown },
    { status: data.status_code, body: data.body },
  )
  return 'OpenAI SDK, errors'
}

async function answerPost({ recording, url, body, fetch: tapeFetch }: Expected): Promise<string> {
  const response = await tapeFetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const recorded = recording.response.body
  same(response.status, recording.response.status ?? 200)
  if (Array.isArray(recorded)) same((await response.text()).split('\n').slice(0, -1), recorded)
  else same(await response.json(), recorded)
  return Array.isArray(recorded) ? 'fetch, SSE lines' : 'fetch'
}

async function answerGet({ recording, url, fetch: tapeFetch }: Expected): Promise<string> {
  const response = await tapeFetch(url)
  same(await response.json(), dataOf(recording))
  return 'fetch, GET'
}

async function answerTool(tape: Tape, recording: Recording): Promise<string> {
  const {
    provider,
    tool_name: name,
    kwargs,
  } = recording.request as unknown as {
    provider: string
    tool_name: string
    kwargs: unknown
  }
  const result = await tape.call({ provider, tool_name: name }, kwargs, () => {
    throw new Error('the tool would have been called')
  })
  same(result, dataOf(recording))
  return 'tape.call'
}

function same(given: unknown, expected: unknown): void {
  const plain: unknown = JSON.parse(JSON.stringify(given))
  if (!isDeepStrictEqual(plain, expected))
    throw new Error(
      `given ${JSON.stringify(plain).slice(0, 150)} for ${JSON.stringify(expected).slice(0, 150)}`,
    )
}
