import { WiretapeError } from '../errors/wiretape-error.ts'
import { member } from '../json/access.ts'
import type { JsonNode, JsonObject } from '../json/node.ts'
import { assembleTexts, escapeToken } from './assembled-text.ts'
import type { Redactor } from './redactor.ts'

/** Something that must not be written, by its place and its rule; its text is nobody's business. */
interface Finding {
  readonly pointer: string
  readonly rule: string
}

/**
 * The last gate before a recording is written: looks at every text and every name in it, at what the items of a stream say
 * together, and into base64.
 *
 * @param path where the recording would be written, for the message
 * @throws WT_SECRET_FOUND
 */
export function refuseSecrets(document: JsonObject, path: string | null, redactor: Redactor): void {
  const finding = findIn(document, '', redactor) ?? findAssembled(document, redactor)
  if (finding === undefined) return
  const { pointer, rule } = finding
  const place = path ?? 'the recording'
  throw new WiretapeError('WT_SECRET_FOUND', {
    message: `${place} was not written: at ${pointer} there is what looks like a secret (${rule})`,
    hint: `keep it out of the program's prompts and tools; or, if it is none: redact: { allow: [{ rule: '${rule}', pointer: '${pointer}' }] }`,
    details: { path, pointer, rule },
  })
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

function findAssembled(document: JsonObject, redactor: Redactor): Finding | undefined {
  const body = member(member(document, 'response'), 'body')
  if (body?.kind !== 'array') return undefined
  const items = body.items.map((item) => member(item, '__data__') ?? item)
  for (const { pointer, text } of assembleTexts(items, '/response/body')) {
    const place = pointer.replace(/^(\/response\/body\/\d+)/, '$1/__data__')
    const found = findText(text, place, redactor)
    if (found !== undefined) return found
  }
  return undefined
}

function findText(text: string, pointer: string, redactor: Redactor): Finding | undefined {
  const rule = redactor.find(text, pointer)
  return rule === undefined ? undefined : { pointer, rule }
}
