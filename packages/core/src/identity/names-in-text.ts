/** How every name ends. What follows must not go on as an id would: `…_1` is not within `…_12`. */
const ENDING = /rec-?[0-9a-f]{12}(?:-\d+)?(?:_\d+)?(?![A-Za-z0-9])/g

/** The most that may stand between the start of a name and its `rec`. */
const LONGEST_PREFIX = 24

const ID_CHARACTER = /[A-Za-z0-9_-]/

/** What ends in a letter or digit and is one character all the same, in JSON within a string or in an address. */
const ESCAPE = /(?:\\(?:[bfnrt]|u[0-9A-Fa-f]{4})|%(?:25)*[0-9A-Fa-f]{2})$/
const LONGEST_ESCAPE = 12

interface Spot {
  readonly end: number
  /** What may be the name there, the longest first: a program may have put something before it. */
  readonly names: readonly string[]
}

/** Where a text may hold names that wiretape gave, also within JSON, an address or prose: what may be one, the longest first. */
export function namesInText(text: string): (readonly string[])[] {
  return spotsIn(text).map(({ names }) => names)
}

/**
 * A text with every name in it replaced, whatever a program put around it: `output_<name>`, `<name>.json`, `%2C<name>`.
 * Where several may be meant, the longest that there is a replacement for.
 */
export function replaceNames(text: string, replace: (name: string) => string | undefined): string {
  let replaced = ''
  let position = 0
  for (const { end, names } of spotsIn(text))
    for (const name of names) {
      const replacement = replace(name)
      if (replacement === undefined) continue
      replaced += text.slice(position, end - name.length) + replacement
      position = end
      break
    }
  return position === 0 ? text : replaced + text.slice(position)
}

function spotsIn(text: string): Spot[] {
  return Array.from(text.matchAll(ENDING), ({ 0: ending, index: start }) => {
    const end = start + ending.length
    const names: string[] = []
    // `rec-<digits>` has nothing before it.
    const longest = ending.startsWith('rec-') ? 0 : LONGEST_PREFIX
    let first = start
    while (first > 0 && start - first < longest && ID_CHARACTER.test(text[first - 1] ?? ''))
      first -= 1
    for (let from = first; from <= start; from++)
      if (mayBegin(text, from)) names.push(text.slice(from, end))
    return { end, names }
  })
}

function mayBegin(text: string, index: number): boolean {
  if (index === 0 || !/[A-Za-z0-9]/.test(text[index - 1] ?? '')) return true
  return ESCAPE.test(text.slice(Math.max(0, index - LONGEST_ESCAPE), index))
}
