import { InvalidArgumentError } from 'commander'

/** One `--replace`. */
export interface ReplaceFlag {
  readonly path: string
  readonly pattern: string
  readonly flags?: string
  readonly with: string
}

/**
 * `<path>=/<pattern>/<with>/<flags>`, as sed has it: whatever stands behind `=` separates, and a backslash before it makes it
 * a part of the pattern or the text.
 */
export function parseReplacement(text: string): ReplaceFlag {
  const equals = text.indexOf('=')
  const separator = text[equals + 1]
  if (equals > 0 && separator !== undefined && !/[\w\\\s]/.test(separator)) {
    const [pattern, replacement, flags, ...rest] = splitAt(text.slice(equals + 2), separator)
    if (pattern !== undefined && pattern !== '' && replacement !== undefined && rest.length === 0)
      return {
        path: text.slice(0, equals),
        pattern,
        with: replacement,
        ...(flags === undefined || flags === '' ? {} : { flags }),
      }
  }
  throw new InvalidArgumentError("It takes '<path>=/<pattern>/<with>/'.")
}

function splitAt(text: string, separator: string): string[] {
  const parts = ['']
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    const next = text[at + 1]
    if (character === separator) parts.push('')
    else if (character === '\\' && next !== undefined) {
      parts[parts.length - 1] += next === separator ? next : character + next
      at += 1
    } else parts[parts.length - 1] += character
  }
  return parts
}

/** `<host>=<provider>`. */
export function parseHost(text: string): readonly [host: string, provider: string] {
  const [host = '', provider = '', ...rest] = text.split('=')
  if (host !== '' && provider !== '' && rest.length === 0) return [host, provider]
  throw new InvalidArgumentError("It takes '<host>=<provider>'.")
}
