import { randomUUID } from 'node:crypto'
import { type AnswerHeaders, mergeHeaders } from '../answer-headers.ts'
import { json, type ResponseAnswer, stream } from '../answers.ts'
import type { StreamPart } from '../stream-part.ts'

/** @public */
export interface BedrockAnswerOptions {
  /** Laid over Bedrock's own; `undefined` takes one away. */
  readonly headers?: AnswerHeaders | undefined
}

/** A whole answer of Bedrock's. @public */
export function bedrockJson(value: unknown, options: BedrockAnswerOptions = {}): ResponseAnswer {
  return json(value, { headers: withRequestId(options.headers) })
}

/** A streamed answer of Bedrock's: one write a message, with gates, pauses and a hang-up between. @public */
export function eventStream(
  parts: readonly StreamPart[],
  options: BedrockAnswerOptions = {},
): ResponseAnswer {
  const type = { 'content-type': 'application/vnd.amazon.eventstream', 'cache-control': undefined }
  return stream(parts, { headers: withRequestId(mergeHeaders(type, options.headers)) })
}

/** An error of Bedrock's: its class stands in a header, e.g. `ThrottlingException`. @public */
export function bedrockError(
  status: number,
  type: string,
  message = `Bedrock is scripted to answer ${type}.`,
): ResponseAnswer {
  const headers = {
    'x-amzn-errortype': `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
  }
  return json({ message }, { status, headers: withRequestId(headers) })
}

function withRequestId(headers: AnswerHeaders | undefined): AnswerHeaders {
  return mergeHeaders({ 'x-amzn-requestid': randomUUID() }, headers)
}
