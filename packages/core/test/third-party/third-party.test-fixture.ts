import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTape, parseRecording, type Recording, type TapeReport } from '@wiretape/core'
import { createTapeFetch, type Fetch } from '@wiretape/core/fetch'
import { type ScriptedProvider, startScriptedProvider } from '@wiretape/testkit'
import { afterEach, beforeEach, expect, vi } from 'vitest'

/** What a program does with a client that was given this fetch, for a provider at this address. */
type UseClient<Result> = (fetch: Fetch, url: string) => Promise<Result>

export interface ThirdPartyFixture {
  provider: ScriptedProvider
  /** Runs on a tape that records, and on one that replays once the provider is gone. */
  readonly recordAndReplay: <Result>(use: UseClient<Result>) => Promise<RecordedAndReplayed<Result>>
  /** Runs on a tape that replays what there is. */
  readonly replay: <Result>(use: UseClient<Result>) => Promise<Result>
  /** Runs on a tape that has no recordings. */
  readonly miss: (use: UseClient<unknown>) => Promise<Miss>
}

interface RecordedAndReplayed<Result> {
  readonly recorded: Result
  readonly replayed: Result
  readonly report: TapeReport
  /** In the order of their file names. */
  readonly recordings: readonly Recording[]
  /** Everything that was written. */
  readonly text: string
}

interface Miss {
  readonly error: Error
  /** How often the client asked. */
  readonly asked: number
  /** What the tape throws when it is closed. */
  readonly atClose: Error | undefined
  /** The same, where the program has acknowledged the client's error. */
  readonly whenAcknowledged: Error | undefined
}

/** A miss that the client asked for once; the tape remembers it, and lets it pass when it is acknowledged. */
export const ONE_MISS: unknown = {
  asked: 1,
  atClose: expect.objectContaining({ code: 'WT_RECORDING_NOT_FOUND' }),
  whenAcknowledged: undefined,
}

let runs = 0

/** A provider and a corpus of each test's own. */
export function useThirdParty(): ThirdPartyFixture {
  let folder = ''
  async function play<Result>(
    mode: 'record' | 'replay',
    use: UseClient<Result>,
  ): Promise<{ result: Result; report: TapeReport }> {
    const tape = createTape({ mode, recordings: folder })
    const result = await use(createTapeFetch(tape), fixture.provider.url)
    await tape.close()
    return { result, report: tape.report() }
  }
  const fixture: ThirdPartyFixture = {
    provider: undefined as unknown as ScriptedProvider,
    recordAndReplay: async (use) => {
      const { result: recorded } = await play('record', use)
      await fixture.provider.close()
      const { result: replayed, report } = await play('replay', use)
      const texts = await readTexts(folder)
      const recordings = texts.map((text) => parseRecording(text))
      return { recorded, replayed, report, recordings, text: texts.join('\n') }
    },
    replay: async (use) => (await play('replay', use)).result,
    miss: async (use) => {
      const tape = createTape({ recordings: folder })
      const tapeFetch = createTapeFetch(tape)
      let asked = 0
      const counting: Fetch = (input, init) => {
        asked += 1
        return tapeFetch(input, init)
      }
      const error = await failureOf(use(counting, fixture.provider.url))
      const atClose = await failureOf(tape.close())
      const again = createTape({ recordings: folder })
      again.acknowledge(await failureOf(use(createTapeFetch(again), fixture.provider.url)))
      const whenAcknowledged = await failureOf(again.close())
      return { error: error ?? new Error('nothing was missed'), asked, atClose, whenAcknowledged }
    },
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wiretape-'))
    fixture.provider = await startScriptedProvider()
    // A run fetches each request once; each test here is a run of its own.
    vi.stubEnv('WIRETAPE_RUN_ID', `third-party-${process.pid}-${(runs += 1)}`)
    for (const name of ['CI', 'WIRETAPE_MODE']) vi.stubEnv(name, undefined)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await fixture.provider.close()
    await rm(folder, { recursive: true })
  })
  return fixture
}

async function readTexts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name !== 'wiretape.json')
    .map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.toSorted().map((path) => readFile(path, 'utf8')))
}

async function failureOf(step: Promise<unknown>): Promise<Error | undefined> {
  return step.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  )
}
