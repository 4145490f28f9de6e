import { InvalidArgumentError } from 'commander'
import type { SecretFinding } from './secret-rules.ts'

/** A finding that is no secret: a rule, everywhere or in one file or at one place and below. */
export interface Waiver {
  readonly rule: string
  readonly path: string | null
  readonly pointer: string | null
}

/** `<rule>`, `<rule>@<path>` or `<rule>@<path>#<pointer>`. */
export function parseWaiver(text: string): Waiver {
  const [, rule, path, pointer] = /^([^@#]+)(?:@([^#]+)(?:#((?:\/.*)?))?)?$/.exec(text) ?? []
  if (rule === undefined)
    throw new InvalidArgumentError("It takes '<rule>', '<rule>@<file>' or '<rule>@<file>#<place>'.")
  return { rule, path: path ?? null, pointer: pointer ?? null }
}

/** A waiver as it is typed. */
export function spellWaiver({ rule, pointer }: SecretFinding, path: string): string {
  return `${rule}@${path}#${pointer}`
}

export function isWaived(
  { rule, pointer }: SecretFinding,
  path: string,
  waivers: readonly Waiver[],
): boolean {
  return waivers.some(
    (waiver) =>
      waiver.rule === rule &&
      (waiver.path === null || waiver.path === path) &&
      (waiver.pointer === null ||
        waiver.pointer === pointer ||
        pointer.startsWith(`${waiver.pointer}/`)),
  )
}
