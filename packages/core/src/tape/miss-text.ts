import type { Difference } from '../request/differences.ts'

/** Of a whole message, code and hint included; only paths of files and a test's name in the command may take more. */
const MOST_BYTES = 2048

/** What of a value is shown, in characters: the first of these with which the message is not too long. */
const VALUE_LENGTHS = [160, 80, 40, 20]
const LONGEST_NAME = 160

/** The lines of the message, for the most that may be shown of each value. */
export type MissLines = (valueLength: number) => readonly string[]

/** The text with as much of its values as there is room for beside the rest of the message. */
export function fitLines(linesWith: MissLines, rest: string): string {
  const room = MOST_BYTES - Buffer.byteLength(rest)
  let text = ''
  for (const length of VALUE_LENGTHS) {
    text = linesWith(length).join('\n')
    if (Buffer.byteLength(text) <= room) break
  }
  return text
}

/** A difference with long values cut to the part where they begin to differ, and a long path to its end. */
export function shorten(difference: Difference, length: number): Difference {
  const { recorded, asked } = difference
  const start = recorded === undefined || asked === undefined ? 0 : commonStart(recorded, asked)
  const from = start < length / 2 ? 0 : start - length / 4
  return {
    path: cutName(difference.path),
    recorded: recorded === undefined ? undefined : cut(recorded, from, length),
    asked: asked === undefined ? undefined : cut(asked, from, length),
  }
}

/** The end says more: the beginning is `body.` most of the time. */
function cutName(path: string): string {
  return path.length <= LONGEST_NAME ? path : cut(path, path.length - LONGEST_NAME, LONGEST_NAME)
}

/** The beginning of what may be long. */
export function cutText(text: string): string {
  return cut(text, 0, LONGEST_NAME)
}

function cut(text: string, from: number, length: number): string {
  if (text.length <= length) return text
  const start = from + (isInsideCharacter(text, from) ? 1 : 0)
  const end = from + length - (isInsideCharacter(text, from + length) ? 1 : 0)
  const part = text.slice(start, end)
  return `${start > 0 ? '…' : ''}${part}${end < text.length ? '…' : ''}`
}

function isInsideCharacter(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code >= 0xdc00 && code <= 0xdfff
}

/** Where two texts begin to differ. */
export function commonStart(left: string, right: string): number {
  let index = 0
  while (index < left.length && left[index] === right[index]) index++
  return index
}
