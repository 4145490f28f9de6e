import { isError } from '../errors/is-error.ts'

/** The code of an error of the system, e.g. `ENOENT`. */
export function systemCode(cause: unknown): string | undefined {
  return isError(cause) && 'code' in cause ? String(cause.code) : undefined
}

/** Whether there is no such file or folder. */
export function isAbsent(cause: unknown): boolean {
  const code = systemCode(cause)
  return code === 'ENOENT' || code === 'ENOTDIR'
}
