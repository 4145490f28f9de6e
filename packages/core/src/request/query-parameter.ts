import type { Call } from '../dialect/dialect.ts'
import { isCredentialName, isCredentialParameter } from './credential-names.ts'
import { REDACTED } from './placeholders.ts'
import { isStandIn, isTokenLike } from './token-like.ts'

/** Parameters of the known APIs that carry credentials or a signature: they say who asks, not what. */
const CREDENTIALS =
  /^(key|api[-_]?key|access[-_]?token|token|sig|signature|x-amz-.*|x-goog-.*|awsaccesskeyid)$/i

/** Signatures of addresses, whoever's API it is: all of them change with every request. */
const SIGNATURES = /^(x-amz-.*|x-goog-.*|awsaccesskeyid)$/i

/**
 * Parameters of an address that count, in their order. Where no dialect knows the API, `key` may say what is asked for: then
 * it counts by its value, unless that is a credential, of which only counts that there is one.
 */
export function countedParameters({ dialect }: Call, { searchParams }: URL): [string, string][] {
  const isKnown = dialect.provider !== null
  return [...searchParams]
    .filter(([name]) => !(isKnown ? CREDENTIALS : SIGNATURES).test(name))
    .map(([name, value]) => [name, !isKnown && isSecretParameter(name, value) ? REDACTED : value])
}

/** Whether a parameter of an address by this name holds a credential; `key=` often does not. */
export function isSecretParameter(name: string, value: string): boolean {
  if (value === '' || isStandIn(value) || !isCredentialParameter(name)) return false
  return isCredentialName(name) || /^x-(?:amz|goog)-/i.test(name) || isTokenLike(value)
}
