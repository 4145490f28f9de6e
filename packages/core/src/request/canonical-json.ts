import { createHash } from 'node:crypto'
import type { JsonNode } from '../json/node.ts'

/**
 * One spelling for every document that says the same: members sorted by code unit, of duplicates the last, numbers by
 * value (`1`, `1.0` and `1e0` are one, `2^53+1` stays itself), strings by code units.
 */
export function canonicalJson(node: JsonNode): string {
  switch (node.kind) {
    case 'object': {
      const last = new Map(node.members.map(({ key, value }) => [key, value]))
      const keys = [...last.keys()].toSorted(byCodeUnit)
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(last.get(key) as JsonNode)}`).join(',')}}`
    }
    case 'array':
      return `[${node.items.map(canonicalJson).join(',')}]`
    case 'string':
      return JSON.stringify(node.value)
    case 'number':
      return canonicalNumber(node.text)
    case 'literal':
      return String(node.value)
    default:
      return node satisfies never
  }
}

/** A decimal number by its value, exactly: significant digits and a power of ten, `0` without a sign. */
export function canonicalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power =
    BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  if (power >= 0n && power <= 20n) return sign + significant + '0'.repeat(Number(power))
  return `${sign}${significant}e${power}`
}

/** The sha256 of bytes, or of a text in UTF-8, in lower-case hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
