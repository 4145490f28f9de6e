const SHORTEST = 16

/**
 * Whether a text could have been made at random, as credentials are: of one piece, long, of digits and letters; no words
 * joined by hyphens, no model's name, no path.
 */
export function isTokenLike(text: string): boolean {
  if (!isOfOnePiece(text)) return false
  return isBase64Like(text) || text.split(/[-_.:/@,;+=%]/).some(isRandom)
}

/** As AWS's secret keys are: a path has few capitals and digits. */
function isBase64Like(text: string): boolean {
  return (
    text.length >= 32 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(text) &&
    /\d/.test(text) &&
    changes(text) >= text.length / 4
  )
}

/** The same of a value whose name says that it is a secret: one of words counts too, so long as there is a digit in it. */
export function isSecretLike(text: string): boolean {
  if (!isOfOnePiece(text)) return false
  if (isTokenLike(text)) return true
  return /\d/.test(text) && /[A-Za-z]/.test(text) && !text.includes('/') && !MODEL.test(text)
}

/** A model's name, which `DEFAULT_KEY` may hold, would be taken out of every request. */
const MODEL =
  /^(?:gpt|claude|gemini|llama|mistral|anthropic|amazon|meta|cohere|text-embedding)[-.]/i

/** Neither prose nor an address nor a path. */
function isOfOnePiece(text: string): boolean {
  return text.length >= SHORTEST && /^[\x21-\x7e]+$/.test(text) && !ADDRESS.test(text)
}

/** What is put together of other things, placeholders among them. */
const ADDRESS =
  /<[\w.-]+>|%3c[\w.-]+%3e|^(?:[a-z][a-z0-9+.-]{0,20}:\/\/|arn:|data:|\.{0,2}\/|~\/|[A-Za-z]:\\)/i

/** A run of letters and digits that no word, number or date is: `4o`, `v2` and `20240718` are none. */
function isRandom(part: string): boolean {
  if (part.length < 8) return false
  const digits = part.replace(/\D/g, '').length
  if (digits > 0) return digits < part.length && (part.length >= SHORTEST || changes(part) >= 3)
  // Letters alone: words begin in upper case, and have few of them.
  return part.length >= SHORTEST && changes(part) >= part.length / 3
}

/** How often a character is of another kind than the one before it. */
function changes(part: string): number {
  let count = 0
  for (let index = 1; index < part.length; index++)
    if (kindOf(part, index) !== kindOf(part, index - 1)) count += 1
  return count
}

function kindOf(part: string, index: number): number {
  const code = part.charCodeAt(index)
  if (code >= 0x30 && code <= 0x39) return 0
  return code >= 0x61 && code <= 0x7a ? 1 : 2
}

/** What stands in place of a secret in examples and templates, or was redacted already. */
const STAND_IN =
  /^(?:<[^<>]*>|%3c[^%]*%3e|\$\{[^}]*\}|\{\{[^}]*\}\}|\{[A-Za-z_]*\}|\$[A-Za-z_]+|x{3,}|\*{3,}|\.{3}|…|\[[^\]]*\]|your[-_ ].*|redacted|null|none|undefined|true|false|string|str|)$/i

/** Whether a credential's place holds none. */
export function isStandIn(value: string): boolean {
  const [, bare = value] = /^(?:bearer|basic)\s+(.*)$/is.exec(value) ?? []
  return STAND_IN.test(bare)
}
