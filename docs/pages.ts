import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '')

/** A page as it is written. */
export interface Page {
  /** From the root of the repository, `/` between folders. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly Block[]
}

/** A fenced block. */
export interface Block {
  /** E.g. `ts`, `text`. */
  readonly language: string
  /** What follows the language on the fence's line. */
  readonly mark: string
  readonly content: string
  /** The number of its first line, from 1. */
  readonly line: number
}

/** README.md and every page in docs/. */
export function listPages(): Page[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md'))
  return ['README.md', ...inDocs.toSorted()].map(readPage)
}

export function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n')
  return { path, text, blocks: blocksOf(text) }
}

/** The text of a file of the repository. */
export function readSource(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w+)(?: +(.+))?\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    mark: match[2]?.trim() ?? '',
    content: match[3] ?? '',
    line: text.slice(0, match.index).split('\n').length + 1,
  }))
}

/** The text of a page's headings of one level, without back-ticks. */
export function headingsOf(page: Page, level: number): string[] {
  const mark = '#'.repeat(level)
  return [...withoutBlocks(page).matchAll(new RegExp(`^${mark} (.+)$`, 'gm'))].map((match) =>
    (match[1] ?? '').replaceAll('`', ''),
  )
}

/** A link from a page to a place in the repository. */
export interface Link {
  readonly from: string
  readonly target: string
  /** From the root of the repository. */
  readonly path: string
  readonly anchor: string | undefined
}

/** Links that stay in the repository. */
export function linksOf(page: Page): Link[] {
  return [...withoutBlocks(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#')
      const whole = path === '' ? page.path : join(dirname(page.path), path)
      return { from: page.path, target, anchor, path: relative(root, resolve(root, whole)) }
    })
}

/** The names by which a page's headings are linked to, as GitHub makes them. */
export function anchorsOf(page: Page): string[] {
  return [1, 2, 3, 4]
    .flatMap((level) => headingsOf(page, level))
    .map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    )
}

function withoutBlocks({ text }: Page): string {
  return text.replaceAll(/^```.*?^```$/gms, '')
}
