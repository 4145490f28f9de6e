import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatRecording, parseRecording } from '@wiretape/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { recordCorpus } from './record-corpus.ts'

const PARTS = ['bedrock-converse', 'openai-chat']
const committed = fileURLToPath(new URL('../recordings', import.meta.url))
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wiretape-docs-'))
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
  // A run fetches each request once; this one shares nothing with any other.
  vi.stubEnv('WIRETAPE_RUN_ID', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

test('the recordings that the pages use are what recording them again gives', async () => {
  await recordCorpus(folder)
  if (process.env['WIRETAPE_UPDATE'] === '1') await replaceCommitted()

  expect(await recordingsIn(committed)).toEqual(await recordingsIn(folder))
})

async function replaceCommitted(): Promise<void> {
  for (const part of PARTS) {
    await rm(join(committed, part), { recursive: true, force: true })
    await cp(join(folder, part), join(committed, part), { recursive: true })
  }
}

/** Each file's text by its path, without what is different each time. */
async function recordingsIn(corpus: string): Promise<Record<string, string>> {
  const parts = PARTS.map(async (part) => {
    const paths = await readdir(join(corpus, part), { recursive: true })
    return paths.map((path) => join(part, path))
  })
  const files = (await Promise.all(parts)).flat().filter((path) => path.endsWith('.json'))
  const texts = files.toSorted().map(async (path) => {
    const text = await readFile(join(corpus, path), 'utf8')
    return [path, withoutChance(text)] as const
  })
  return Object.fromEntries(await Promise.all(texts))
}

function withoutChance(text: string): string {
  const recording = parseRecording(text)
  const { recorded, response, id_normalization_mapping: ids } = recording
  const { reads: _, ...wire } = response.wire ?? {}
  return formatRecording({
    ...recording,
    response: { ...response, wire },
    id_normalization_mapping: mapValues(ids),
    recorded: { ...recorded, at: '<at>', by: mapValues(recorded?.by) },
  })
}

function mapValues(record: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.keys(record).map((name) => [name, '<any>']))
}
