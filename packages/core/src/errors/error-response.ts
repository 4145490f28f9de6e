import { dialectNamed } from '../dialect/dialects.ts'
import { printJson } from '../json/print.ts'
import { openaiErrorBody } from '../dialect/openai-error.ts'
import type { HeaderList } from '../request/headers.ts'
import type { WiretapeError } from './wiretape-error.ts'

/** An error of wiretape as an HTTP answer. */
export interface ErrorResponse {
  /** 404: no SDK retries it, and each shows the message. */
  readonly status: 404
  readonly headers: HeaderList
  readonly body: string
}

/**
 * Says an error in a dialect's own way, so that a client shows its text at once and does not retry: a 404 with the dialect's
 * error body and `x-should-retry: false` (openai `core.ts` `shouldRetry`).
 *
 * @param dialect the dialect's name; the default is the one that the error was about, else OpenAI's shape
 * @public
 */
export function errorResponse(error: WiretapeError, dialect?: string): ErrorResponse {
  const name = dialect ?? error.details['dialect']
  const known = typeof name === 'string' ? dialectNamed(name) : undefined
  const spoken = { code: error.code, message: error.message }
  const body = known === undefined ? openaiErrorBody(spoken) : known.errorBody(spoken)
  return {
    status: 404,
    headers: [
      ['content-type', 'application/json'],
      ['x-should-retry', 'false'],
      ['x-wiretape-error', error.code],
    ],
    body: printJson(body),
  }
}
