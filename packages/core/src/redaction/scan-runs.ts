/** Characters of tokens and of base64. */
const isRunCharacter = new Uint8Array(128)
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-')
  isRunCharacter[character.charCodeAt(0)] = 1

/** No token is shorter. */
const SHORTEST = 16

/**
 * Visits every run of 16 and more characters of which tokens and base64 are made. Looks at every sixteenth character first:
 * prose, which has no such runs, is all but free.
 */
export function scanRuns(text: string, visit: (start: number, end: number) => void): void {
  const { length } = text
  let start = 0
  while (start + SHORTEST <= length) {
    let at = start + SHORTEST - 1
    while (at >= start && isRun(text, at)) at -= 1
    if (at >= start) {
      start = at + 1
      continue
    }
    // A run can begin before this place only if a visit ended there.
    let end = start + SHORTEST
    while (end < length && isRun(text, end)) end += 1
    visit(start, end)
    start = end + 1
  }
}

function isRun(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code < 128 && isRunCharacter[code] === 1
}

/** A part of a text that is made of such characters alone. */
export interface Run {
  readonly start: number
  readonly end: number
}

/**
 * Visits every place in a run at which a token can begin: after what is no part of tokens, after an escape, and after hyphens
 * and underscores, which stand around words in Markdown.
 */
export function scanTokenStarts(text: string, run: Run, visit: (start: number) => void): void {
  let start = run.start
  while (start + SHORTEST <= run.end) {
    let end = start
    while (end < run.end && !isDivider(text.charCodeAt(end))) end += 1
    if (end - start >= SHORTEST) {
      visit(start)
      const escape = start === run.start ? escapeLength(text, start) : 0
      if (escape > 0) visit(start + escape)
      const inner = afterMarks(text, { start, end })
      if (inner > start) visit(inner)
    }
    start = end + 1
  }
}

/** `+`, `/` and `=` stand in base64, but in no token. */
function isDivider(code: number): boolean {
  return code === 0x2b || code === 0x2f || code === 0x3d
}

/** Behind the hyphens and underscores that a part begins with. */
function afterMarks(text: string, { start, end }: Run): number {
  let at = start
  while (at < end && (text[at] === '-' || text[at] === '_')) at += 1
  return at
}

/** How much of a run is the rest of an escape before it: `\n`, `\u0026` in JSON within JSON, `%3D` in an address. */
function escapeLength(text: string, start: number): number {
  const before = text[start - 1]
  if (before === '%') return 2
  if (before !== '\\') return 0
  return text[start] === 'u' ? 5 : 1
}
