import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERROR_CODES } from './codes.ts'

/** The text of every source of every package, tests and the list itself aside. */
function readSources(): string[] {
  const packages = fileURLToPath(new URL('../../../', import.meta.url))
  return readdirSync(packages).flatMap((name) => {
    const folder = join(packages, name, 'src')
    return listSources(folder).map((path) => readFileSync(join(folder, path), 'utf8'))
  })
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.includes('.test') && !path.endsWith('errors/codes.ts'),
  )
}

test('every code is thrown somewhere, and stands once in the list, in order', () => {
  const text = readSources().join('\n')

  expect(ERROR_CODES.filter((code) => !text.includes(`'${code}'`))).toEqual([])
  expect(ERROR_CODES).toEqual([...new Set(ERROR_CODES)].toSorted())
})

test('every code has the shape WT_NOUN_STATE', () => {
  for (const code of ERROR_CODES) expect(code).toMatch(/^WT_[A-Z]+(_[A-Z]+)+$/)
})
