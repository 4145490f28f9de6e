/**
 * Which characters of a string are escaped:
 * - `minimal`: those that JSON requires, as JavaScript does it;
 * - `ascii`: all but printable ASCII, as Python's `json.dumps`;
 * - `html`: `<`, `>`, `&`, U+2028 and U+2029, as Go's `encoding/json`;
 * - `protobuf`: `<`, `>` and invisible characters, as Google's services;
 * - `slash`: `/` as `\/` and all but ASCII, as PHP's `json_encode`.
 */
export type JsonEscape = 'minimal' | 'ascii' | 'html' | 'protobuf' | 'slash'

// The list of protobuf's json/internal/writer.cc: controls, marks and separators that don't show.
const INVISIBLE = [
  '[<>\\u007f-\\u009f\\u00ad\\u0600-\\u0603\\u06dd\\u070f\\u17b4\\u17b5\\u200b-\\u200f]',
  '[\\u2028-\\u202e\\u2060-\\u2064\\u206a-\\u206f\\ufeff\\ufff9-\\ufffb]',
  // U+1D173–1D17A and U+E0001, U+E0020–E007F, whose two halves are escaped together.
  '\\ud834[\\udd73-\\udd7a]',
  '\\udb40[\\udc01\\udc20-\\udc7f]',
]

/** The characters that a spelling escapes beyond `minimal`. */
const ESCAPED_CHARACTERS: Readonly<Record<Exclude<JsonEscape, 'minimal'>, RegExp>> = {
  ascii: /[\u007f-\uffff]/g,
  html: /[<>&\u2028\u2029]/g,
  protobuf: new RegExp(INVISIBLE.join('|'), 'g'),
  slash: /[/\u0080-\uffff]/g,
}

/** Writes a string as JSON, quotes included. */
export function quoteString(value: string, escape: JsonEscape): string {
  const quoted = JSON.stringify(value)
  if (escape === 'minimal') return quoted
  return quoted.replace(ESCAPED_CHARACTERS[escape], escapeCharacter)
}

function escapeCharacter(character: string): string {
  if (character === '/') return '\\/'
  let escaped = ''
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }
  return escaped
}

const ESCAPES: readonly JsonEscape[] = ['minimal', 'html', 'protobuf', 'ascii', 'slash']

/** The spelling that a text's strings agree with; undefined if they're in none of them. */
export function guessEscape(text: string): JsonEscape | undefined {
  // Without these two escapes, every spelling that could have made the text is equal to the minimal one.
  if (!text.includes('\\u') && !text.includes('\\/')) return 'minimal'
  const pairOrEscape = /\\u[dD][89abAB][^]{2}\\u[dD][c-fC-F][^]{2}|\\(?:u[^]{4}|[^])/g
  const spelled = [...new Set(text.match(pairOrEscape))].map((escape) => `"${escape}"`)
  return ESCAPES.find(
    (escape) =>
      !leavesRaw(text, escape) &&
      spelled.every((quoted) => quoteString(JSON.parse(quoted) as string, escape) === quoted),
  )
}

/** Whether a text has a character as it is that the spelling would have escaped. */
function leavesRaw(text: string, escape: JsonEscape): boolean {
  if (escape === 'minimal') return false
  if (escape === 'slash') return /[^\\]\/|[\u0080-\uffff]/.test(text)
  return text.search(ESCAPED_CHARACTERS[escape]) !== -1
}
