import { member } from '../json/access.ts'
import type { JsonNode } from '../json/node.ts'

/** Whether a body says `"stream": true`, which is how most APIs are asked for a stream. */
export function asksForStream(body: JsonNode | undefined): boolean {
  const stream = body === undefined ? undefined : member(body, 'stream')
  return stream?.kind === 'literal' && stream.value === true
}
