import type { Message, MessageHeader } from '../framing/framing.ts'
import type { ImpliedFields, TypedPayload } from './dialect.ts'

/** What `__type__` says of things that are no named event; an event of such a name keeps its headers beside it. */
const RESERVED: ReadonlySet<string> = new Set(['text', 'bytes', 'event', 'error', 'response'])

/**
 * The `__type__` of an event-stream message, by its headers: `wiretape.<dialect>.<event>`, with `!` behind it for an
 * exception.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function eventstreamType(dialect: string, message: Message): string {
  const kind = headerOf(message, ':message-type')
  if (kind === 'error') return `wiretape.${dialect}.error`
  const isException = kind === 'exception'
  const name = headerOf(message, isException ? ':exception-type' : ':event-type') ?? ''
  if (!/^[\w-]+$/.test(name) || RESERVED.has(name)) return `wiretape.${dialect}.event`
  return `wiretape.${dialect}.${name}${isException ? '!' : ''}`
}

/**
 * Every header of a message of that type, in the order in which Bedrock writes them (measured on events; exceptions, of
 * which no public traffic is known, by analogy). An error says its code and text in headers alone, so it implies none.
 */
export function impliedHeaders({ type }: Pick<TypedPayload, 'type'>): ImpliedFields {
  const [, name, mark] = /^wiretape\.[^.]+\.([\w-]+)(!?)$/.exec(type) ?? []
  if (name === undefined || RESERVED.has(name)) return {}
  const kind = mark === '!' ? 'exception' : 'event'
  return {
    headers: [
      text(`:${kind}-type`, name),
      text(':content-type', 'application/json'),
      text(':message-type', kind),
    ],
  }
}

/** Whether a stream fails with this message: nothing comes after it. */
export function isFailureMessage(message: Message): boolean {
  const kind = headerOf(message, ':message-type')
  return kind === 'exception' || kind === 'error'
}

/** The event that a message says; undefined where it is none. */
export function eventOf(message: Message): string | undefined {
  return headerOf(message, ':event-type')
}

function headerOf(message: Message, name: string): string | undefined {
  const value = message.headers?.find((header) => header.name === name)?.value
  return typeof value === 'string' ? value : undefined
}

function text(name: string, value: string): MessageHeader {
  return { name, type: 'string', value }
}
