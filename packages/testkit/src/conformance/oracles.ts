import { isDeepStrictEqual } from 'node:util'
import { parseRecording, type RecordedItem } from '@wiretape/core'
import {
  eventStreamFrames,
  payloadOf,
  serverSentData,
  valueOf,
  withInnerDocument,
} from './body-documents.ts'
import type { WireExchange } from './wire-exchanges.ts'

/** Compares a recording's items with what the libraries that everybody uses read from the same bytes. */
export function checkAgainstOracles(
  text: string,
  exchange: WireExchange,
  counts: Map<string, number>,
): string[] {
  const { response } = parseRecording(text)
  const framing = response.wire?.['framing']
  const items = (Array.isArray(response.body) ? (response.body as RecordedItem[]) : []).filter(
    ({ __data__: data }) => data !== '[DONE]',
  )
  if (framing === 'sse') {
    const data = serverSentData(new TextDecoder().decode(exchange.response))
    const messages = data.filter((message) => message !== '[DONE]').map(valueOf)
    return compare(messages, items, { oracle: 'eventsource-parser', counts })
  }
  const frames = framing === 'eventstream' ? eventStreamFrames(exchange.response) : undefined
  if (frames === undefined) return []
  const messages = frames.map((frame) => valueOf(payloadOf(frame)))
  return compare(messages, items, { oracle: '@smithy/core', counts })
}

function compare(
  messages: readonly unknown[],
  items: readonly RecordedItem[],
  { oracle, counts }: { oracle: string; counts: Map<string, number> },
): string[] {
  if (messages.length !== items.length)
    return [`${oracle} reads ${messages.length} messages, the recording has ${items.length}`]
  const differing = messages.findIndex((message, index) => {
    const data = items[index]?.__data__
    return !isDeepStrictEqual(message, data) && !isDeepStrictEqual(withInnerDocument(message), data)
  })
  if (differing !== -1) return [`message ${differing} is not what ${oracle} reads`]
  counts.set(oracle, (counts.get(oracle) ?? 0) + messages.length)
  return []
}
