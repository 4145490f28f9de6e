import { stringMember } from '../json/access.ts'
import type { ImpliedFields, TypedPayload } from './dialect.ts'
import { documentOf } from './payload-document.ts'

/** The SSE `event:` of APIs that name an event twice, there and as the `type` of its data. */
export function typedEvent(item: TypedPayload, eventType: string): ImpliedFields {
  if (item.type !== eventType) return {}
  const event = stringMember(documentOf(item.payload), 'type')
  return event === undefined ? {} : { event }
}
