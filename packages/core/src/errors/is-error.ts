import { isNativeError } from 'node:util/types'

/** An error of any realm: a test runner may give its tests one of their own, and what Node throws is of Node's. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value) || value instanceof DOMException
}
