import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createTape,
  readRecording,
  type Recording,
  type Tape,
  type TapeOptions,
} from '@wiretape/core'
import {
  type Answer,
  chatChunks,
  createIds,
  type ScriptedProvider,
  sse,
  startScriptedProvider,
  type StreamPart,
} from '@wiretape/testkit'
import * as undici from 'undici'
import { afterEach, beforeEach, vi } from 'vitest'

let runs = 0

/** A corpus in a folder of its own and a provider of its own, for each test. */
export interface TapeFixture {
  folder: string
  provider: ScriptedProvider
  readonly tapeFor: (mode: TapeOptions['mode'], options?: TapeOptions) => Tape
  readonly recordings: () => Promise<Recording[]>
}

export function useTapeFixture(): TapeFixture {
  const fixture: TapeFixture = {
    folder: '',
    provider: undefined as unknown as ScriptedProvider,
    tapeFor: (mode, options = {}) => createTape({ mode, recordings: fixture.folder, ...options }),
    recordings: async () => {
      const all = await readdir(fixture.folder, { recursive: true, withFileTypes: true })
      const files = all
        .filter((entry) => entry.isFile() && entry.name !== 'wiretape.json')
        .map((entry) => join(entry.parentPath, entry.name))
      return Promise.all(files.toSorted().map(readRecording))
    },
  }
  beforeEach(async () => {
    fixture.folder = await mkdtemp(join(tmpdir(), 'wiretape-'))
    fixture.provider = await startScriptedProvider()
    // A run fetches each request once; each test here is a run of its own.
    vi.stubEnv('WIRETAPE_RUN_ID', `undici-${process.pid}-${(runs += 1)}`)
    for (const name of ['CI', 'WIRETAPE_MODE', 'WIRETAPE_RECORDINGS']) vi.stubEnv(name, undefined)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await fixture.provider.close()
    await rm(fixture.folder, { recursive: true })
  })
  return fixture
}

/** A chat stream, after whose first text something may stand. */
export function chatAnswer(seed: number, ...between: StreamPart[]): Answer {
  const events = chatChunks({ ids: createIds(seed), content: ['Hel', 'lo ☀️'] }).map((data) => ({
    data,
  }))
  return sse([...events.slice(0, 2), ...between, ...events.slice(2), { data: '[DONE]' }])
}

export const CHAT = '/v1/chat/completions'

export function chatBody(content = 'Hello'): string {
  return JSON.stringify({
    model: 'gpt-test',
    messages: [{ role: 'user', content }],
    stream: true,
  })
}

type Wrap = new (inner: undici.Dispatcher) => undici.Dispatcher

/** Node's own fetch calls dispatchers as undici 6 does, which an agent of undici 8 does not understand by itself. */
export function agentForNodeFetch(): undici.Dispatcher {
  const agent = new undici.Agent()
  const { Dispatcher1Wrapper } = undici as { readonly Dispatcher1Wrapper?: Wrap }
  return Dispatcher1Wrapper === undefined ? agent : new Dispatcher1Wrapper(agent)
}
