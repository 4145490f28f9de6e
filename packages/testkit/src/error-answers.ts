import type { AnswerHeaders } from './answer-headers.ts'
import { json, type ResponseAnswer } from './answers.ts'

/** The body with which OpenAI says an error. @public */
export interface OpenaiErrorBody {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string | null
  }
}

/** @public */
export interface ErrorOptions {
  readonly headers?: AnswerHeaders | undefined
}

/** @public */
export interface RateLimitedOptions {
  /**
   * How long the client is told to wait; clients that know only `retry-after` wait that in whole
   * seconds, rounded up.
   *
   * @defaultValue 10
   */
  readonly retryAfterMs?: number | undefined
}

/**
 * An error body in OpenAI's shape.
 *
 * @public
 */
export function openaiErrorBody(
  message: string,
  type = 'invalid_request_error',
  code: string | null = null,
): OpenaiErrorBody {
  return { error: { message, type, param: null, code } }
}

/**
 * An answer with an error status. A text becomes the message of an error in OpenAI's shape,
 * anything else is the JSON body itself.
 *
 * @public
 */
export function error(
  status: number,
  body: unknown = `The provider is scripted to answer ${status}.`,
  options: ErrorOptions = {},
): ResponseAnswer {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error'
  const value = typeof body === 'string' ? openaiErrorBody(body, type) : body
  return json(value, { status, headers: options.headers })
}

/**
 * The 429 with which OpenAI limits a client, with the headers that tell when to come back.
 *
 * @public
 */
export function rateLimited(options: RateLimitedOptions = {}): ResponseAnswer {
  const wait = options.retryAfterMs ?? 10
  const message =
    'Rate limit reached for gpt-4o-mini in organization org-testkit on requests per min (RPM): ' +
    `Limit 3, Used 3, Requested 1. Please try again in ${wait}ms.`
  return json(openaiErrorBody(message, 'requests', 'rate_limit_exceeded'), {
    status: 429,
    headers: {
      'retry-after': String(Math.ceil(wait / 1000)),
      'retry-after-ms': String(wait),
      'x-ratelimit-limit-requests': '3',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': `${wait}ms`,
    },
  })
}
