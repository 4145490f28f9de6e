import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readConfig } from './config-file.ts'
import { loadMatcher } from './load-matcher.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-config-'))
  await writeFile(join(folder, 'package.json'), '{}')
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
})

afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

async function configure(text: string): Promise<string> {
  const path = join(folder, 'wiretape.config.mjs')
  await writeFile(path, text)
  return path
}

const HINT =
  '→ export what it is asked for: export const transforms = { name: (canonical) => canonical }'

test('without the file there are no options and no transforms', async () => {
  expect(await readConfig()).toEqual({
    path: join(folder, 'wiretape.config.mjs'),
    exists: false,
    transforms: {},
  })
})

test('the file beside the nearest package.json is read', async () => {
  await configure(
    "export const match = { ignore: ['body.a'] }\nexport const transforms = { mine: (canonical) => canonical }",
  )

  const { exists, match, transforms } = await readConfig()

  expect({ exists, match, names: Object.keys(transforms) }).toEqual({
    exists: true,
    match: { ignore: ['body.a'] },
    names: ['mine'],
  })
})

test.each([
  ['export const match = 7', "exports 'match', which is no object"],
  ['export const transforms = []', "exports 'transforms', which is no object"],
  ['export const transforms = { mine: 7 }', "exports the transform 'mine', which is no function"],
  ["throw new Error('broken')", "can't be run: broken"],
])('%s is one clear error', async (text, fault) => {
  const path = await configure(text)

  await expect(readConfig()).rejects.toThrow(`WT_CONFIG_INVALID: ${path}: ${fault}\n${HINT}`)
})

test('a transform that is missing is named with its place', async () => {
  const path = join(folder, 'wiretape.config.mjs')
  await expect(loadMatcher({ transform: 'mine' }, 'the option match')).rejects.toThrow(
    `WT_TRANSFORM_MISSING: the option match names the transform 'mine', and ${path} is not there\n→ export it there: export const transforms = { mine: (canonical) => canonical }`,
  )
  await configure('export const transforms = {}')

  await expect(loadMatcher({ transform: 'to-string' }, 'wiretape.json')).rejects.toThrow(
    `WT_TRANSFORM_MISSING: wiretape.json names the transform 'to-string', and ${path} does not export it\n→ export it there: export const transforms = { 'to-string': (canonical) => canonical }`,
  )
})

test('equal options are compiled once', async () => {
  const match = { ignore: ['body.a'] }

  expect(await loadMatcher(match, '')).toBe(await loadMatcher({ ...match }, ''))
})
