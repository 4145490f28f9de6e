import { WiretapeError } from '../errors/wiretape-error.ts'
import { BODY_MAX_DEPTH } from './limits.ts'
import type { JsonNode } from './node.ts'
import { fromValue } from './value.ts'

/**
 * A value as JSON, where that is all there is of it: undefined members go, as in `JSON.stringify`; anything else that JSON
 * would lose is refused.
 *
 * @param what names the value in the message
 * @param mostLevels how deep arrays and objects may nest
 * @throws WT_VALUE_NOT_JSON
 */
export function jsonOf(
  value: unknown,
  what: string,
  mostLevels: number = BODY_MAX_DEPTH,
): JsonNode {
  const fault = findFault(value, what, { mostLevels, above: new Set() })
  if (fault === undefined) return fromValue(value)
  throw new WiretapeError('WT_VALUE_NOT_JSON', {
    message: `${fault.path} is ${fault.found}, which JSON can't hold`,
    hint: 'give and return plain JSON: objects, arrays, strings, finite numbers, booleans and null',
    details: { ...fault },
  })
}

interface Fault {
  readonly path: string
  readonly found: string
}

interface Walk {
  readonly mostLevels: number
  readonly above: Set<object>
}

function findFault(value: unknown, path: string, walk: Walk): Fault | undefined {
  const { above, mostLevels } = walk
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { path, found: String(value) }
  if (typeof value !== 'object') return { path, found: describe(value) }
  if (above.has(value)) return { path, found: 'a cycle' }
  if (above.size >= mostLevels) return { path, found: `deeper than ${mostLevels} levels` }
  above.add(value)
  const fault = findFaultBelow(value, path, walk)
  above.delete(value)
  return fault
}

function findFaultBelow(value: object, path: string, walk: Walk): Fault | undefined {
  if (Array.isArray(value)) {
    for (const [index, item] of (value as unknown[]).entries()) {
      const fault = findFault(item, `${path}[${index}]`, walk)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    return { path, found: `a ${value.constructor.name}` }
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue
    const fault = findFault(member, `${path}.${key}`, walk)
    if (fault !== undefined) return fault
  }
  return undefined
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  return typeof value === 'bigint' ? 'a bigint' : `a ${typeof value}`
}
