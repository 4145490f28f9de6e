import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Block, type Page, root } from './pages.ts'

const folder = join(root, 'docs/.snippets')

/** A block of code of a page, as a module. */
export interface Snippet {
  /** The page and the line, e.g. `docs/guides/recording.md:12`. */
  readonly title: string
  readonly file: string
  readonly code: string
  /** True for a test file: its tests are run. */
  readonly isTestFile: boolean
  /** What the page says that it prints: the text block after it, or nothing. */
  readonly output: string
}

/** Writes every block of code that is not marked `no-run` to a module of its own, and removes what earlier pages left. */
export function writeSnippets(pages: readonly Page[]): Snippet[] {
  const snippets = pages.flatMap(snippetsOf)
  mkdirSync(folder, { recursive: true })
  const wanted = new Set(snippets.map(({ file }) => file))
  for (const name of readdirSync(folder))
    if (!wanted.has(join(folder, name))) rmSync(join(folder, name))
  // Another run of the suite may be reading them.
  for (const { file, code } of snippets)
    if (!existsSync(file) || readFileSync(file, 'utf8') !== code) writeFileSync(file, code)
  return snippets
}

function snippetsOf({ path, blocks }: Page): Snippet[] {
  const name = path
    .replace(/^docs\//, '')
    .replace(/\.md$/, '')
    .replaceAll('/', '-')
    .toLowerCase()
  return blocks.flatMap((block, index) => {
    if (block.language !== 'ts' || block.mark !== '') return []
    const next = blocks[index + 1]
    return [
      {
        title: titleOf(path, block),
        file: join(folder, `${name}-${index + 1}.ts`),
        code: `${block.content}export {}\n`,
        isTestFile: block.content.includes("from 'vitest'"),
        output: next?.language === 'text' ? next.content.trimEnd() : '',
      },
    ]
  })
}

/** Blocks of code that are not run, by their page and first line. */
export function skippedBlocks(pages: readonly Page[]): string[] {
  return pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language, mark }) => language === 'ts' && mark !== '')
      .map(({ mark, content }) => `${path} ${mark}: ${content.split('\n', 1)[0] ?? ''}`),
  )
}

function titleOf(path: string, { line }: Block): string {
  return `${path}:${line}`
}
