import { isSecretVariable } from '../request/credential-names.ts'
import { placeholderFor, REDACTED } from '../request/placeholders.ts'
import type { Needle } from './text-search.ts'
import { isSecretLike, isTokenLike } from '../request/token-like.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** One spelling of an environment variable's value. */
export interface SecretForm {
  /** The variable's name. */
  readonly name: string
  /** What stands in its place, spelled alike. */
  readonly placeholder: string
  /** Within base64: a better rule may know what is around it. */
  readonly isWithin: boolean
}

/** Longer values are no credentials, and would be searched for again and again. */
const LONGEST = 8192

/** The values of variables that look like secrets, by their names: the name says so, and the value is token-like. */
export function environmentSecrets(environment: Environment): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>()
  for (const name of Object.keys(environment).toSorted()) {
    if (!isSecretVariable(name)) continue
    const value = environment[name]?.trim() ?? ''
    if (value.length > LONGEST || secrets.has(value)) continue
    const isSecret = isSecretVariable(lastWordOf(name)) ? isSecretLike : isTokenLike
    if (isSecret(value)) secrets.set(value, name)
  }
  return secrets
}

/** `OPENAI_API_KEY` is a key, `KEY_VAULT_NAME` is a name. */
function lastWordOf(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('_'), name.lastIndexOf('-')) + 1)
}

/** Every spelling in which a secret could be written down: as it is, in an address, in JSON, in hex, in base64. */
export function secretForms(value: string, name: string): Needle<SecretForm>[] {
  const placeholder = placeholderFor(name)
  const forms = new Map<string, SecretForm>()
  const add = (form: string, stand: string, isWithin = false): void => {
    if (!forms.has(form)) forms.set(form, { name, placeholder: stand, isWithin })
  }
  add(value, placeholder)
  for (const form of addressForms(value)) add(form, encodeURIComponent(placeholder))
  const escaped = JSON.stringify(value).slice(1, -1)
  add(escaped, placeholder)
  add(JSON.stringify(escaped).slice(1, -1), placeholder)
  add(value.replaceAll('/', '\\/'), placeholder)
  const hex = Buffer.from(value).toString('hex')
  const hexPlaceholder = Buffer.from(REDACTED).toString('hex')
  add(hex, hexPlaceholder)
  add(hex.toUpperCase(), hexPlaceholder.toUpperCase())
  for (const form of base64Forms(value)) add(form, 'A'.repeat(form.length), true)
  return Array.from(forms, ([text, entry]) => ({ text, entry }))
}

/** In an address, and in one that stands in another's query: languages differ in what they escape, and in the case of it. */
function addressForms(value: string): string[] {
  const once = encodeURIComponent(value)
  const strict = once.replace(/[!'()*]/g, percentEncoded)
  const form = once.replace(/[!'()~]/g, percentEncoded)
  const forms = [once, strict, form].flatMap((text) => [
    text,
    text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
  ])
  return [...forms, ...forms.map((text) => encodeURIComponent(text))]
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/**
 * What base64 always holds of a value in the midst of other bytes, at each of the three places that it can begin at. Zeros
 * stand in its place, so that what is around it still decodes.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((before) => {
    const first = Math.ceil((before * 8) / 6)
    const last = Math.floor(((before + bytes.length) * 8) / 6)
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
    return (['base64', 'base64url'] as const).map((encoding) =>
      whole.toString(encoding).slice(first, last),
    )
  })
}
