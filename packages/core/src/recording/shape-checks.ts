import type { JsonNode } from '../json/node.ts'
import { MOST_ITEMS } from './limits.ts'

/** What is wrong with a document, and where. */
export interface ShapeFault {
  /** RFC 6901. */
  readonly pointer: string
  /** E.g. `expected a string, found a number`. */
  readonly cause: string
}

export type Check = (node: JsonNode, pointer: string) => ShapeFault | undefined

export function ofKind(kind: JsonNode['kind'], expected: string): Check {
  return (node, pointer) => (node.kind === kind ? undefined : fault(node, pointer, expected))
}

export function orNull(check: Check): Check {
  return (node, pointer) => {
    if (node.kind === 'literal' && node.value === null) return undefined
    const found = check(node, pointer)
    if (found === undefined || found.pointer !== pointer) return found
    return { pointer, cause: found.cause.replace(/, found /, ' or null, found ') }
  }
}

export function words(allowed: readonly string[]): Check {
  return (node, pointer) => {
    if (node.kind === 'string' && allowed.includes(node.value)) return undefined
    return fault(node, pointer, `one of ${allowed.map((word) => JSON.stringify(word)).join(', ')}`)
  }
}

/** What is wrong with a text is told of texts, and of anything else what may stand there. */
export function textOr(ofText: Check, other: Check): Check {
  return (node, pointer) => (node.kind === 'string' ? ofText : other)(node, pointer)
}

/** Any of these; a fault deep inside one of them is reported as such. */
export function oneOf(expected: string, checks: readonly Check[]): Check {
  return (node, pointer) => {
    const faults = checks.map((check) => check(node, pointer))
    if (faults.includes(undefined)) return undefined
    return faults.find((found) => found?.pointer !== pointer) ?? fault(node, pointer, expected)
  }
}

export function listOf(check: Check): Check {
  return (node, pointer) => {
    if (node.kind !== 'array') return fault(node, pointer, 'an array')
    if (node.items.length > MOST_ITEMS) return tooMany(pointer, 'items', MOST_ITEMS)
    for (const [index, item] of node.items.entries()) {
      const found = check(item, `${pointer}/${index}`)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** @param limits what names may be, and how many of them there may be */
export function mapOf(
  check: Check,
  { name, most = Infinity }: { readonly name?: RegExp; readonly most?: number } = {},
): Check {
  return (node, pointer) => {
    if (node.kind !== 'object') return fault(node, pointer, 'an object')
    if (node.members.length > most) return tooMany(pointer, 'members', most)
    for (const { key, value } of node.members) {
      if (name?.test(key) === false)
        return { pointer: below(pointer, key), cause: 'is no name of a header' }
      const found = check(value, below(pointer, key))
      if (found !== undefined) return found
    }
    return undefined
  }
}

export function shaped(
  fields: Readonly<Record<string, readonly [check: Check, optional?: 'optional']>>,
): Check {
  return (node, pointer) => {
    if (node.kind !== 'object') return fault(node, pointer, 'an object')
    for (const { key, value } of node.members) {
      if (!Object.hasOwn(fields, key)) continue
      const found = fields[key]?.[0](value, below(pointer, key))
      if (found !== undefined) return found
    }
    for (const [key, [, optional]] of Object.entries(fields)) {
      if (optional === 'optional' || node.members.some((member) => member.key === key)) continue
      return { pointer: below(pointer, key), cause: 'is missing' }
    }
    return undefined
  }
}

export function matching(pattern: RegExp, expected: string): Check {
  return (node, pointer) =>
    node.kind === 'string' && pattern.test(node.value) ? undefined : fault(node, pointer, expected)
}

export function noLonger(check: Check, most: number): Check {
  return (node, pointer) =>
    node.kind === 'string' && node.value.length > most
      ? { pointer, cause: `has more than ${most} characters` }
      : check(node, pointer)
}

export function tooMany(pointer: string, what: string, most: number): ShapeFault {
  return { pointer, cause: `has more than ${most} ${what}` }
}

function below(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export function fault(node: JsonNode, pointer: string, expected: string): ShapeFault {
  return { pointer, cause: `expected ${expected}, found ${describe(node)}` }
}

function describe(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object'
    case 'array':
      return 'an array'
    case 'string':
      return node.value.length <= 40 ? JSON.stringify(node.value) : 'a string'
    case 'number':
      return node.text.length <= 40 ? node.text : 'a number'
    case 'literal':
      return String(node.value)
    default:
      return node satisfies never
  }
}
