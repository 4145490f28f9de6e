import { WiretapeError } from '../errors/wiretape-error.ts'
import { showValue as show } from '../request/show-value.ts'

/** @throws WT_OPTION_INVALID where it is none of these words */
export function oneOf<Value extends string>(
  name: string,
  value: string,
  allowed: readonly Value[],
): Value {
  const found = allowed.find((candidate) => candidate === value)
  if (found !== undefined) return found
  throw invalid(name, `takes ${allowed.map((word) => `'${word}'`).join(', ')}, got ${show(value)}`)
}

/** @throws WT_OPTION_INVALID where it is neither true nor false */
export function flag(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(name, `takes true or false, got ${show(value)}`)
}

/** The error of an option that is not one of those that it takes. */
export function invalid(name: string, message: string, hint = `correct ${name}`): WiretapeError {
  return new WiretapeError('WT_OPTION_INVALID', {
    message: `${name} ${message}`,
    hint,
    details: { option: name },
  })
}
