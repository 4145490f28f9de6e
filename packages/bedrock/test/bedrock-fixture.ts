import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
} from '@aws-sdk/client-bedrock-runtime'
import { NodeHttp2Handler } from '@smithy/node-http-handler'
import { createTape, type Tape, type TapeOptions } from '@wiretape/core'
import { withTape } from '@wiretape/bedrock'
import { type ScriptedBedrock, startScriptedBedrock } from '@wiretape/testkit'
import { afterEach, beforeEach, vi } from 'vitest'

export const SECRETS = {
  accessKeyId: 'AKIAWIRETAPETESTONLY',
  secretAccessKey: 'wJalrXUtnFEMItestonlysecretaccesskey0000',
  sessionToken: 'FwoGZXIvYXdzTESTONLYsessiontokensessiontoken',
}

export const MODEL = 'anthropic.claude-3-haiku-20240307-v1:0'

let runs = 0

/** A corpus in a folder of its own and a Bedrock of its own, for each test. */
export interface BedrockFixture {
  folder: string
  bedrock: ScriptedBedrock
  readonly tapeFor: (mode: TapeOptions['mode'], options?: TapeOptions) => Tape
  /** The SDK's client as a program makes it: HTTP/2 over TLS, SigV4. */
  readonly bareClient: (config?: BedrockRuntimeClientConfig) => BedrockRuntimeClient
  readonly clientFor: (tape: Tape, config?: BedrockRuntimeClientConfig) => BedrockRuntimeClient
  /** The recordings' paths, sorted. */
  readonly files: () => Promise<string[]>
  /** All that is in the corpus. */
  readonly written: () => Promise<string>
}

export function useBedrockFixture(): BedrockFixture {
  const clients: BedrockRuntimeClient[] = []
  const fixture: BedrockFixture = {
    folder: '',
    bedrock: undefined as unknown as ScriptedBedrock,
    tapeFor: (mode, options = {}) => createTape({ mode, recordings: fixture.folder, ...options }),
    bareClient: (config = {}) => {
      const client = new BedrockRuntimeClient({
        region: 'us-west-2',
        endpoint: fixture.bedrock.url,
        credentials: SECRETS,
        requestHandler: http2Handler(fixture.bedrock),
        ...config,
      })
      clients.push(client)
      return client
    },
    clientFor: (tape, config) => withTape(fixture.bareClient(config), tape),
    files: async () => {
      const all = await readdir(fixture.folder, { recursive: true, withFileTypes: true })
      return (
        all
          // While one is written, it has another name.
          .filter(({ name }) => name.endsWith('.json') && name !== 'wiretape.json')
          .map((entry) => join(entry.parentPath, entry.name))
          .toSorted((left, right) => (left < right ? -1 : 1))
      )
    },
    written: async () => {
      const texts = (await fixture.files()).map((file) => readFile(file, 'utf8'))
      return (await Promise.all(texts)).join('\n')
    },
  }
  beforeEach(async () => {
    fixture.folder = await mkdtemp(join(tmpdir(), 'wiretape-'))
    fixture.bedrock = await startScriptedBedrock()
    // A run fetches each request once; each test here is a run of its own.
    vi.stubEnv('WIRETAPE_RUN_ID', `bedrock-${process.pid}-${(runs += 1)}`)
    vi.stubEnv('CI', '')
    // Nothing of the machine's own configuration.
    for (const name of Object.keys(process.env))
      if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_CONFIG_FILE', join(fixture.folder, 'none'))
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(fixture.folder, 'none'))
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    for (const client of clients.splice(0)) client.destroy()
    await fixture.bedrock.close()
    await rm(fixture.folder, { recursive: true })
  })
  return fixture
}

/** The SDK's default for Bedrock, which trusts this server besides. */
export function http2Handler({ certificate }: ScriptedBedrock): NodeHttp2Handler {
  return new NodeHttp2Handler({
    disableConcurrentStreams: true,
    nodeHttp2ConnectOptions: { ca: certificate },
  })
}

export const question: ConverseStreamCommandInput = {
  modelId: MODEL,
  messages: [{ role: 'user', content: [{ text: 'What is the Latin name of the Sun?' }] }],
}

/** The events of a ConverseStream answer. */
export async function converse(
  client: BedrockRuntimeClient,
  input: ConverseStreamCommandInput = question,
): Promise<unknown[]> {
  const { stream } = await client.send(new ConverseStreamCommand(input))
  return collect(stream)
}

export async function collect(stream: AsyncIterable<unknown> | undefined): Promise<unknown[]> {
  const events: unknown[] = []
  for await (const event of stream ?? []) events.push(event)
  return events
}

/** What a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason as Error,
  )
}
