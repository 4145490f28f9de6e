import type { Message, Payload } from '../framing/framing.ts'
import { equalNodes } from '../json/equal-nodes.ts'
import { tryParseJson } from '../json/parse.ts'
import { decodeUtf8 } from '../request/request-view.ts'

/** What a message's data is: JSON where it parses, text where it is UTF-8, bytes otherwise. */
export function payloadOf(message: Message): Payload {
  const text = typeof message.data === 'string' ? message.data : decodeUtf8(message.data)
  if (text === undefined) return message.data
  return tryParseJson(text) ?? text
}

/** Whether two payloads say the same, number for number as they are spelled. */
export function samePayload(left: Payload, right: Payload): boolean {
  if (typeof left === 'string' || typeof right === 'string') return left === right
  if (left instanceof Uint8Array || right instanceof Uint8Array)
    return (
      left instanceof Uint8Array && right instanceof Uint8Array && Buffer.compare(left, right) === 0
    )
  return equalNodes(left, right)
}
