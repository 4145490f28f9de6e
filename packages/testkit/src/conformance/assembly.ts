import { isDeepStrictEqual } from 'node:util'
import { assemble, disassemble, parseRecording, type RecordedItem } from '@wiretape/core'

/** How often each law was looked at. */
export interface AssemblyCounts {
  wholes: number
  streams: number
  completed: number
}

/**
 * Chunk reconstruction: `assemble(disassemble(x))` is x for every whole answer, and a Responses stream assembles to what its
 * final event says.
 */
export function checkAssembly(text: string, counts: AssemblyCounts): string[] {
  const { body, status, wire } = parseRecording(text).response
  if (status !== 200 || wire?.['ending'] !== 'complete') return []
  if (!Array.isArray(body)) {
    const whole = (body as RecordedItem | null)?.__data__
    const chunks = attempt(() => disassemble(whole))
    if (chunks === undefined) return []
    counts.wholes += 1
    return isDeepStrictEqual(assemble(chunks), whole)
      ? []
      : ['assemble(disassemble(answer)) is not the answer']
  }
  const items = body as RecordedItem[]
  const whole = attempt(() => assemble(items))
  if (whole === undefined) return []
  counts.streams += 1
  const final = items
    .map(({ __data__: data }) => data as { type?: string; response?: unknown } | null)
    .findLast((event) => event?.type === 'response.completed')
  if (final === undefined) return []
  counts.completed += 1
  return isDeepStrictEqual(whole, final?.response)
    ? []
    : ['assemble is not what response.completed says']
}

/** Undefined where no dialect knows such an answer. */
function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WT_OPTION_INVALID')) return undefined
    throw error
  }
}
