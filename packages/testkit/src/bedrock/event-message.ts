import { crc32 } from 'node:zlib'

/**
 * A message of an AWS event stream, with text headers only, which is all that Bedrock uses.
 *
 * @public
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function eventMessage(
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array | string,
): Buffer {
  const body = Buffer.from(payload as string)
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)))
  const prelude = Buffer.alloc(8)
  prelude.writeUInt32BE(16 + head.length + body.length, 0)
  prelude.writeUInt32BE(head.length, 4)
  const message = Buffer.concat([prelude, checksum(prelude), head, body])
  return Buffer.concat([message, checksum(message)])
}

/** An event as Bedrock sends it; a payload that is not a text is said as JSON. @public */
export function bedrockEvent(type: string, payload: unknown): Buffer {
  return jsonMessage({ ':event-type': type }, 'event', payload)
}

/** An exception in the middle of a stream, e.g. `throttlingException`. @public */
export function bedrockException(type: string, message: string): Buffer {
  return jsonMessage({ ':exception-type': type }, 'exception', { message })
}

function jsonMessage(
  headers: Readonly<Record<string, string>>,
  kind: string,
  payload: unknown,
): Buffer {
  return eventMessage(
    { ...headers, ':content-type': 'application/json', ':message-type': kind },
    typeof payload === 'string' ? payload : JSON.stringify(payload),
  )
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value)
  const type = Buffer.from([7, text.length >> 8, text.length & 0xff])
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), type, text])
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum
}
