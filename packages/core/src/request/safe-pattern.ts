/** A group that may be gone through in more ways than this is one that a text can make a search run for ever in. */
const MOST_WAYS = 10_000

/** What the parts of a pattern, up to the group's end, can match in so many ways. */
interface Group {
  readonly start: number
  /** Of the alternatives before this one. */
  before: number
  ways: number
  /** Of the last part alone, which a quantifier repeats. */
  last: number
  lastStart: number
}

/**
 * The part of a pattern that can make a search take exponential time: a repeated group that holds what can itself match in
 * several ways, such as `(a+)+` or `(a|a)*`. Undefined where there is none. It refuses some patterns that do no harm, and
 * leaves polynomial ones (`a*a*`) to the bound on the text's length.
 *
 * @param source a valid pattern's
 */
export function explosivePart(source: string): string | undefined {
  const groups: Group[] = [openGroup(0)]
  for (let at = 0; at < source.length;) {
    const group = groups.at(-1) as Group
    const character = source[at] as string
    if (character === '(') {
      groups.push(openGroup(at))
      at += 1
      // What kind of group it is: `?:`, `?=`, `?<name>` …
      at += /^\?(?:<(?![=!])[^>]*>|<?[=!:]|[ims-]*:)/.exec(source.slice(at))?.[0].length ?? 0
    } else if (character === ')') {
      groups.pop()
      const outer = groups.at(-1) ?? group
      addPart(outer, group.start, group.before + group.ways)
      at += 1
    } else if (character === '|') {
      group.before += group.ways
      group.ways = 1
      group.last = 1
      at += 1
    } else {
      const repeat = readQuantifier(source, at)
      if (repeat === undefined) {
        const end = endOfAtom(source, at)
        addPart(group, at, 1)
        at = end
      } else {
        const inner = group.last
        const ways =
          inner > 1
            ? inner ** Math.max(1, repeat.most)
            : Math.max(1, repeat.most - repeat.least + 1)
        if (inner > 1 && repeat.most > 1 && ways > MOST_WAYS)
          return source.slice(group.lastStart, repeat.end)
        group.ways = (group.ways / inner) * ways
        group.last = ways
        at = repeat.end
      }
    }
  }
  return undefined
}

/** Stands for no bound: large enough to be refused in any repetition, small enough to be counted with. */
const UNBOUNDED = 1e9

function openGroup(start: number): Group {
  return { start, before: 0, ways: 1, last: 1, lastStart: start }
}

function addPart(group: Group, start: number, ways: number): void {
  group.lastStart = start
  group.last = Math.min(ways, UNBOUNDED)
  group.ways = Math.min(group.ways * group.last, UNBOUNDED ** 2)
}

function readQuantifier(
  source: string,
  at: number,
): { least: number; most: number; end: number } | undefined {
  const [text, sign, least, comma, most] =
    /^(?:([*+?])|\{(\d+)(,)?(\d*)\})\??/.exec(source.slice(at, at + 40)) ?? []
  if (text === undefined) return undefined
  const end = at + text.length
  if (sign === '?') return { least: 0, most: 1, end }
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: UNBOUNDED, end }
  const from = Number(least)
  if (comma === undefined) return { least: from, most: from, end }
  return { least: from, most: most === '' ? UNBOUNDED : Number(most), end }
}

/** Behind an escape, a class of characters or one character. */
function endOfAtom(source: string, at: number): number {
  if (source[at] === '\\')
    return at + (/^\\(?:[pPu]\{[^}]*\}|k<[^>]*>|.)/s.exec(source.slice(at))?.[0].length ?? 1)
  if (source[at] !== '[') return at + 1
  let end = at + 1
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1
  return end + 1
}
