import { isDeepStrictEqual } from 'node:util'
import { isArray, isRecord, recordsOf, without } from './merge-delta.ts'

type Fields = Record<string, unknown>
type AssembleChat = (chunks: readonly unknown[]) => Fields

/**
 * The chunks of a stream that says this chat completion: for each choice its role, one delta a field, one a tool call, and
 * the finish; then the usage, as `stream_options.include_usage` gives it. Where deltas can't say the message (a tool call
 * that has an `index` in the whole answer too), the finish states it in full, which Perplexity's own streams do.
 */
export function disassembleChat(whole: Fields, assemble: AssembleChat): Fields[] {
  const usage = isRecord(whole['usage']) ? whole['usage'] : undefined
  const hidden = usage === undefined ? ['choices'] : ['choices', 'usage']
  const head = without(whole, hidden)
  if ('object' in head) head['object'] = 'chat.completion.chunk'
  const choices = isArray(whole['choices']) ? whole['choices'] : []
  const chunks = choices.flatMap((choice) => {
    if (!isRecord(choice)) return []
    const spoken = chunksOfChoice(choice, false)
    const [heard] = recordsOf(assemble(spoken.map((part) => ({ choices: [part] })))['choices'])
    return isDeepStrictEqual(heard, choice) ? spoken : chunksOfChoice(choice, true)
  })
  const stream: Fields[] = chunks.map((choice) => ({ ...head, choices: [choice] }))
  if (stream.length === 0 && usage === undefined) stream.push({ ...head, choices: [] })
  if (usage !== undefined) stream.push({ ...head, choices: [], usage })
  return stream
}

function chunksOfChoice(choice: Fields, isStated: boolean): Fields[] {
  const message = isRecord(choice['message']) ? choice['message'] : {}
  const finish = without(choice, ['message', 'delta', 'logprobs'])
  const open: Fields = {
    ...('index' in choice && { index: choice['index'] }),
    ...('logprobs' in choice && { logprobs: null }),
    ...('finish_reason' in choice && { finish_reason: null }),
  }
  const spoken: Fields[] = deltasOf(message).map((delta) => ({ delta, ...open }))
  const logprobs = choice['logprobs']
  if (isRecord(logprobs)) {
    // They belong to the text, which is what clients look for them beside.
    const beside = spoken.find(
      ({ delta }) => isRecord(delta) && 'content' in delta && !('role' in delta),
    )
    const bearer = beside ?? spoken.at(-1)
    if (bearer === undefined) finish['logprobs'] = logprobs
    else bearer['logprobs'] = logprobs
  }
  const delta = isRecord(choice['delta']) ? choice['delta'] : {}
  return [...spoken, { ...open, delta, ...(isStated && { message }), ...finish }]
}

function deltasOf(message: Fields): Fields[] {
  const entries = Object.entries(message)
  if (entries.length === 0) return []
  const opening = Object.fromEntries(entries.filter(isOpening))
  const content = 'content' in message ? '' : null
  const deltas: Fields[] = [{ role: 'assistant', content, ...opening }]
  const others = entries.filter((entry) => !isOpening(entry))
  for (const [key, value] of others.toSorted(([left], [right]) => rankOf(left) - rankOf(right))) {
    if (key === 'tool_calls' && isArray(value) && value.length > 0) {
      deltas.push(...value.map((call, index) => ({ tool_calls: [numbered(call, index)] })))
    } else if (value !== '' || key !== 'content') deltas.push({ [key]: value })
  }
  return deltas
}

function isOpening([key, value]: readonly [string, unknown]): boolean {
  return key === 'role' || value === null
}

/** Models reason before they answer. */
function rankOf(field: string): number {
  return /reason|think/.test(field) ? 0 : 1
}

/** OpenAI's client takes no call without a type, though Mistral's have none. */
function numbered(call: unknown, index: number): Fields {
  if (!isRecord(call)) return { index }
  const isFunction = call['type'] === undefined && isRecord(call['function'])
  return { index, ...without(call, ['index']), ...(isFunction && { type: 'function' }) }
}
