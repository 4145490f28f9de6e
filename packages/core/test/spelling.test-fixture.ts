import * as fc from 'fast-check'

/** How a document is spelled, part by part. */
export interface Spelling {
  keys(names: readonly string[]): readonly string[]
  number(value: number): string
  string(value: string): string
}

/** A document in JSON, spelled so. */
export function spell(value: unknown, spelling: Spelling): string {
  if (typeof value === 'number') return spelling.number(value)
  if (typeof value === 'string') return spelling.string(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => spell(item, spelling)).join(' , ')}]`
  const members = value as Record<string, unknown>
  const names = spelling.keys(Object.keys(members))
  return `{${names.map((name) => `${spelling.string(name)} :${spell(members[name], spelling)}`).join(',\n')}}`
}

/** Every character as its escape. */
export function escapeAll(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
  return `"${units.map((unit) => String.raw`\u${unit.toString(16).padStart(4, '0')}`).join('')}"`
}

export const PLAIN: Spelling = {
  keys: (names) => names,
  number: (value) => JSON.stringify(value),
  string: (value) => JSON.stringify(value),
}

/** Other spellings of a number, none of which changes its value. */
const NUMBERS: readonly ((value: number) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => `${value}${Number.isInteger(value) ? '.0' : '0'}`,
  (value) => `${value}e0`,
  (value) => `${value}E+00`,
  (value) => `${value}${Number.isInteger(value) ? '.000' : '000'}e-0`,
]

const STRINGS: readonly ((value: string) => string)[] = [
  (value) => JSON.stringify(value),
  escapeAll,
  (value) => escapeAll(value).replace(/[a-f]/g, (digit) => digit.toUpperCase()),
  (value) => JSON.stringify(value).replace(/[^ -~]/g, (unit) => escapeAll(unit).slice(1, -1)),
  (value) => JSON.stringify(value).replaceAll('/', String.raw`\/`),
]

/** Any spelling of a document: keys in any order, each number and string in its own way. */
export function anySpelling(generator: fc.GeneratorValue): Spelling {
  const one = <Value>(values: readonly Value[]): Value =>
    generator(() => fc.constantFrom(...values))
  return {
    keys: (names) => generator(() => fc.shuffledSubarray([...names], { minLength: names.length })),
    number: (value) => one(NUMBERS)(value),
    string: (value) => one(STRINGS)(value),
  }
}

/** The document with every string that is one of these ids renamed. */
export function renameIds(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => renameIds(item, names))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renameIds(item, names)]),
  )
}
