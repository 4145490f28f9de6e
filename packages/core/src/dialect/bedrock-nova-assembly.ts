import { bedrockConverseAssembly } from './bedrock-converse-assembly.ts'
import type { Assembly } from './dialect.ts'
import { isRecord } from './merge-delta.ts'

type Fields = Record<string, unknown>

/**
 * Amazon Nova by InvokeModel: the events of ConverseStream, but every piece of text comes as a block of its own.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/using-invoke-api.html
 */
export const bedrockNova: Assembly = {
  ...bedrockConverseAssembly,
  assemble(chunks) {
    const whole = bedrockConverseAssembly.assemble(joinTextBlocks(chunks))
    if (!isRecord(whole)) return whole
    // Empty in streams, absent in whole answers.
    return Object.fromEntries(
      Object.entries(whole).filter(([key, value]) => !isEmptyMetadata(key, value)),
    )
  },
  disassemble: (whole) => bedrockConverseAssembly.disassemble(whole).flatMap(withStartOfText),
}

function isEmptyMetadata(key: string, value: unknown): boolean {
  const isMetadata = key === 'metrics' || key === 'trace'
  return isMetadata && isRecord(value) && Object.keys(value).length === 0
}

/** Gives text that goes on the index of the block that it goes on from. A block that was started is another one. */
function joinTextBlocks(chunks: readonly unknown[]): unknown[] {
  let open: { readonly index: unknown; readonly shown: unknown } | undefined
  return chunks.map((chunk) => {
    if (!isRecord(chunk)) return chunk
    if (isRecord(chunk['contentBlockStart'])) {
      const index = chunk['contentBlockStart']['contentBlockIndex']
      open = { index, shown: index }
      return chunk
    }
    const data = chunk['contentBlockDelta']
    if (!isRecord(data)) return chunk
    const index = data['contentBlockIndex']
    const isText = isRecord(data['delta']) && typeof data['delta']['text'] === 'string'
    if (!isText) open = undefined
    else if (open === undefined) open = { index, shown: index }
    else return { ...chunk, contentBlockDelta: { ...data, contentBlockIndex: open.shown } }
    return chunk
  })
}

/** So that two texts of a whole answer stay two. */
function withStartOfText(chunk: unknown): unknown[] {
  const data = isRecord(chunk) ? chunk['contentBlockDelta'] : undefined
  if (!isRecord(data) || !isRecord(data['delta'])) return [chunk]
  if (typeof data['delta']['text'] !== 'string' || data['contentBlockIndex'] === 0) return [chunk]
  const start: Fields = { start: {}, contentBlockIndex: data['contentBlockIndex'] }
  return [{ contentBlockStart: start }, chunk]
}
