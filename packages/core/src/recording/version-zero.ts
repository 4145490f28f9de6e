import {
  array,
  member,
  NULL,
  number,
  object,
  string,
  stringMember,
  TRUE,
  withMember,
} from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { framingOf } from '../framing/framings.ts'
import { type AnswerContext, writeAnswer } from './write-answer.ts'

/**
 * The response of a file without `wire` as it went over the wire. OGX records what its Python clients returned, so some of
 * it has to be put back: model lists are lists of models, SSE of raw posts is a list of lines, an exception is an HTTP error.
 */
export function sentResponse(response: JsonObject, call: AnswerContext): JsonObject {
  if (member(response, 'wire') !== undefined) return response
  if (isTrue(member(response, 'is_exception'))) return exceptionResponse(response, call)
  const body = member(response, 'body')
  if (body?.kind !== 'array') return response
  if (body.items.length > 0 && body.items.every(({ kind }) => kind === 'string'))
    return linesResponse(response, body.items, call)
  if (isTrue(member(response, 'is_streaming'))) return response
  return withMember(response, 'body', listDocument(body.items))
}

/** Lines of an SSE body, without their ends. */
function linesResponse(
  response: JsonObject,
  lines: readonly JsonNode[],
  call: AnswerContext,
): JsonObject {
  const text = lines.map((line) => (line.kind === 'string' ? `${line.value}\n` : '')).join('')
  const splitter = framingOf('sse').createSplitter()
  const frames = [...splitter.push(Buffer.from(text, 'utf8')), ...splitter.end()]
  const written = writeAnswer(
    {
      status: 200,
      headers: [],
      framing: 'sse',
      frames,
      reads: [],
      headAt: null,
      ending: 'complete',
    },
    call,
  )
  return ['body', 'wire'].reduce(
    (result, key) => withMember(result, key, member(written, key) ?? NULL),
    response,
  )
}

/** A list of models, as `GET /v1/models` and Ollama's `GET /api/tags` give it. */
function listDocument(items: readonly JsonNode[]): JsonNode {
  const data = items.map((item) => member(item, '__data__') ?? item)
  const isOllama = items.some((item) => stringMember(item, '__type__')?.startsWith('ollama.'))
  if (isOllama) return object([['models', array(data)]])
  return object([
    ['object', string('list')],
    ['data', array(data)],
  ])
}

/**
 * What a client raised, as the answer that makes it raise: before any chunk an HTTP error, after chunks an error within the
 * stream. `exception_data.body` is the SDK's `error.body`, which OpenAI's takes out of the member `error`.
 */
function exceptionResponse(response: JsonObject, call: AnswerContext): JsonObject {
  const data = member(response, 'exception_data')
  const message =
    stringMember(response, 'exception_message') ??
    stringMember(data, 'message') ??
    'the call failed'
  const status = member(data, 'status_code')
  const said = member(data, 'body')
  const document =
    said?.kind === 'object'
      ? member(said, 'error') === undefined
        ? object([['error', said]])
        : said
      : call.dialect.errorBody({ code: stringMember(data, 'type') ?? 'error', message })
  const chunks = member(response, 'body')
  if (chunks?.kind === 'array' && chunks.items.length > 0) {
    const streamed = withMember(response, 'body', array([...chunks.items, document]))
    return withMember(withMember(streamed, 'is_streaming', TRUE), 'wire', errorWire())
  }
  const failed = withMember(response, 'body', document)
  const code = isStatus(status) ? status : number(500)
  return withMember(withMember(failed, 'status', code), 'is_streaming', {
    kind: 'literal',
    value: false,
  })
}

/** An exception may carry any number, and an answer not. */
function isStatus(node: JsonNode | undefined): node is JsonNode {
  if (node?.kind !== 'number') return false
  const status = Number(node.text)
  return Number.isInteger(status) && status >= 200 && status <= 599
}

function errorWire(): JsonNode {
  return object([
    ['framing', string('sse')],
    ['ending', string('complete')],
    ['tail', string('')],
  ])
}

function isTrue(node: JsonNode | undefined): boolean {
  return node?.kind === 'literal' && node.value === true
}
