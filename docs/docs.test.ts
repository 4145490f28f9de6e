import { existsSync, readdirSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { format } from 'node:util'
import { ERROR_CODES } from '@wiretape/core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { listWorkspaces, readManifest } from '../.ci/workspaces.mjs'
import { anchorsOf, headingsOf, linksOf, listPages, readPage, readSource, root } from './pages.ts'
import { skippedBlocks, type Snippet, writeSnippets } from './snippets.ts'

const pages = listPages()

// A test file's tape is made when it is imported, so all this stands before the tests.
vi.spyOn(process, 'cwd').mockReturnValue(root)
vi.spyOn(Socket.prototype, 'connect').mockImplementation(() => {
  throw new Error('a page opened a socket')
})
for (const name of ['CI', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'WIRETAPE_RECORDINGS'])
  vi.stubEnv(name, undefined)
vi.stubEnv('WIRETAPE_MODE', 'replay')

const logged: string[] = []
vi.spyOn(console, 'log').mockImplementation((...values) => void logged.push(format(...values)))

beforeEach(() => {
  logged.length = 0
})

describe('code on the pages', () => {
  const snippets = writeSnippets(pages)

  describe.each(snippets.filter(({ isTestFile }) => isTestFile))('$title', async ({ file }) => {
    await import(/* @vite-ignore */ file)
  })

  test.each(snippets.filter(({ isTestFile }) => !isTestFile))(
    '$title runs and prints what the page says',
    async (snippet) => {
      vi.stubEnv('WIRETAPE_MODE', modeFor(snippet))
      await import(/* @vite-ignore */ snippet.file)

      expect(printed()).toBe(snippet.output)
    },
  )

  test('every tape was closed', () => {
    expect(openTapes().size).toBe(0)
  })

  test('only what is listed here is not run', () => {
    expect(skippedBlocks(pages)).toEqual([])
  })
})

/** A page that has a store of its own may record to it; all others replay the repository's recordings. */
function modeFor({ code }: Snippet): string {
  return code.includes('createMemoryStore') ? '' : 'replay'
}

/** The tapes of this process that were made and not closed. */
function openTapes(): ReadonlyMap<object, unknown> {
  const state = Object.getOwnPropertySymbols(globalThis).find((symbol) =>
    Symbol.keyFor(symbol)?.startsWith('wiretape.process'),
  )
  return (Reflect.get(globalThis, state ?? '') as { readonly open: Map<object, unknown> }).open
}

function printed(): string {
  return logged.join('\n').replaceAll(root, '/home/you/project').trimEnd()
}

test('links between pages lead somewhere', () => {
  const broken = pages.flatMap(linksOf).filter(({ path, anchor }) => {
    if (!existsSync(join(root, path))) return true
    return anchor !== undefined && !anchorsOf(readPage(path)).includes(anchor)
  })

  expect(broken.map(({ from, target }) => `${from}: ${target}`)).toEqual([])
})

test('every page is linked to from another page', () => {
  const linked = new Set(
    pages
      .flatMap((page) => linksOf(page).filter(({ path, from }) => path !== from))
      .map(({ path }) => path),
  )

  expect(pages.map(({ path }) => path).filter((path) => !linked.has(path))).toEqual([])
})

test('the excerpt in the README stands in a recording', () => {
  const lines = readPage('README.md')
    .blocks.filter(({ language }) => language === 'jsonc')
    .flatMap(({ content }) => content.split('\n'))
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && line.trim() !== '…')
  const files = readdirSync(join(root, 'recordings'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => readSource(join('recordings', path)).split('\n'))

  expect(lines.length).toBeGreaterThan(5)
  expect(files.some((file) => lines.every((line) => file.includes(line)))).toBe(true)
})

test('errors.md has a section for each code, in their order', () => {
  expect(headingsOf(readPage('docs/reference/errors.md'), 2)).toEqual([...ERROR_CODES])
})

test('options.md has a section for each option of createTape, in their order', () => {
  const source = readSource('packages/core/src/tape/options.ts')
  const [, body = ''] = /^export interface TapeOptions \{\n(.*?)^\}/ms.exec(source) ?? []
  const names = [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name)

  expect(names).toContain('recordings')
  expect(headingsOf(readPage('docs/reference/options.md'), 2)).toEqual(names)
})

test('environment.md has a section for each variable that the packages know', () => {
  const names = sourcesOf('packages').flatMap(
    (source) => source.match(/WIRETAPE_[A-Z]+(?:_[A-Z]+)*/g) ?? [],
  )
  const headings = headingsOf(readPage('docs/reference/environment.md'), 2)

  expect(headings.filter((name) => name.startsWith('WIRETAPE_')).toSorted()).toEqual(
    [...new Set(names)].toSorted(),
  )
})

test('keys.md names every dialect, and every header that counts', () => {
  const { text } = readPage('docs/reference/keys.md')
  const dialects = sourcesOf('packages/core/src/dialect').flatMap(
    (source) => /^export const \w+: Dialect = \{\n {2}name: '(.+)',$/m.exec(source)?.[1] ?? [],
  )
  const canonical = readSource('packages/core/src/request/canonical-request.ts')
  const [, headers = ''] = /SEMANTIC_HEADERS[^[]*\[(.*?)\]/s.exec(canonical) ?? []
  const counted = [...headers.matchAll(/'(.+?)'/g)].map(([, name]) => name ?? '')

  expect(dialects).toContain('openai-chat')
  expect(counted).toContain('openai-beta')
  expect([...dialects, ...counted].filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

test('the record of dependencies has a row for each', () => {
  const { text } = readPage('docs/decisions/2026-12-01-dependencies.md')
  const rows = [...text.matchAll(/^\| `(.+?)` \|/gm)].map(([, name]) => name)
  const own = listWorkspaces().map(({ manifest }) => manifest.name)
  const used = [readManifest('.'), ...listWorkspaces().map(({ manifest }) => manifest)]
    .flatMap(({ dependencies, devDependencies, peerDependencies }) =>
      Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
    )
    .filter((name) => !own.includes(name))

  expect(rows.toSorted()).toEqual([...new Set(used)].toSorted())
})

/** Every TypeScript source below a folder. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !/(^|\/)(node_modules|dist)\//.test(path))
    .filter((path) => folder !== 'packages' || path.split('/')[1] === 'src')
    .map((path) => readSource(join(folder, path)))
}
