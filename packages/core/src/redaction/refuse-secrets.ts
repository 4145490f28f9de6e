import { WiretapeError } from '../errors/wiretape-error.ts'
import { string } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import type { Answer } from '../recording/answer.ts'
import type { AnswerContext } from '../recording/write-answer.ts'
import { answerItems } from './answer-items.ts'
import { assembleTexts } from './assembled-text.ts'
import { escapeToken } from './escape-token.ts'
import type { Redactor } from './redactor.ts'

/** Something that must not be written, by its place and its rule; its text is nobody's business. */
interface Finding {
  readonly pointer: string
  readonly rule: string
}

/**
 * The last gate before a recording is written: looks at every text and every name in it, and into base64.
 *
 * @param path where the recording would be written, for the message
 * @throws WT_SECRET_FOUND
 */
export function refuseSecrets(document: JsonObject, path: string | null, redactor: Redactor): void {
  const finding = findIn(document, '', redactor)
  if (finding !== undefined) throw secretFound(finding, path)
}

/** An answer as it came, and where it would be written. */
export interface ComingAnswer {
  readonly answer: Answer
  readonly call: AnswerContext
  readonly path: string | null
}

/**
 * The same for what the items of a stream say together: a secret in pieces is in none of them. Looks at the answer as it
 * came, since redaction may take a first piece for the whole.
 *
 * @throws WT_SECRET_FOUND
 */
export function refuseSecretsInPieces(
  { answer, call, path }: ComingAnswer,
  redactor: Redactor,
): void {
  if (answer.frames.length < 2) return
  const items = answerItems(answer, call).flatMap(({ part, place }) => {
    if (part === undefined || place === null || part.payload instanceof Uint8Array) return []
    const node = typeof part.payload === 'string' ? string(part.payload) : part.payload
    return [{ node, pointer: `${place}/__data__` }]
  })
  for (const { pointer, pieces } of assembleTexts(items)) {
    const [secret] = redactor
      .secretsIn(pieces.join(''), pointer)
      .filter((span) => !isInOnePiece(span, pieces))
    if (secret !== undefined) throw secretFound({ pointer, rule: secret.rule }, path)
  }
}

function isInOnePiece(
  { start, end }: { readonly start: number; readonly end: number },
  pieces: readonly string[],
): boolean {
  let from = 0
  for (const { length } of pieces) {
    if (start < from + length) return end <= from + length
    from += length
  }
  return false
}

function findIn(node: JsonNode, pointer: string, redactor: Redactor): Finding | undefined {
  switch (node.kind) {
    case 'string':
      return findText(node.value, pointer, redactor)
    case 'array': {
      for (const [index, item] of node.items.entries()) {
        const found = findIn(item, `${pointer}/${index}`, redactor)
        if (found !== undefined) return found
      }
      return undefined
    }
    case 'object': {
      for (const { key, value } of node.members) {
        // The name itself may be one: then not even the pointer may tell it.
        const found =
          findText(key, pointer, redactor) ??
          findIn(value, `${pointer}/${escapeToken(key)}`, redactor)
        if (found !== undefined) return found
      }
      return undefined
    }
    default:
      return undefined
  }
}

function findText(text: string, pointer: string, redactor: Redactor): Finding | undefined {
  const [secret] = redactor.secretsIn(text, pointer)
  return secret === undefined ? undefined : { pointer, rule: secret.rule }
}

function secretFound({ pointer, rule }: Finding, path: string | null): WiretapeError {
  const waiver = `{ rule: '${rule}', pointer: '${pointer}' }`
  return new WiretapeError('WT_SECRET_FOUND', {
    message: `${path ?? 'the recording'} was not written: at ${pointer} there is what looks like a secret (${rule})`,
    hint: `keep it out of the program's prompts and tools; or, if it is none: redact: { allow: [${waiver}] }`,
    details: { path, pointer, rule },
  })
}
