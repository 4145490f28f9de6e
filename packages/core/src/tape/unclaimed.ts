import { generic } from '../dialect/generic.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { redactUrl } from '../redaction/redact-form.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { parseUrl } from '../request/parse-url.ts'
import type { WireRequest } from '../request/wire.ts'
import type { MissReason } from './miss.ts'
import { cutText } from './miss-text.ts'
import type { ReportEntry } from './report.ts'
import type { Scope } from './scope.ts'

/** A request that a hook caught and no dialect recognises. */
export interface Unclaimed {
  readonly entry: ReportEntry
  readonly miss: WiretapeError
}

/** Its miss, which names the ways to let it through or to record it. */
export function describeUnclaimed(
  { method, url: address }: WireRequest,
  { testId }: Scope,
  redactor: Redactor,
): Unclaimed {
  const { host, origin, pathname } = redactUrl(parseUrl(address), '/request/url', redactor)
  const url = origin + pathname
  const reason: MissReason = 'unclaimed'
  const miss = new WiretapeError('WT_RECORDING_NOT_FOUND', {
    message: `no recording answers ${method} ${cutText(url)}: it is no API that wiretape knows, so it is neither recorded nor sent`,
    hint: `let it through: createTape({ passThrough: ['${host}'] }) or WIRETAPE_PASS_THROUGH=${host}; or record it: installTape(tape, { only: ['${host}'] }) or WIRETAPE_ONLY=${host}`,
    details: { dialect: generic.name, method, url, endpoint: pathname, testId, reason },
  })
  return { entry: { method, url, testId, recording: null }, miss }
}
