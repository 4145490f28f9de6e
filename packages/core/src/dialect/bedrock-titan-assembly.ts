import { chunkIndex } from './chunk-index.ts'
import type { Assembly } from './dialect.ts'
import {
  copyOf,
  inIndexOrder,
  isArray,
  isRecord,
  recordsOf,
  restateField,
  without,
} from './merge-delta.ts'

type Fields = Record<string, unknown>

/** What is the answer's, and not one result's. */
const WHOLE = ['inputTextTokenCount']

/**
 * Amazon Titan Text: a chunk is a result with other names.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
 */
export const titanTexts: Assembly = {
  isChunk: (value) => isRecord(value) && typeof value['outputText'] === 'string',
  textOf(value) {
    const results = isRecord(value) ? [value, ...recordsOf(value['results'])] : []
    return results
      .map(({ outputText }) => (typeof outputText === 'string' ? outputText : ''))
      .join('')
  },
  assemble: assembleTitan,
  isWhole: (value) => isRecord(value) && recordsOf(value['results']).some(hasText),
  disassemble: disassembleTitan,
}

function hasText(result: Fields): boolean {
  return typeof result['outputText'] === 'string'
}

function assembleTitan(chunks: readonly unknown[]): Fields {
  const whole: Fields = {}
  const results = new Map<number, Fields>()
  for (const chunk of chunks) {
    if (!isRecord(chunk)) continue
    const { outputText, index, totalOutputTextTokenCount, ...others } = chunk
    const at = chunkIndex(index)
    const result = results.get(at) ?? {}
    results.set(at, result)
    if (totalOutputTextTokenCount !== undefined) {
      restateField(result, 'tokenCount', totalOutputTextTokenCount)
    }
    if (typeof outputText === 'string') {
      const before = result['outputText']
      result['outputText'] = typeof before === 'string' ? before + outputText : outputText
    }
    for (const [key, value] of Object.entries(others)) {
      restateField(WHOLE.includes(key) ? whole : result, key, value)
    }
  }
  return { ...whole, results: inIndexOrder(results) }
}

function disassembleTitan(whole: unknown): unknown[] {
  if (!isRecord(whole) || !isArray(whole['results'])) return []
  const head = without(whole, ['results'])
  return recordsOf(copyOf(whole['results'])).map(({ tokenCount, ...result }, index) => ({
    ...result,
    index,
    ...(tokenCount !== undefined && { totalOutputTextTokenCount: tokenCount }),
    ...(index === 0 && head),
  }))
}
