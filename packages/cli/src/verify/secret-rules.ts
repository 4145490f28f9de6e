import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import type { PlacedText, VerifiedFile } from '@wiretape/core'

/** A secret by its place and the rule that knows it. */
export interface SecretFinding {
  readonly pointer: string
  readonly rule: string
}

/** Rules of secretlint are told from wiretape's own. */
const PREFIX = 'secretlint:'

const CONFIG = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] }

/** What secretlint's recommended rules find in the texts of a file. */
export async function findByRules(file: VerifiedFile): Promise<readonly SecretFinding[]> {
  const { content, lines } = asLines(file.texts)
  if (content === '') return []
  const { messages } = await lintSource({
    source: { content, filePath: file.path, ext: '.txt', contentType: 'text' },
    options: { config: CONFIG, maskSecrets: true },
  })
  const secrets: string[] = []
  const findings = messages.flatMap(({ type, range, ruleId }) => {
    if (type !== 'message') return []
    secrets.push(content.slice(range[0], range[1]))
    const pointer = pointerAt(lines, range[0])
    return [{ pointer, rule: PREFIX + ruleId.replace(/^.*secretlint-rule-/, '') }]
  })
  return findings.map(({ pointer, rule }) => ({ pointer: without(secrets, pointer), rule }))
}

interface Line {
  readonly start: number
  readonly pointer: string
}

/**
 * One text for all: names beside values, since some rules go by them (`secret_access_key: …`). JSON as it stands would hide
 * what its escapes cut in two, such as the line ends of a private key.
 */
function asLines(texts: readonly PlacedText[]): { content: string; lines: readonly Line[] } {
  const lines: Line[] = []
  const parts: string[] = []
  let start = 0
  for (const { pointer, name, text } of texts) {
    if (text === '') continue
    const line = name === null ? `${text}\n` : `${name}: ${text}\n`
    lines.push({ start, pointer })
    parts.push(line)
    start += line.length
  }
  return { content: parts.join(''), lines }
}

function pointerAt(lines: readonly Line[], offset: number): string {
  return lines.findLast(({ start }) => start <= offset)?.pointer ?? ''
}

/** A secret can be the name of a member above. */
function without(secrets: readonly string[], pointer: string): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '<secret>'), pointer)
}
