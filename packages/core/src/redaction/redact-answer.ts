import { framingOf } from '../framing/framings.ts'
import type { Frame, Framing, Message, Payload } from '../framing/framing.ts'
import type { Answer } from '../recording/answer.ts'
import { DEFAULT_SPELLING, type SpelledItem, spellItem } from '../recording/spelling.ts'
import type { AnswerContext } from '../recording/write-answer.ts'
import { headerValue } from '../request/headers.ts'
import { decodeUtf8 } from '../request/request-view.ts'
import { answerItems } from './answer-items.ts'
import { redactForm } from './redact-form.ts'
import { redactJson } from './redact-json.ts'
import { redactHeaders } from './redact-request.ts'
import type { Redactor } from './redactor.ts'

/**
 * An answer as it is recorded: its payloads redacted as documents and spelled again, so that framing, lengths and checksums
 * are right. What has nothing in it keeps its bytes.
 */
export function redactAnswer(answer: Answer, call: AnswerContext, redactor: Redactor): Answer {
  const framing = framingOf(answer.framing)
  const isForm = FORM.test(headerValue(answer.headers, 'content-type') ?? '')
  const frames = answerItems(answer, call).map(({ frame, part, place }) => {
    if (part === undefined) return redactOpaque(frame, redactor)
    return place === null
      ? frame
      : redactFrame(frame, part, { place, framing, call, redactor, isForm })
  })
  return {
    ...answer,
    headers: redactHeaders(answer.headers, '/response/headers', redactor),
    frames,
    reads: answer.reads.map((read) => {
      // An edge inside a frame that is shorter now stays inside it.
      const most = frames[read.frames]?.bytes.length ?? 0
      return read.offset <= most ? read : { ...read, offset: most }
    }),
    ...(answer.error && {
      error: {
        ...answer.error,
        message: redactor.text(answer.error.message, '/response/wire/error/message'),
      },
    }),
  }
}

interface Place {
  readonly place: string
  readonly framing: Framing
  readonly call: AnswerContext
  readonly redactor: Redactor
  /** Whether text is a form, as some give out tokens. */
  readonly isForm: boolean
}

const FORM = /^application\/x-www-form-urlencoded/i

function redactFrame(frame: Frame, part: SpelledItem, where: Place): Frame {
  const { framing, call, redactor } = where
  const { data: _, ...fields } = part.message
  const payload = redactPayload(part.payload, where)
  const message = redactFields(fields, redactor)
  if (payload === part.payload && message === fields) return frame
  const bytes = spellItem(payload, message, {
    endpoint: call.endpoint,
    framing: framing.name,
    spelling: part.spelling ?? DEFAULT_SPELLING,
  })
  return { bytes, whole: frame.whole }
}

function redactPayload(payload: Payload, { place, redactor, isForm }: Place): Payload {
  const pointer = `${place}/__data__`
  if (typeof payload === 'string')
    return isForm ? redactForm(payload, pointer, redactor) : redactor.text(payload, pointer)
  return payload instanceof Uint8Array ? payload : redactJson(payload, pointer, redactor)
}

/** The same object where there is nothing in it. */
function redactFields(fields: Omit<Message, 'data'>, redactor: Redactor): Omit<Message, 'data'> {
  const text = (value: string): string => redactor.text(value, '/response/wire/frames')
  const event = fields.event === undefined ? undefined : text(fields.event)
  const id = fields.id === undefined ? undefined : text(fields.id)
  const headers = fields.headers?.map((header) => {
    const value = typeof header.value === 'string' ? text(header.value) : header.value
    return value === header.value ? header : { ...header, value }
  })
  const isSame =
    event === fields.event &&
    id === fields.id &&
    (headers === undefined || headers.every((header, index) => header === fields.headers?.[index]))
  return isSame ? fields : { ...fields, event, id, headers }
}

/** Comments, and what was cut off. */
function redactOpaque(frame: Frame, redactor: Redactor): Frame {
  const text = decodeUtf8(frame.bytes)
  if (text === undefined) return frame
  const redacted = redactor.text(text, '/response/wire/frames')
  return redacted === text ? frame : { ...frame, bytes: Buffer.from(redacted) }
}
