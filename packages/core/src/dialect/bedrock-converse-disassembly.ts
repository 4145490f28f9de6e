import { isArray, isRecord, without } from './merge-delta.ts'
import { printToolInput } from './tool-input.ts'

type Fields = Record<string, unknown>

/** What `messageStop` says; everything else beside the output comes with `metadata`. */
const END_OF_MESSAGE = ['stopReason', 'additionalModelResponseFields']

/** The events, as the AWS SDK yields them, of a stream that says this answer of Converse. */
export function disassembleConverse(whole: Fields): Fields[] {
  const output = isRecord(whole['output']) ? whole['output'] : {}
  const message = isRecord(output['message']) ? output['message'] : {}
  const content = isArray(message['content']) ? message['content'] : []
  const rest = without(whole, ['output'])
  const metadata = without(rest, END_OF_MESSAGE)
  const stop = without(rest, Object.keys(metadata))
  return [
    { messageStart: without(message, ['content']) },
    ...content.flatMap((block, index) => (isRecord(block) ? eventsOfBlock(block, index) : [])),
    ...(Object.keys(stop).length > 0 ? [{ messageStop: stop }] : []),
    ...(Object.keys(metadata).length > 0 ? [{ metadata }] : []),
  ]
}

function eventsOfBlock(block: Fields, contentBlockIndex: number): Fields[] {
  const { start, deltas } = dividedBlock(block)
  return [
    ...(start === undefined ? [] : [{ contentBlockStart: { start, contentBlockIndex } }]),
    ...deltas.map((delta) => ({ contentBlockDelta: { delta, contentBlockIndex } })),
    { contentBlockStop: { contentBlockIndex } },
  ]
}

interface DividedBlock {
  /** Text and reasoning have none. */
  readonly start: Fields | undefined
  readonly deltas: Fields[]
}

function dividedBlock(block: Fields): DividedBlock {
  const keys = Object.keys(block)
  const only = keys.length === 1 ? keys[0] : undefined
  const value = only === undefined ? undefined : block[only]
  if (only === 'text' && typeof value === 'string') return { start: undefined, deltas: [block] }
  if (isRecord(value)) {
    if (only === 'toolUse') return dividedToolUse(value)
    if (only === 'reasoningContent') return dividedReasoning(block, value)
    if (only === 'citationsContent') return dividedCitations(block, value)
    if (only === 'toolResult' && isArray(value['content']) && value['content'].length > 0) {
      const start = { toolResult: without(value, ['content']) }
      return { start, deltas: value['content'].map((part) => ({ toolResult: [part] })) }
    }
  }
  return { start: block, deltas: [] }
}

function dividedToolUse(toolUse: Fields): DividedBlock {
  const { input, ...start } = toolUse
  const json = printToolInput(input)
  if (json === undefined) return { start: { toolUse }, deltas: [] }
  return { start: { toolUse: start }, deltas: [{ toolUse: { input: json } }] }
}

function dividedReasoning(block: Fields, reasoning: Fields): DividedBlock {
  const { reasoningText, ...others } = reasoning
  const deltas: Fields[] = []
  if (isRecord(reasoningText)) {
    for (const [key, value] of Object.entries(reasoningText)) {
      deltas.push({ reasoningContent: { [key]: value } })
    }
  }
  if ('redactedContent' in others) deltas.push({ reasoningContent: others })
  const isSaid = deltas.length > 0 && (reasoningText === undefined || isRecord(reasoningText))
  const isKnown = Object.keys(others).every((key) => key === 'redactedContent')
  return isSaid && isKnown ? { start: undefined, deltas } : { start: block, deltas: [] }
}

/** Only one text with citations has deltas; other shapes go whole into the start. */
function dividedCitations(block: Fields, cited: Fields): DividedBlock {
  const { content, citations, ...others } = cited
  const [text, ...more] = isArray(content) ? content : []
  const isPlain = isRecord(text) && Object.keys(text).join() === 'text' && more.length === 0
  const isSaid = isPlain && isArray(citations) && citations.length > 0
  if (!isSaid || typeof text['text'] !== 'string' || Object.keys(others).length > 0) {
    return { start: block, deltas: [] }
  }
  return { start: undefined, deltas: [text, ...citations.map((citation) => ({ citation }))] }
}
