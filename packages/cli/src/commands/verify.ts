import { type VerifiedFile, verifyCorpus } from '@wiretape/core'
import { corpusArgument } from '../corpus-argument.ts'
import { ExitError } from '../exit-error.ts'
import type { CliIo } from '../io.ts'
import { shown } from '../terminal-text.ts'
import type { SecretFinding } from '../verify/secret-rules.ts'
import { isWaived, spellWaiver, type Waiver } from '../verify/waivers.ts'

export interface VerifyCommandOptions {
  /**
   * A folder, or a package.
   *
   * @defaultValue `WIRETAPE_RECORDINGS`, else './recordings'
   */
  readonly corpus?: string | undefined
  readonly secrets?: boolean | undefined
  readonly allow?: readonly Waiver[] | undefined
  readonly json?: boolean | undefined
}

interface Counts {
  files: number
  recordings: number
  broken: number
  secrets: number
}

/**
 * `wiretape verify`: whether every file of a corpus is whole, and, with `--secrets`, holds nothing that looks like a secret.
 *
 * @throws ExitError with status 1 where something is wrong
 */
export async function verify(options: VerifyCommandOptions, io: CliIo): Promise<void> {
  const counts: Counts = { files: 0, recordings: 0, broken: 0, secrets: 0 }
  const secrets = options.secrets === true
  for await (const file of verifyCorpus({ recordings: corpusArgument(options.corpus), secrets })) {
    const found = secrets ? await findSecrets(file, options.allow ?? []) : []
    counts.files += 1
    if (file.kind === 'recording') counts.recordings += 1
    if (file.error !== undefined) counts.broken += 1
    counts.secrets += found.length
    const text = options.json === true ? asJson(file, found) : asProse(file, found)
    if (text !== '') await io.write(shown(io, text))
  }
  if (options.json !== true) await io.write(summary(counts, secrets))
  if (counts.broken + counts.secrets > 0) throw new ExitError(1)
}

/** wiretape's own rules first: what they say of a place, secretlint need not say again. */
async function findSecrets(
  file: VerifiedFile,
  waivers: readonly Waiver[],
): Promise<readonly SecretFinding[]> {
  const { findByRules } = await import('../verify/secret-rules.ts')
  const isLeft = (finding: SecretFinding): boolean => !isWaived(finding, file.path, waivers)
  const own = file.secrets.filter(isLeft)
  const known = new Set(own.map(({ pointer }) => pointer))
  const others = (await findByRules(file)).filter(({ pointer }) => !known.has(pointer))
  return [...own, ...others.filter(isLeft)]
}

function asProse({ path, location, error }: VerifiedFile, found: readonly SecretFinding[]): string {
  const lines = error === undefined ? [] : [`broken ${location}`, indented(error.message)]
  for (const finding of found) {
    const place = finding.pointer === '' ? '' : `, at ${finding.pointer}`
    lines.push(`secret ${location}${place}: ${finding.rule}`)
    lines.push(`  → if it is none: --allow '${spellWaiver(finding, path)}'`)
  }
  return lines.map((line) => `${line}\n`).join('')
}

function indented(text: string): string {
  return `  ${text.replaceAll('\n', '\n  ')}`
}

function asJson({ path, error }: VerifiedFile, found: readonly SecretFinding[]): string {
  const lines: object[] = found.map(({ pointer, rule }) => ({ path, secret: rule, pointer }))
  if (error !== undefined) lines.unshift({ path, error: error.code, message: error.message })
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

function summary({ files, recordings, broken, secrets }: Counts, isScanned: boolean): string {
  const scanned = isScanned ? `, ${secrets} that look like secrets` : ''
  const line = `${files} ${files === 1 ? 'file' : 'files'}, ${recordings} of them recordings: ${broken} broken${scanned}\n`
  if (secrets === 0) return line
  return `${line}→ revoke what was committed, take it out of the file, and record again with a rule of your own: redact: { rules: […] }\n`
}
