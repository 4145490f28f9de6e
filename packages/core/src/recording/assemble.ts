import type { Assembly, Dialect } from '../dialect/dialect.ts'
import { DIALECTS, dialectNamed } from '../dialect/dialects.ts'
import { isRecord } from '../dialect/merge-delta.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'

/** A recording's item of an API whose objects have no type name of their own. */
const OWN_TYPE = /^wiretape\.([^.]+)\.(.+)$/

/**
 * Puts a stream's chunks together to the whole answer that the same API gives without streaming. Takes chunks as SDKs hand
 * them out, or the items of a recording's `body`; changes none of them. A stream that was cut gives what there is.
 *
 * @example
 * const chunks = []
 * for await (const chunk of stream) chunks.push(chunk)
 * const message = assemble(chunks)
 *
 * @throws WT_OPTION_INVALID where no dialect knows such chunks
 * @public
 */
export function assemble(chunks: readonly unknown[]): unknown {
  const plain = chunks.map(plainChunk)
  const assembly = assemblyOf(chunks, (it) => plain.filter((chunk) => it.isChunk(chunk)).length)
  if (assembly !== undefined) return assembly.assemble(plain)
  throw new WiretapeError('WT_OPTION_INVALID', {
    message: `assemble: no dialect knows these ${chunks.length} chunks`,
    hint: 'give the chunks of one stream, in their order',
  })
}

/**
 * The inverse of {@link assemble}: the chunks of a stream that says this whole answer, as its SDK yields them (of
 * Bedrock's InvokeModel, the provider's objects without the bytes around them). Assembled, they give the answer again.
 *
 * @throws WT_OPTION_INVALID where no dialect knows such an answer
 * @public
 */
export function disassemble(whole: unknown): unknown[] {
  const plain = isRecord(whole) && '__data__' in whole ? whole['__data__'] : whole
  const assembly = assemblyOf([whole], (it) => (it.isWhole(plain) ? 1 : 0))
  if (assembly !== undefined) return assembly.disassemble(plain)
  throw new WiretapeError('WT_OPTION_INVALID', {
    message: 'disassemble: no dialect knows this answer',
    hint: 'give the whole answer of a model, as its API gives it without streaming',
  })
}

/** An item of a recording as its SDK hands it out. */
function plainChunk(chunk: unknown): unknown {
  if (!isRecord(chunk) || !('__data__' in chunk)) return chunk
  const item = { type: typeOf(chunk), data: chunk['__data__'] }
  return dialectOf(chunk)?.assembly?.chunkOf?.(item) ?? item.data
}

/**
 * The dialect that an item's type names, which leaves no doubt; else the one that knows most of the chunks, since single
 * shapes can be alike (Nova's chunks are Converse's; any chunk may have a `metadata`).
 */
function assemblyOf(
  items: readonly unknown[],
  known: (assembly: Assembly) => number,
): Assembly | undefined {
  const named = items.map(dialectOf).find((dialect) => dialect !== undefined)?.assembly
  if (named !== undefined && known(named) > 0) return named
  let best: { readonly assembly: Assembly; readonly count: number } | undefined
  for (const { assembly } of DIALECTS) {
    if (assembly === undefined) continue
    const count = known(assembly)
    if (count > (best?.count ?? 0)) best = { assembly, count }
  }
  return best?.assembly
}

function dialectOf(item: unknown): Dialect | undefined {
  if (!isRecord(item) || !('__data__' in item)) return undefined
  const name = OWN_TYPE.exec(typeOf(item))?.[1]
  return name === undefined ? undefined : dialectNamed(name)
}

function typeOf(item: Record<string, unknown>): string {
  const type = item['__type__']
  return typeof type === 'string' ? type : ''
}
