import { guessEscape } from './escape.ts'
import { printJson } from './print.ts'
import type { JsonEscape } from './escape.ts'
import type { JsonNode } from './node.ts'

/** How a JSON text was printed; what's left out is as `JSON.stringify` does it. */
export interface JsonStyle {
  /**
   * What each level is indented by; none means one line.
   *
   * @defaultValue `''`
   */
  readonly indent?: JsonIndent | undefined
  /** @defaultValue `','` */
  readonly comma?: JsonComma | undefined
  /** @defaultValue `':'` */
  readonly colon?: JsonColon | undefined
  /**
   * What stands inside the brackets of an array or object that isn't empty, if there's no indentation.
   *
   * @defaultValue `''`
   */
  readonly padding?: '' | ' ' | undefined
  /** @defaultValue `'minimal'` */
  readonly escape?: JsonEscape | undefined
  /**
   * White space before the document's last bracket, with which Anthropic pads its events.
   *
   * @defaultValue `''`
   */
  readonly fill?: string | undefined
  /**
   * White space before the document, such as the blank lines of a keep-alive.
   *
   * @defaultValue `''`
   */
  readonly before?: string | undefined
  /**
   * White space after the document.
   *
   * @defaultValue `''`
   */
  readonly after?: string | undefined
}

type JsonIndent = '' | '  ' | '    ' | '\t'
type JsonComma = ',' | ', '
type JsonColon = ':' | ': ' | ' : '

const INDENTS: readonly JsonIndent[] = ['', '  ', '    ', '\t']
const COMMAS: readonly JsonComma[] = [',', ', ']
const COLONS: readonly JsonColon[] = [':', ': ', ' : ']
const PADDINGS: readonly ('' | ' ')[] = ['', ' ']

/**
 * Finds the style that prints a node as exactly the text it was parsed from, with only the settings that differ from the
 * default; `{}` means that the text is compact. Undefined if no style does.
 */
export function detectJsonStyle(text: string, node: JsonNode): JsonStyle | undefined {
  const start = text.length - text.trimStart().length
  const end = text.trimEnd().length
  const opening = openingBlanks(text, node, start)
  const isIndented = opening.startsWith('\n')
  const indent = oneOf(INDENTS, isIndented ? opening.slice(1) : '')
  const padding = oneOf(PADDINGS, isIndented ? '' : opening)
  const comma = oneOf(COMMAS, firstSeparator(text, start, ',') ?? ',')
  const colon = oneOf(COLONS, firstSeparator(text, start, ':') ?? ':')
  const escape = guessEscape(text)
  const fill = closingBlanks(text, node, end).slice(isIndented ? 1 : opening.length)
  if (
    indent === undefined ||
    padding === undefined ||
    comma === undefined ||
    colon === undefined ||
    escape === undefined
  ) {
    return undefined
  }
  const style: JsonStyle = {
    ...(indent !== '' && { indent }),
    ...(comma !== ',' && { comma }),
    ...(colon !== ':' && { colon }),
    ...(padding !== '' && { padding }),
    ...(escape !== 'minimal' && { escape }),
    ...(fill !== '' && { fill }),
    ...(start > 0 && { before: text.slice(0, start) }),
    ...(end < text.length && { after: text.slice(end) }),
  }
  return printJson(node, style) === text ? style : undefined
}

/** What stands between the document's first bracket and what it holds. */
function openingBlanks(text: string, node: JsonNode, start: number): string {
  if (!isFilled(node)) return ''
  let position = start + 1
  while (isBlank(text.charCodeAt(position))) position += 1
  return text.slice(start + 1, position)
}

/** What stands before the document's last bracket. */
function closingBlanks(text: string, node: JsonNode, end: number): string {
  if (node.kind !== 'object' && node.kind !== 'array') return ''
  let position = end - 1
  while (isBlank(text.charCodeAt(position - 1))) position -= 1
  return text.slice(position, end - 1)
}

function isFilled(node: JsonNode): boolean {
  if (node.kind === 'object') return node.members.length > 0
  return node.kind === 'array' && node.items.length > 0
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function oneOf<Choice extends string>(
  choices: readonly Choice[],
  value: string,
): Choice | undefined {
  return choices.find((choice) => choice === value)
}

/** The first comma or colon outside strings, with the blanks around it; not with line breaks, which indentation makes. */
function firstSeparator(text: string, start: number, character: string): string | undefined {
  let found = text.indexOf(character, start)
  let position = start
  while (found !== -1) {
    const quote = text.indexOf('"', position)
    if (quote === -1 || found < quote) {
      let from = found
      let to = found + 1
      while (text[from - 1] === ' ') from -= 1
      while (text[to] === ' ') to += 1
      return text.slice(from, to)
    }
    position = endOfString(text, quote)
    // Not in each round: over many strings without one, that would take quadratic time.
    if (found < position) found = text.indexOf(character, position)
  }
  return undefined
}

function endOfString(text: string, quote: number): number {
  let position = quote + 1
  for (;;) {
    const found = text.indexOf('"', position)
    if (found === -1) return text.length
    let slash = found
    while (text[slash - 1] === '\\') slash -= 1
    if ((found - slash) % 2 === 0) return found + 1
    position = found + 1
  }
}
