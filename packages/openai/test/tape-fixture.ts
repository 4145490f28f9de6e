import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTape, type Tape, type TapeOptions } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import { type ScriptedProvider, startScriptedProvider } from '@wiretape/testkit'
import { OpenAI } from 'openai'
import { afterEach, beforeEach, expect, vi } from 'vitest'

let runs = 0

/** A corpus in a folder of its own and a provider of its own, for each test. */
export interface TapeFixture {
  folder: string
  provider: ScriptedProvider
  readonly tapeFor: (mode: TapeOptions['mode'], options?: TapeOptions) => Tape
  readonly clientFor: (tape: Tape, options?: { url?: string; maxRetries?: number }) => OpenAI
  /** The recordings' paths, sorted. */
  readonly files: () => Promise<string[]>
  /**
   * What a program gets from a client whose tape records, and from one whose tape replays once the provider is gone; each
   * request has an answer in both.
   */
  readonly recordAndReplay: <Result>(
    use: (client: OpenAI) => Promise<Result>,
    connect?: (tape: Tape) => OpenAI,
  ) => Promise<{ readonly recorded: Result; readonly replayed: Result }>
}

export function useTapeFixture(): TapeFixture {
  const fixture: TapeFixture = {
    folder: '',
    provider: undefined as unknown as ScriptedProvider,
    tapeFor: (mode, options = {}) => createTape({ mode, recordings: fixture.folder, ...options }),
    clientFor: (tape, { url = fixture.provider.url, maxRetries = 2 } = {}) =>
      withTape(new OpenAI({ apiKey: 'sk-secret', baseURL: `${url}/v1`, maxRetries }), tape),
    files: async () => {
      const all = await readdir(fixture.folder, { recursive: true, withFileTypes: true })
      return all
        .filter((entry) => entry.isFile() && entry.name !== 'wiretape.json')
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted((left, right) => (left < right ? -1 : 1))
    },
    recordAndReplay: async (use, connect = (tape) => fixture.clientFor(tape)) => {
      const recording = fixture.tapeFor('record')
      const recorded = await use(connect(recording))
      await recording.close()
      await fixture.provider.close()
      const replaying = fixture.tapeFor('replay')
      const replayed = await use(connect(replaying))
      await replaying.close()

      expect(fixture.provider.scriptedLeft).toBe(0)
      expect(replaying.report()).toMatchObject({ missed: [], refused: [], unused: [] })
      expect(replaying.report().replayed).toHaveLength(fixture.provider.requests.length)
      return { recorded, replayed }
    },
  }
  beforeEach(async () => {
    fixture.folder = await mkdtemp(join(tmpdir(), 'wiretape-'))
    fixture.provider = await startScriptedProvider()
    // A run fetches each request once; each test here is a run of its own.
    vi.stubEnv('WIRETAPE_RUN_ID', `run-${(runs += 1)}`)
    vi.stubEnv('CI', '')
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await fixture.provider.close()
    await rm(fixture.folder, { recursive: true })
  })
  return fixture
}

export function ask(client: OpenAI, content = 'Hello'): Promise<AsyncIterable<unknown>> {
  return client.chat.completions.create({
    model: 'gpt-test',
    messages: [{ role: 'user', content }],
    stream: true,
  })
}

export async function collect(answer: Promise<AsyncIterable<unknown>>): Promise<unknown[]> {
  const chunks: unknown[] = []
  for await (const chunk of await answer) chunks.push(chunk)
  return chunks
}
