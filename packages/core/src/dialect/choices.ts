import type { Payload } from '../framing/framing.ts'
import { isArray, member, stringMember } from '../json/access.ts'
import { documentOf, hasError } from './payload-document.ts'

/**
 * The end rule of streams of `choices`: the mark, a finish reason, or an error; some servers send a usage chunk after the
 * reason, some leave the mark out. Some have an empty reason in every chunk.
 */
export function endsChoices(payload: Payload): boolean {
  if (typeof payload === 'string') return payload.startsWith('[DONE]')
  return isChoicesError(payload) || hasFinishReason(payload)
}

/** Whether this is an error in the place of an answer with `choices`. */
export function isChoicesError(payload: Payload): boolean {
  return hasError(payload) && member(documentOf(payload), 'choices') === undefined
}

function hasFinishReason(payload: Payload): boolean {
  const choices = member(documentOf(payload), 'choices')
  return (
    isArray(choices) &&
    choices.items.some((choice) => (stringMember(choice, 'finish_reason') ?? '') !== '')
  )
}
