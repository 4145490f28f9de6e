import type { Assembly, Call, PlainItem } from '../dialect/dialect.ts'
import type { Frame, FramingName } from '../framing/framing.ts'
import { framingOf } from '../framing/framings.ts'
import type { JsonNode } from '../json/node.ts'
import { printJson } from '../json/print.ts'
import { fromValue, toValue } from '../json/value.ts'
import { headerValue, type HeaderList, withHeader } from '../request/headers.ts'
import { type Answer, isStreamFraming } from './answer.ts'
import { USUAL_CONTENT_TYPE } from './content-types.ts'
import { DEFAULT_SPELLING, type FrameContext, spellItem, takeApart } from './spelling.ts'
import { defaultTail, typeItem } from './write-answer.ts'

/**
 * A complete answer of the other kind: a stream of a whole answer's content, or the whole answer that a stream adds up to.
 * Undefined where the dialect can't tell, or the answer is an error or not complete.
 */
export function crossAnswer(answer: Answer, recorded: Call, asked: Call): Answer | undefined {
  const { assembly } = recorded.dialect
  if (assembly === undefined || answer.ending !== 'complete' || answer.status !== 200)
    return undefined
  return isStreamFraming(answer.framing)
    ? wholeAnswer(answer, recorded, assembly)
    : streamedAnswer(answer, { recorded, asked }, assembly)
}

function wholeAnswer(answer: Answer, call: Call, assembly: Assembly): Answer | undefined {
  const framing = framingOf(answer.framing)
  const chunks = answer.frames.flatMap((frame) => {
    const part = takeApart(frame, framing, call.endpoint)
    if (part === undefined || part.payload === call.endpoint.endMark) return []
    const { type, data } = typeItem(part, call, { streamed: true, status: answer.status })
    const item: PlainItem = { type, data: toValue(data) }
    return [assembly.chunkOf?.(item) ?? item.data]
  })
  if (!chunks.some((chunk) => assembly.isChunk(chunk))) return undefined
  const text = printJson(fromValue(assembly.assemble(chunks)))
  return bodyOf(answer, 'json', [{ bytes: Buffer.from(text), whole: true }])
}

function streamedAnswer(
  answer: Answer,
  { recorded, asked }: { readonly recorded: Call; readonly asked: Call },
  assembly: Assembly,
): Answer | undefined {
  const [frame] = answer.frames
  const part = frame && takeApart(frame, framingOf(answer.framing), recorded.endpoint)
  if (part === undefined || typeof part.payload === 'string' || part.payload instanceof Uint8Array)
    return undefined
  const whole = toValue(part.payload)
  if (!assembly.isWhole(whole)) return undefined
  const framing = asked.endpoint.streamFraming ?? 'sse'
  const context: FrameContext = { endpoint: asked.endpoint, framing, spelling: DEFAULT_SPELLING }
  const frames = assembly.disassemble(whole).map((chunk) => frameOf(chunk, asked, context))
  const tail = defaultTail('complete', context)
  if (tail.length > 0) frames.push({ bytes: tail, whole: true })
  return bodyOf(answer, framing, frames)
}

function frameOf(chunk: unknown, call: Call, context: FrameContext): Frame {
  const item = call.dialect.assembly?.itemOf?.(chunk)
  const payload: JsonNode = fromValue(item === undefined ? chunk : item.data)
  const message = { data: '' }
  const type = item?.type ?? call.endpoint.typeOf({ payload, message, streamed: true, status: 200 })
  const fields = call.endpoint.implies?.({ type, payload }) ?? {}
  return { bytes: spellItem(payload, fields, context), whole: true }
}

function bodyOf(answer: Answer, framing: FramingName, frames: readonly Frame[]): Answer {
  return {
    ...answer,
    framing,
    frames,
    reads: [],
    headers: withContentType(answer.headers, USUAL_CONTENT_TYPE[framing]),
  }
}

function withContentType(headers: HeaderList, type: string): HeaderList {
  return headerValue(headers, 'content-type') === undefined
    ? [...headers, ['content-type', type]]
    : withHeader(headers, 'content-type', type)
}
