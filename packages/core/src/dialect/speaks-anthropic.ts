import { headerValue } from '../request/headers.ts'
import type { RequestView } from '../request/request-view.ts'

/** Whether a request is one to Anthropic, whose `/v1/models` and `/v1/files` are OpenAI's paths too. */
export function speaksAnthropic(request: RequestView): boolean {
  return (
    request.url.hostname === 'api.anthropic.com' ||
    headerValue(request.headers, 'anthropic-version') !== undefined
  )
}
