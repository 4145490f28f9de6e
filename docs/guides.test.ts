import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { headingsOf, linksOf, readPage, readSource, root } from './pages.ts'

/** The first ten minutes of each adapter. */
const GUIDES = ['bedrock', 'fetch', 'openai', 'undici'].map((name) => `docs/guides/${name}.md`)

test('each adapter has a guide for its first ten minutes, which leads to its page', () => {
  for (const path of GUIDES) {
    const page = readPage(path)
    expect(headingsOf(page, 1)[0]).toMatch(/ in ten minutes$/)
    expect(headingsOf(page, 2)).toEqual(
      expect.arrayContaining(['Install', 'Look at the file', 'A miss', 'In CI', 'Next']),
    )
    expect(linksOf(page).map((link) => link.path)).toContain(path.replace('guides', 'adapters'))
  }
})

test.each(['README.md', 'docs/getting-started.md'])('%s leads to each of them', (path) => {
  const linked = linksOf(readPage(path)).map((link) => link.path)

  expect(GUIDES.filter((guide) => !linked.includes(guide))).toEqual([])
})

test.each(GUIDES)('what %s shows of a recording stands in one', (path) => {
  const lines = readPage(path)
    .blocks.filter(({ language }) => language === 'jsonc')
    .flatMap(({ content }) => content.split('\n'))
    .filter((line) => line.trim() !== '' && line.trim() !== '…')
  const recordings = readdirSync(join(root, 'recordings'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => readSource(join('recordings', name)).split('\n'))

  expect(lines.length).toBeGreaterThan(0)
  expect(recordings.some((file) => lines.every((line) => file.includes(line)))).toBe(true)
})
