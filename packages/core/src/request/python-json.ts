import type { JsonNode, JsonObject } from '../json/node.ts'

const FRACTION_BITS = 52n
const FRACTION_MASK = (1n << FRACTION_BITS) - 1n
const EXPONENT_MASK = 0x7ffn
/** The stored exponent of a double whose mantissa, taken as an integer, is the value itself. */
const EXPONENT_BIAS = 1075

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\f': String.raw`\f`,
  '\b': String.raw`\b`,
}

/**
 * Prints a node as Python's `json.dumps(json.loads(text), sort_keys=True)` does, so that a hash of
 * the text is the hash a Python program takes.
 *
 * The result is ASCII. Of a key that stands twice, the last value counts. Integers are printed as
 * written however long they are; Python itself refuses to read those of more than 4,300 digits.
 */
export function printPythonJson(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return printObject(node)
    case 'array':
      return `[${node.items.map((item) => printPythonJson(item)).join(', ')}]`
    case 'string':
      return printString(node.value)
    case 'number':
      return printNumber(node.text)
    case 'literal':
      return String(node.value)
  }
}

/**
 * Tells whether Python reads a JSON number of this spelling as a float; `1` is an int, `1.0` and
 * `1e0` are floats.
 */
export function isPythonFloat(text: string): boolean {
  return !/^-?\d+$/.test(text)
}

/**
 * Prints a number as Python's `repr` of a float, with JSON's words for the values that have no
 * digits.
 */
export function printPythonFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const sign = isNegative(value) ? '-' : ''
  const [mantissa = '', power = ''] = Math.abs(value).toExponential().split('e')
  const exponent = Number(power)
  const digits = mantissa.replace('.', '')
  if (exponent < -4 || exponent >= 16) {
    const magnitude = String(Math.abs(exponent)).padStart(2, '0')
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${magnitude}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/**
 * Rounds as Python's `round(value, digits)`: the double's exact value is rounded, a tie goes to the
 * even digit. `digits` is 0 or more.
 */
export function pythonRound(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(printPythonFixed(value, digits)) : value
}

/**
 * Prints as Python's `f"{value:.<digits>f}"`. `toFixed` is no substitute: it takes ties upwards
 * (1/64 gives 0.01563, Python 0.01562) and turns to exponents from 1e21 on.
 */
export function printPythonFixed(value: number, digits: number): string {
  const sign = isNegative(value) ? '-' : ''
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return `${sign}inf`
  const text = scaleToInteger(value, digits)
    .toString()
    .padStart(digits + 1, '0')
  if (digits === 0) return `${sign}${text}`
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** Orders strings by code point, as Python does; `<` would put U+10000 before U+E000. */
export function compareByCodePoint(left: string, right: string): number {
  let index = 0
  while (index < left.length && index < right.length) {
    const leftPoint = left.codePointAt(index) ?? 0
    const rightPoint = right.codePointAt(index) ?? 0
    if (leftPoint !== rightPoint) return leftPoint - rightPoint
    index += leftPoint > 0xffff ? 2 : 1
  }
  return left.length - right.length
}

function printObject(node: JsonObject): string {
  const values = new Map(node.members.map((member) => [member.key, member.value]))
  const members = [...values].toSorted(([left], [right]) => compareByCodePoint(left, right))
  const printed = members.map(([key, value]) => `${printString(key)}: ${printPythonJson(value)}`)
  return `{${printed.join(', ')}}`
}

function printString(value: string): string {
  return `"${value.replace(/["\\]|[^ -~]/g, escapeUnit)}"`
}

function escapeUnit(unit: string): string {
  return SHORT_ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function printNumber(text: string): string {
  if (isPythonFloat(text)) return printPythonFloat(Number(text))
  return text === '-0' ? '0' : text
}

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0)
}

/**
 * The absolute value times ten to the digits, rounded half to even without ever leaving exact
 * arithmetic.
 */
function scaleToInteger(value: number, digits: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const storedExponent = Number((bits >> FRACTION_BITS) & EXPONENT_MASK)
  const fraction = bits & FRACTION_MASK
  const mantissa = storedExponent === 0 ? fraction : fraction | (1n << FRACTION_BITS)
  const exponent = Math.max(storedExponent, 1) - EXPONENT_BIAS
  const scaled = mantissa * 10n ** BigInt(digits)
  if (exponent >= 0) return scaled << BigInt(exponent)
  const shift = BigInt(-exponent)
  const quotient = scaled >> shift
  const remainder = scaled - (quotient << shift)
  const half = 1n << (shift - 1n)
  const isUp = remainder > half || (remainder === half && (quotient & 1n) === 1n)
  return isUp ? quotient + 1n : quotient
}
