import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** Every module that a module imports, whatever the depth. */
function reach(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  if (!file.endsWith('.ts')) return seen
  const imports = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) [^'"]*from ['"]([^'"]+)['"]/gm,
  )
  for (const [, specifier = ''] of imports) {
    if (specifier.startsWith('.')) reach(join(dirname(file), specifier), seen)
    else seen.add(specifier)
  }
  return seen
}

function entryOf(path: string): ReadonlySet<string> {
  return reach(fileURLToPath(new URL(path, import.meta.url)))
}

test('zod, which takes 90 ms to import, is in the import graph of no entry but ./schema', () => {
  expect(entryOf('./index.ts').has('zod')).toBe(false)
  expect(entryOf('./fetch/index.ts').has('zod')).toBe(false)
  expect(entryOf('./recording/schema.ts').has('zod')).toBe(true)
})

test('core imports nothing but itself and Node', () => {
  const packages = [...entryOf('./index.ts')]
    .filter((module) => !module.endsWith('.ts') && !module.endsWith('.json'))
    .filter((module) => !module.startsWith('node:'))

  expect(packages).toEqual([])
})
