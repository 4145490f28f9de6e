import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MatchOptions } from '../request/match-options.ts'
import { processState } from '../tape/process-state.ts'
import { chatPath } from './chat-recording.test-fixture.ts'
import { createMemoryStore } from './memory-store.ts'
import { ask, contentOf, DATE, filesOf, record, replay, SEED } from './rekey.test-fixture.ts'
import { rekeyCorpus } from './rekey.ts'
import { listPaths } from './store-contract.test-fixture.ts'

beforeEach(() => {
  vi.stubEnv('WIRETAPE_MODE', '')
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_CACHE', '/dev/null')
})

afterEach(() => {
  vi.unstubAllEnvs()
  processState().open.clear()
})

test.each([1, 2, 3, 4, 5, 6, 7])('where step %i fails, the corpus is as it was', async (step) => {
  const recordings = createMemoryStore()
  await record(recordings, [ask('on 2026-01-01'), ask('on 2026-01-02'), ask('on <date>')])
  const before = await filesOf(recordings)
  let steps = 0
  const failing = async <Result>(work: Promise<Result>): Promise<Result> => {
    if (++steps === step) throw new Error('the disk is full')
    return work
  }

  const moving = rekeyCorpus({
    recordings: {
      ...recordings,
      write: async (...given) => failing(recordings.write(...given)),
      delete: async (path) => failing(recordings.delete(path)),
    },
    match: DATE,
  })

  await expect(moving).rejects.toThrow(
    `WT_RECORDING_NOT_WRITTEN: ${recordings.name}: the disk is full; the corpus is as it was\n→ make room or check permissions, then run it again`,
  )
  expect(await filesOf(recordings)).toEqual(before)
})

test('a process that dies in the middle leaves all that it had, and the next run ends it', async () => {
  const asks = [ask('on 2026-01-01'), ask('on 2026-01-02')]
  for (let deadAfter = 1; deadAfter < 7; deadAfter++) {
    const recordings = createMemoryStore()
    await record(recordings, asks)
    const had = await replay(recordings, asks)
    let steps = 0
    const alive = (): boolean => ++steps <= deadAfter
    await rekeyCorpus({
      recordings: {
        ...recordings,
        write: async (...given) => alive() && recordings.write(...given),
        delete: async (path) => void (alive() && (await recordings.delete(path))),
      },
      match: DATE,
    })

    await rekeyCorpus({ recordings, match: DATE })

    expect(await replay(recordings, asks)).toEqual(had)
    expect(await listPaths(recordings)).toHaveLength(3)
  }
})

test('a corpus that can’t be written, is empty, or holds a broken file is not touched', async () => {
  const recordings = createMemoryStore()
  await expect(rekeyCorpus({ recordings })).rejects.toThrow(
    `WT_CORPUS_UNREADABLE: ${recordings.name}: holds no recordings\n→ name the folder that has wiretape.json in it`,
  )
  await expect(rekeyCorpus({ recordings: { ...recordings, writable: false } })).rejects.toThrow(
    `WT_RECORDING_NOT_WRITTEN: ${recordings.name} can't be moved to other keys: it can't be written\n→ run it where the corpus is made; a package in node_modules is replaced with its next version`,
  )
  await record(recordings, [ask('on 2026-01-01')])
  await recordings.write(chatPath('broken'), Buffer.from('{'))
  const before = await filesOf(recordings)

  await expect(rekeyCorpus({ recordings, match: DATE })).rejects.toThrow('WT_RECORDING_INVALID')
  expect(await filesOf(recordings)).toEqual(before)
})

test('wrong options are refused as in createTape', async () => {
  await expect(
    rekeyCorpus({ recordings: createMemoryStore(), match: { ignore: ['seed'] } }),
  ).rejects.toThrow(
    "WT_OPTION_INVALID: match.ignore[0] takes a path that begins with body, headers, host, model, path_ids, provider or query, got 'seed'\n→ for a field of the body write 'body.seed'",
  )
})

const match = fc.constantFrom<MatchOptions>(
  {},
  DATE,
  SEED,
  { ...DATE, ...SEED },
  { ignore: ['model', 'body.model'] },
  { include: ['host'] },
  { ignore: ['body.messages'] },
)
const asked = fc.record({
  content: fc.constantFrom('on 2026-01-01', 'on 2026-01-02', 'on <date>', 'plain'),
  more: fc.constantFrom({}, { seed: 1 }, { seed: 2 }, { model: 'gpt-other' }),
})

test('moving twice is moving once, moving nowhere changes nothing, and all that was recorded is there', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(asked, { minLength: 1, maxLength: 8 }),
      fc.array(match, { minLength: 1, maxLength: 3 }),
      async (questions, matches) => {
        const requests = questions.map(({ content, more }) => ask(content, more))
        const recordings = createMemoryStore()
        await record(recordings, requests)
        const content = await contentOf(recordings)
        for (const next of matches) {
          await rekeyCorpus({ recordings, match: next })
          const once = await filesOf(recordings)

          const { moved } = await rekeyCorpus({ recordings, match: next })
          await rekeyCorpus({ recordings })

          expect(moved).toEqual([])
          expect(await filesOf(recordings)).toEqual(once)
          expect(await contentOf(recordings)).toEqual(content)
          expect(await replay(recordings, requests)).not.toContain('-')
        }
      },
    ),
    { numRuns: 40 },
  )
})
