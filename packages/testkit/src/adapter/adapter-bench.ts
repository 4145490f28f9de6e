import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTape, type Tape, type TapeOptions } from '@wiretape/core'
import { expect, vi } from 'vitest'
import type { ScriptedProvider } from '../scripted-provider.ts'
import type { AdapterClient, AdapterRequest, CreateAdapterClient } from './adapter-client.ts'
import { type Played, play } from './play.ts'

/** What a test of the contract works with: a provider, a corpus and tapes of its own. */
export interface AdapterBench {
  readonly provider: ScriptedProvider
  readonly createClient: CreateAdapterClient
  /** A client on a new tape of the test's corpus. */
  readonly open: (mode: TapeOptions['mode'], options?: OpenOptions) => Promise<OpenTape>
  /** Sends and reads on a tape that records, and closes it. */
  readonly record: (request: AdapterRequest, options?: OpenOptions) => Promise<Played>
  /** The same on a tape that replays, after the provider has closed. */
  readonly replay: (request: AdapterRequest, options?: OpenOptions) => Promise<Played>
  /** All that was written, by file. */
  readonly readFiles: () => Promise<ReadonlyMap<string, Buffer>>
}

interface OpenOptions extends TapeOptions {
  /** @defaultValue 0 */
  readonly retries?: number | undefined
}

interface OpenTape {
  readonly tape: Tape
  readonly client: AdapterClient
  /** @throws what the tape has to say */
  readonly close: () => Promise<void>
}

let runs = 0

/** Whom a test of the contract brings together. */
export interface AdapterBenchOptions {
  readonly createClient: CreateAdapterClient
  readonly startProvider: () => Promise<ScriptedProvider>
}

/** Runs one test of the contract. */
export async function withBench(
  { createClient: connect, startProvider }: AdapterBenchOptions,
  run: (bench: AdapterBench) => Promise<void>,
): Promise<void> {
  const recordings = await mkdtemp(join(tmpdir(), 'wiretape-adapter-'))
  const provider = await startProvider()
  const { certificate } = provider
  const createClient: CreateAdapterClient = (tape, url, options) =>
    connect(tape, url, { ...options, certificate })
  const opened: OpenTape[] = []
  // A run fetches each request once; each test is a run of its own.
  vi.stubEnv('WIRETAPE_RUN_ID', `adapter-${process.pid}-${(runs += 1)}`)
  for (const name of ['CI', 'WIRETAPE_MODE']) vi.stubEnv(name, undefined)

  async function open(mode: TapeOptions['mode'], options: OpenOptions = {}): Promise<OpenTape> {
    const { retries = 0, ...rest } = options
    const tape = createTape({ mode, recordings, ...rest })
    const client = await createClient(tape, provider.url, { retries })
    // The tape first: it may still be reading what a caller left, by the client's connection.
    const close = async (): Promise<void> => {
      try {
        await tape.close()
      } finally {
        await client.close?.()
      }
    }
    const entry = { tape, client, close }
    opened.push(entry)
    return entry
  }

  async function playOn(
    mode: TapeOptions['mode'],
    request: AdapterRequest,
    options?: OpenOptions,
  ): Promise<Played> {
    const { client, close } = await open(mode, options)
    const played = await play(client, request)
    await close()
    return played
  }

  try {
    await run({
      provider,
      createClient,
      open,
      record: (request, options) => playOn('record', request, options),
      replay: async (request, options) => {
        await provider.close()
        return playOn('replay', request, options)
      },
      readFiles: () => readFolder(recordings),
    })
    // A tape that nobody closed may know of a miss that nobody saw.
    for (const { close } of opened) await close()
    expect(provider.takeProblems()).toEqual([])
  } finally {
    vi.unstubAllEnvs()
    for (const { close } of opened) await close().catch(() => {})
    await provider.close().catch(() => {})
    await rm(recordings, { recursive: true })
  }
}

async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const files = new Map<string, Buffer>()
  for (const path of paths.toSorted())
    files.set(path.slice(folder.length + 1), await readFile(path))
  return files
}
