import { frameInvalid } from './frame-error.ts'
import type { MessageHeader } from './framing.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

/** By the type byte of the wire, in which a boolean's value is part of its type. */
const TYPES = [
  'boolean',
  'boolean',
  'byte',
  'short',
  'integer',
  'long',
  'binary',
  'string',
  'timestamp',
  'uuid',
] as const satisfies readonly MessageHeader['type'][]

/** Bytes of the value, where the type alone says. */
const SIZES: Partial<Record<MessageHeader['type'], number>> = {
  boolean: 0,
  byte: 1,
  short: 2,
  integer: 4,
  long: 8,
  timestamp: 8,
  uuid: 16,
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function readValue(
  typeByte: number,
  type: MessageHeader['type'],
  bytes: Uint8Array,
): MessageHeader['value'] | undefined {
  const view = viewOf(bytes)
  switch (type) {
    case 'boolean':
      return typeByte === 0
    case 'byte':
      return view.getInt8(0)
    case 'short':
      return view.getInt16(0)
    case 'integer':
      return view.getInt32(0)
    case 'long':
    case 'timestamp':
      return view.getBigInt64(0).toString()
    case 'binary':
      return Buffer.from(bytes).toString('base64')
    case 'string':
      return decodeUtf8(bytes)
    case 'uuid':
      return Buffer.from(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
}

/** The headers that these bytes are, all of them; undefined where they are no headers. */
export function decodeHeaders(bytes: Uint8Array): MessageHeader[] | undefined {
  const view = viewOf(bytes)
  const headers: MessageHeader[] = []
  let at = 0
  while (at < bytes.length) {
    const typeAt = at + 1 + view.getUint8(at)
    if (typeAt >= bytes.length) return undefined
    const name = decodeUtf8(bytes.subarray(at + 1, typeAt))
    const typeByte = view.getUint8(typeAt)
    const type = TYPES[typeByte]
    if (name === undefined || type === undefined) return undefined
    at = typeAt + 1
    let size = SIZES[type]
    if (size === undefined) {
      if (at + 2 > bytes.length) return undefined
      size = view.getUint16(at)
      at += 2
    }
    if (at + size > bytes.length) return undefined
    const value = readValue(typeByte, type, bytes.subarray(at, at + size))
    if (value === undefined) return undefined
    headers.push({ name, type, value })
    at += size
  }
  return headers
}

/** The value where it is an integer of so many bits, else undefined. */
function integerOf(value: MessageHeader['value'], bits: number): bigint | undefined {
  if (typeof value === 'boolean' || !/^-?[0-9]+$/.test(String(value))) return undefined
  const integer = BigInt(value)
  return BigInt.asIntN(bits, integer) === integer ? integer : undefined
}

function writeInteger(value: MessageHeader['value'], size: number): Uint8Array | undefined {
  const integer = integerOf(value, size * 8)
  if (integer === undefined) return undefined
  const wide = new Uint8Array(8)
  viewOf(wide).setBigInt64(0, integer)
  return wide.subarray(8 - size)
}

function writeSized(content: Uint8Array): Uint8Array | undefined {
  if (content.length > 0xffff) return undefined
  const bytes = new Uint8Array(content.length + 2)
  viewOf(bytes).setUint16(0, content.length)
  bytes.set(content, 2)
  return bytes
}

function writeValue({ type, value }: MessageHeader): Uint8Array | undefined {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? new Uint8Array(0) : undefined
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
    case 'timestamp':
      return writeInteger(value, SIZES[type] ?? 8)
    case 'binary': {
      const content = Buffer.from(String(value), 'base64')
      // Node drops what isn't base64 without a word.
      return content.toString('base64') === value ? writeSized(content) : undefined
    }
    case 'string':
      return typeof value === 'string' ? writeSized(encodeUtf8(value)) : undefined
    case 'uuid': {
      const isUuid = typeof value === 'string' && UUID.test(value)
      return isUuid ? Buffer.from(value.replaceAll('-', ''), 'hex') : undefined
    }
  }
}

/** The bytes of one header. @throws WT_FRAME_INVALID where its value isn't of its type, or too long. */
export function encodeHeader(header: MessageHeader): Uint8Array {
  const name = encodeUtf8(header.name)
  const value = writeValue(header)
  if (value === undefined || name.length > 0xff) {
    throw frameInvalid(
      'eventstream',
      `its header ${JSON.stringify(header.name)} has no ${header.type} that fits`,
      'Names take 255 bytes, strings 65535; see MessageHeader for how each type is written.',
    )
  }
  const typeByte =
    header.type === 'boolean' && header.value === false ? 1 : TYPES.indexOf(header.type)
  const bytes = new Uint8Array(name.length + 2 + value.length)
  bytes[0] = name.length
  bytes.set(name, 1)
  bytes[name.length + 1] = typeByte
  bytes.set(value, name.length + 2)
  return bytes
}
