import { member, number, object, string, withMember } from '../json/access.ts'
import { equalNodes } from '../json/equal-nodes.ts'
import type { JsonObject } from '../json/node.ts'
import { parseJson, tryParseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { detectJsonStyle } from '../json/style.ts'
import { formatDocument } from '../recording/format-document.ts'

/** The text of a recording with another key, and nothing else changed: not its ids, not the way it is printed. */
export function withRecordedKey(
  text: string,
  key: { readonly hash: string; readonly occurrence: number },
): string {
  const node = parseJson(text) as JsonObject
  const wanted = withKey(node, key)
  const spliced = splice(text, key)
  const parsed = spliced === undefined ? undefined : tryParseJson(spliced)
  if (spliced !== undefined && parsed !== undefined && equalNodes(parsed, wanted)) return spliced
  const style = detectJsonStyle(text, node)
  return style === undefined ? formatDocument(wanted) : printJson(wanted, style)
}

function withKey(
  node: JsonObject,
  { hash, occurrence }: { readonly hash: string; readonly occurrence: number },
): JsonObject {
  const recorded = member(node, 'recorded')
  const before = member(recorded, 'key')
  const named = withMember(
    before?.kind === 'object' ? before : object([['rule', string('wiretape/1')]]),
    'hash',
    string(hash),
  )
  const key = withMember(named, 'occurrence', number(occurrence))
  return withMember(
    node,
    'recorded',
    withMember(recorded?.kind === 'object' ? recorded : object([]), 'key', key),
  )
}

/** Written into the last `"key": {…}` of the text, as a recording has it; whether that was right, its reader sees. */
function splice(
  text: string,
  { hash, occurrence }: { readonly hash: string; readonly occurrence: number },
): string | undefined {
  const found = [...text.matchAll(/"key"\s*:\s*\{[^{}]*\}/g)].at(-1)
  if (found === undefined) return undefined
  const [before] = found
  const after = before
    .replace(
      /("hash"\s*:\s*")[0-9a-f]*(")/,
      (_, open: string, close: string) => open + hash + close,
    )
    .replace(/("occurrence"\s*:\s*)\d+/, (_, start: string) => start + String(occurrence))
  return text.slice(0, found.index) + after + text.slice(found.index + before.length)
}
