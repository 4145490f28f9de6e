import { WiretapeError } from '../errors/wiretape-error.ts'

/** The error for a text that isn't one JSON document, at the code unit where that shows. */
export function invalidJsonText(text: string, offset: number, reason: string): WiretapeError {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
  }
  const column = offset - lineStart + 1
  return new WiretapeError('WT_JSON_INVALID', {
    message: `line ${line}, column ${column}: ${reason}`,
    hint: 'Correct the text at that place; it must be one whole JSON document (RFC 8259).',
    details: { line, column, offset, reason },
  })
}

/** The error for a JavaScript value that JSON has no text for. */
export function invalidJsonValue(reason: string): WiretapeError {
  return new WiretapeError('WT_JSON_INVALID', {
    message: `the value can't be written as JSON: ${reason}`,
    hint: 'Pass plain data: objects, arrays, strings, numbers, booleans and null, without cycles.',
    details: { reason },
  })
}

/** What stands at a place, for the end of an error's reason. */
export function describeCharacter(text: string, offset: number): string {
  const codePoint = text.codePointAt(offset)
  if (codePoint === undefined) return 'the end of the text'
  const character = String.fromCodePoint(codePoint)
  // Control characters, separators and lone surrogates would be invisible or spoil a terminal.
  if (!/^[\p{L}\p{N}\p{P}\p{S}\p{M}]$/u.test(character)) {
    return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
  }
  return character === "'" ? `"'"` : `'${character}'`
}
