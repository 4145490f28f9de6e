import { member, NULL } from '../json/access.ts'
import { printJson } from '../json/print.ts'
import { canonicalRequest } from '../request/canonical-request.ts'
import type { RequestView } from '../request/request-view.ts'
import type { Dialect } from './dialect.ts'
import { recognised } from './exchange.test-fixture.ts'

/** A request's body as its key has it: what is left of ids, and what is left out. */
export function canonicalBody(dialect: Dialect, view: RequestView): unknown {
  const call = { ...recognised(dialect, view), dialect, provider: dialect.provider ?? '' }
  const canonical = canonicalRequest(call, view, { testId: null })
  return JSON.parse(printJson(member(canonical, 'body') ?? NULL)) as unknown
}
