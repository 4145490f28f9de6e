/** A value as a message about an option shows it. */
export function showValue(value: unknown): string {
  if (typeof value === 'string')
    return value.length <= 200 ? `'${value}'` : `'${value.slice(0, 200)}…'`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : 'an object'
  return String(value)
}
