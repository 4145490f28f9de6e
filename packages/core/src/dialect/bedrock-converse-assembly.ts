import { disassembleConverse } from './bedrock-converse-disassembly.ts'
import { chunkIndex } from './chunk-index.ts'
import type { Assembly } from './dialect.ts'
import {
  copyOf,
  copyRecord,
  inIndexOrder,
  isArray,
  isRecord,
  mergeDelta,
  PADDING,
  recordsOf,
  restateField,
  without,
} from './merge-delta.ts'
import { parseToolInput } from './tool-input.ts'

type Fields = Record<string, unknown>

const EVENTS = [
  'messageStart',
  'contentBlockStart',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
] as const
type EventName = (typeof EVENTS)[number]

/**
 * Events of ConverseStream: as the AWS SDK yields them, `{ contentBlockDelta: {…} }`, or as they stand on the wire, where
 * only a header of the message has the event's name.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 */
export const bedrockConverseAssembly: Assembly = {
  isChunk: (value) => eventOf(value) !== undefined,
  textOf: textOfConverse,
  assemble: assembleConverse,
  isWhole: isWholeConverse,
  disassemble: (whole) => (isRecord(whole) ? disassembleConverse(copyRecord(whole)) : []),
  chunkOf: ({ type, data }) => ({ [type.replace(TYPE_PREFIX, '')]: data }),
  itemOf: (chunk) => {
    const [name = '', data] = Object.entries(isRecord(chunk) ? chunk : {})[0] ?? []
    return { type: TYPE_PREFIX + name, data }
  },
}

/** The item's type says which event it is, which its payload does not. */
const TYPE_PREFIX = 'wiretape.bedrock-converse.'

interface ConverseEvent {
  readonly name: EventName
  readonly data: Fields
}

interface OpenBlock {
  readonly block: Fields
  text: string | undefined
  json: string
  readonly citations: unknown[]
  /** Pieces of hidden reasoning. */
  readonly redacted: unknown[]
}

function isWholeConverse(value: unknown): boolean {
  return isRecord(value) && isRecord(value['output']) && isRecord(value['output']['message'])
}

/** Exceptions in a stream are no events of this answer. */
function eventOf(value: unknown): ConverseEvent | undefined {
  if (!isRecord(value)) return undefined
  // The SDK's events have one member; chunks of other APIs may have a `metadata` among theirs.
  const [only, another] = Object.keys(value)
  const event = another === undefined ? EVENTS.find((candidate) => candidate === only) : undefined
  const data = event === undefined ? undefined : value[event]
  if (event !== undefined && isRecord(data)) return { name: event, data }
  const name = nameByShape(value)
  return name === undefined ? undefined : { name, data: value }
}

function nameByShape(data: Fields): EventName | undefined {
  if (typeof data['contentBlockIndex'] === 'number') {
    if (isRecord(data['delta'])) return 'contentBlockDelta'
    return isRecord(data['start']) ? 'contentBlockStart' : 'contentBlockStop'
  }
  if (typeof data['stopReason'] === 'string' && !('output' in data)) return 'messageStop'
  if (isRecord(data['usage']) && isRecord(data['metrics']) && !('output' in data)) return 'metadata'
  const isStart = Object.keys(without(data, PADDING)).join() === 'role'
  return isStart ? 'messageStart' : undefined
}

function textOfConverse(value: unknown): string {
  const event = eventOf(value)
  const delta = event?.name === 'contentBlockDelta' ? event.data['delta'] : undefined
  if (isRecord(delta)) return typeof delta['text'] === 'string' ? delta['text'] : ''
  const output = isRecord(value) ? value['output'] : undefined
  const message = isRecord(output) ? output['message'] : undefined
  return recordsOf(isRecord(message) ? message['content'] : undefined)
    .flatMap((block) => [block, ...recordsOf(citedOf(block))])
    .map((block) => (typeof block['text'] === 'string' ? block['text'] : ''))
    .join('')
}

function citedOf(block: Fields): unknown {
  return isRecord(block['citationsContent']) ? block['citationsContent']['content'] : undefined
}

function assembleConverse(events: readonly unknown[]): Fields {
  const message: Fields = {}
  const rest: Fields = {}
  const blocks = new Map<number, OpenBlock>()
  for (const chunk of events) {
    const event = eventOf(chunk)
    if (event === undefined) continue
    const data = without(event.data, PADDING)
    if (event.name.startsWith('contentBlock')) addToBlock(blocks, event.name, data)
    else {
      const target = event.name === 'messageStart' ? message : rest
      for (const [key, value] of Object.entries(data)) restateField(target, key, value)
    }
  }
  message['content'] = inIndexOrder(blocks).map(closeBlock)
  return { output: { message }, ...rest }
}

function addToBlock(blocks: Map<number, OpenBlock>, name: EventName, data: Fields): void {
  const index = chunkIndex(data['contentBlockIndex'])
  const known = blocks.get(index)
  const open: OpenBlock = known ?? {
    block: {},
    text: undefined,
    json: '',
    citations: [],
    redacted: [],
  }
  if (name === 'contentBlockStop') return
  if (known === undefined) blocks.set(index, open)
  if (name === 'contentBlockStart' && isRecord(data['start'])) mergeDelta(open.block, data['start'])
  if (name !== 'contentBlockDelta' || !isRecord(data['delta'])) return
  for (const [key, value] of Object.entries(data['delta'])) {
    if (key === 'text') open.text = `${open.text ?? ''}${textOf(value)}`
    else if (key === 'citation') open.citations.push(copyOf(value))
    else if (key === 'reasoningContent' && isRecord(value)) addReasoning(open, value)
    else if (key === 'toolUse' && isRecord(value)) {
      open.json += textOf(value['input'])
      mergeDelta(open.block, { toolUse: without(value, ['input']) })
    } else if (key === 'toolResult' && isArray(value)) {
      mergeDelta(open.block, { toolResult: { content: value } })
    } else mergeDelta(open.block, { [key]: value })
  }
}

/** A delta has text, signature and hidden reasoning side by side; the whole block keeps the first two in one. */
function addReasoning({ block, redacted }: OpenBlock, delta: Fields): void {
  const { redactedContent, ...said } = delta
  const known = isRecord(block['reasoningContent']) ? block['reasoningContent'] : {}
  block['reasoningContent'] = known
  if (Object.keys(said).length > 0) mergeDelta(known, { reasoningText: said })
  if (redactedContent !== undefined) redacted.push(redactedContent)
}

/** Bytes are base64 on the wire, each piece padded by itself, and a `Uint8Array` from the AWS SDK. */
function joinBytes(pieces: readonly unknown[]): unknown {
  if (pieces.every((piece) => typeof piece === 'string'))
    return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64')
  if (pieces.every((piece) => piece instanceof Uint8Array))
    return new Uint8Array(Buffer.concat(pieces))
  return pieces.at(-1)
}

function closeBlock({ block, text, json, citations, redacted }: OpenBlock): Fields {
  if (redacted.length > 0 && isRecord(block['reasoningContent']))
    block['reasoningContent']['redactedContent'] =
      redacted.length === 1 ? redacted[0] : joinBytes(redacted)
  if (isRecord(block['toolUse']) && (json !== '' || !('input' in block['toolUse']))) {
    block['toolUse']['input'] = parseToolInput(json)
  }
  if (citations.length > 0) {
    const content = text === undefined ? [] : [{ text }]
    return { ...block, citationsContent: { content, citations } }
  }
  return text === undefined ? block : { ...block, text }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
