import type { Assembly } from './dialect.ts'
import {
  copyOf,
  copyRecord,
  isArray,
  isRecord,
  mergeDelta,
  ownField,
  restateField,
  without,
} from './merge-delta.ts'

type Fields = Record<string, unknown>

/** What `/api/generate` says a piece at a time; in `/api/chat` it stands in `message`. */
const CONTINUED = ['response', 'thinking', 'logprobs']

/**
 * Objects of Ollama's streams, the last of which has `done: true` and the statistics.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
export const ollamaAssembly: Assembly = {
  isChunk: isOllama,
  textOf: textOfOllama,
  assemble: assembleOllama,
  isWhole: (value) => isOllama(value) && isRecord(value) && value['done'] === true,
  disassemble: (whole) => (isRecord(whole) ? disassembleOllama(copyRecord(whole)) : []),
}

function isOllama(value: unknown): boolean {
  if (!isRecord(value) || typeof value['done'] !== 'boolean') return false
  return isRecord(value['message']) || typeof value['response'] === 'string'
}

function textOfOllama(value: unknown): string {
  if (!isRecord(value)) return ''
  const text = isRecord(value['message']) ? value['message']['content'] : value['response']
  return typeof text === 'string' ? text : ''
}

function assembleOllama(chunks: readonly unknown[]): Fields {
  const whole: Fields = {}
  for (const chunk of chunks) {
    if (!isRecord(chunk)) continue
    for (const [key, value] of Object.entries(chunk)) {
      if (key === 'message' && isRecord(value)) addMessage(whole, value)
      else if (CONTINUED.includes(key)) mergeDelta(whole, { [key]: value })
      else restateField(whole, key, value)
    }
  }
  return whole
}

/** Each call comes whole; the `index` inside its function only counts. */
function addMessage(whole: Fields, delta: Fields): void {
  const message = isRecord(whole['message']) ? whole['message'] : {}
  whole['message'] = message
  for (const [key, value] of Object.entries(delta)) {
    const known = ownField(message, key)
    if (isArray(known) && isArray(value)) message[key] = [...known, ...value.map(copyOf)]
    else mergeDelta(message, { [key]: value })
  }
}

/** Thinking, then the answer, then the calls, then the statistics. */
function disassembleOllama(whole: Fields): Fields[] {
  const open = {
    ...('model' in whole && { model: whole['model'] }),
    ...('created_at' in whole && { created_at: whole['created_at'] }),
  }
  const message = isRecord(whole['message']) ? whole['message'] : undefined
  const said = message === undefined ? saidByGenerate(whole) : saidByMessage(message)
  const end = without(whole, ['message', 'response', 'thinking'])
  return [
    ...said.chunks.map((chunk) => ({ ...open, ...chunk, done: false })),
    { ...open, ...said.end, ...end },
  ]
}

interface Said {
  readonly chunks: Fields[]
  /** What the last object repeats, with nothing in it. */
  readonly end: Fields
}

function saidByGenerate(whole: Fields): Said {
  const { response, thinking } = whole
  const chunks: Fields[] = []
  if (thinking !== undefined) chunks.push({ response: '', thinking })
  if (response !== '') chunks.push({ response })
  return { chunks, end: { response: '' } }
}

function saidByMessage(message: Fields): Said {
  const empty = {
    ...('role' in message && { role: message['role'] }),
    ...(typeof message['content'] === 'string' && { content: '' }),
  }
  const said = Object.entries(message).filter(([key, value]) => {
    return key !== 'role' && !(key === 'content' && value === '')
  })
  const inOrder = said.toSorted(([left], [right]) => rankOf(left) - rankOf(right))
  const chunks = inOrder.map(([key, value]) => ({ message: { ...empty, [key]: value } }))
  return { chunks, end: { message: empty } }
}

function rankOf(field: string): number {
  return field === 'thinking' ? 0 : 1
}
