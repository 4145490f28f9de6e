import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  fakePrivateKey,
  fakeSecret,
  fakeWebToken,
  json,
  type ScriptedProvider,
  secretSpellings,
  startScriptedProvider,
  stream,
  UPPERCASE_AND_DIGITS,
} from '@wiretape/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eventFrame } from '../dialect/eventstream.test-fixture.ts'
import { createTapeFetch, type Fetch } from '../fetch/tape-fetch.ts'
import { framingOf } from '../framing/framings.ts'
import type { WireRequest } from '../request/wire.ts'
import { processState } from '../tape/process-state.ts'
import { chatReads, readText, scriptLive } from '../tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../tape/tape.ts'

// Each secret stands in one place only, so that a leak says where it came from.
const secrets = {
  authorization: fakeSecret('sk-proj-aut', 60),
  apiKeyHeader: fakeSecret('', 40),
  cookie: fakeSecret('session-', 40),
  query: fakeSecret('AIza', 35),
  odd: fakeSecret('odd-', 30),
  password: 'hunter2-is-mine',
  nested: fakeSecret('', 50),
  environment: fakeSecret('env/+', 40),
  inArguments: fakeSecret('ghp_', 36),
  inProse: fakeSecret('sk-ant-api03-', 90),
  accessKey: fakeSecret('ASIA', 16, UPPERCASE_AND_DIGITS),
  sessionToken: `${fakeSecret('IQoJb3', 200)}==`,
  signature: fakeSecret('', 64, '0123456789abcdef'),
  redirect: fakeSecret('', 63, 'fedcba9876543210'),
  cutInTwoReads: fakeSecret('gsk_', 52),
  inEvent: fakeSecret('hf_', 34),
  inError: fakeSecret('xoxb-1234-', 40),
  field: fakeSecret('', 36),
  fileName: fakeSecret('env2', 30),
  fileContent: fakeSecret('sk-', 48),
  setCookie: fakeSecret('', 44),
  toolArgument: fakeSecret('', 41),
  toolResult: fakeSecret('glpat-', 24),
  toolError: fakeSecret('npm_', 36),
  failure: fakeSecret('pcsk_', 60),
  mine: 'C-1234-5678',
} as const
const others = [fakeWebToken, fakePrivateKey]

let folder: string
let provider: ScriptedProvider

beforeEach(async () => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
  vi.stubEnv('APP_SERVICE_TOKEN', secrets.environment)
  vi.stubEnv('UPLOAD_PASSWORD', secrets.fileName)
  folder = await mkdtemp(join(tmpdir(), 'wiretape-canary-'))
  provider = await startScriptedProvider()
})

afterEach(async () => {
  processState().open.clear()
  processState().fetched.clear()
  vi.unstubAllEnvs()
  await provider.close()
  await rm(folder, { recursive: true })
})

const redact = { rules: [{ name: 'customer', pattern: /C-\d{4}-\d{4}/ }] }

function tapeOf(mode: 'record' | 'replay'): Tape {
  return createTape({ mode, recordings: folder, redact })
}

/** Everything below the folder, names and contents. */
async function onDisk(): Promise<string> {
  const paths = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = paths.filter((entry) => entry.isFile())
  const texts = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      return `${path}\n${await readFile(path, 'latin1')}`
    }),
  )
  return texts.join('\n')
}

async function leaksOf(values: readonly string[]): Promise<string[]> {
  const disk = await onDisk()
  expect(disk).toContain('"response"')
  return values.filter((secret) => secretSpellings(secret).some((text) => disk.includes(text)))
}

const never = async (): Promise<never> => {
  throw new Error('a replay went live')
}

test('no secret of an exchange over fetch is on disk in any spelling, and all still replay', async () => {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${secrets.authorization}`,
    'x-api-key': secrets.apiKeyHeader,
    cookie: `sid=${secrets.cookie}`,
    'x-amz-security-token': secrets.sessionToken,
  }
  const chat = JSON.stringify({
    model: 'gpt-test',
    stream: true,
    messages: [
      {
        role: 'system',
        content: `The service's token is ${secrets.environment}.\n${fakePrivateKey}`,
      },
      {
        role: 'user',
        content: `Use ${secrets.inProse}, or ${encodeURIComponent(secrets.environment)}`,
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: {
              name: 'f',
              arguments: JSON.stringify({
                password: secrets.password,
                text: `line\n${secrets.inArguments}`,
                again: JSON.stringify({ token: secrets.environment }),
              }),
            },
          },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'call_1',
        content: [
          'AWS4-HMAC-SHA256',
          `Credential=${secrets.accessKey}/20250101/us-east-1/bedrock/aws4_request,`,
          `Signature=${secrets.signature}`,
          `basic ${Buffer.from(`svc:${secrets.environment}`).toString('base64')}`,
          Buffer.from(secrets.environment).toString('hex'),
          secrets.mine,
        ].join(' '),
      },
    ],
    tools: [
      {
        type: 'mcp',
        server_url: `https://mcp.test/sse?api_key=${secrets.odd}`,
        headers: { 'X-Api-Key': secrets.nested },
        authorization: fakeWebToken,
      },
    ],
  })
  const form = new FormData()
  form.append('purpose', 'assistants')
  form.append('api_key', secrets.field)
  form.append(
    'file',
    new Blob([`key: ${secrets.fileContent}`]),
    `backup of ${secrets.fileName}.txt`,
  )
  const formRequest = new Request('http://x.test', { method: 'POST', body: form })
  const formType = formRequest.headers.get('content-type') ?? ''
  const formBody = Buffer.from(await formRequest.arrayBuffer())
  const event = `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: `Say ${secrets.cutInTwoReads}!` }, finish_reason: 'stop' }] })}\n\n`
  const middle = event.indexOf(secrets.cutInTwoReads) + 10
  const ask = async (fetch: Fetch): Promise<string[]> => {
    const answers = [
      await fetch(
        `${provider.url}/v1/chat/completions?key=${secrets.query}&trace=${secrets.environment}`,
        { method: 'POST', headers, body: chat },
      ),
      await fetch(`${provider.url}/v1/files`, {
        method: 'POST',
        headers: { 'content-type': formType },
        body: formBody,
      }),
      await fetch(`${provider.url}/v1/files/file-2/content`, { redirect: 'manual' }),
      await fetch(`${provider.url}/v1/models`, { headers }),
    ]
    return Promise.all(
      answers.map(
        async (answer) =>
          `${answer.status} ${answer.headers.get('location') ?? ''} ${await answer.text()}`,
      ),
    )
  }
  provider.script(
    stream([event.slice(0, middle), event.slice(middle), 'data: [DONE]\n\n'], {
      headers: { 'content-type': 'text/event-stream', 'set-cookie': `a=${secrets.setCookie}` },
    }),
    json({ id: 'file-1', object: 'file', filename: `backup of ${secrets.fileName}.txt` }),
    json(
      {},
      {
        status: 302,
        headers: {
          location: `https://s3.test/f?X-Amz-Signature=${secrets.redirect}&X-Amz-Credential=${secrets.accessKey}`,
        },
      },
    ),
    json({ error: { message: `Incorrect API key provided: ${secrets.inError}` } }, { status: 400 }),
  )

  const recording = tapeOf('record')
  const seen = await ask(createTapeFetch(recording))
  await recording.close()
  const replaying = tapeOf('replay')
  const replayed = await ask(createTapeFetch(replaying, { fetch: never }))
  await replaying.close()

  expect(await leaksOf([...Object.values(secrets), ...others])).toEqual([])
  // The program that records is told the truth, and so is the provider.
  expect(seen[0]).toContain(secrets.cutInTwoReads)
  expect(seen[2]).toContain(secrets.redirect)
  expect(seen[3]).toContain(secrets.inError)
  expect(provider.requests[0]?.body.toString()).toBe(chat)
  expect(provider.requests[0]?.headers['authorization']).toBe(`Bearer ${secrets.authorization}`)
  expect(replayed[0]).toContain('Say <groq-api-key>!')
  expect(replayed[1]).toContain('backup of <UPLOAD_PASSWORD>.txt')
  expect(replayed[2]).toContain('302 https://s3.test/f?X-Amz-Signature=<X-Amz-Signature>')
  expect(replayed[3]).toContain('provided: <slack-token>')
})

function converse(secret: string): WireRequest {
  return {
    method: 'POST',
    url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream',
    headers: [
      ['content-type', 'application/json'],
      [
        'authorization',
        `AWS4-HMAC-SHA256 Credential=${secrets.accessKey}/x, Signature=${secrets.signature}`,
      ],
      ['x-amz-security-token', secrets.sessionToken],
    ],
    body: JSON.stringify({
      messages: [{ role: 'user', content: [{ text: `with ${secret}` }] }],
      guardrailConfig: {
        guardrailIdentifier: 'arn:aws:bedrock:us-east-1:012345678901:guardrail/g',
      },
    }),
  }
}

test('no secret of a Bedrock stream is on disk, and it replays with right checksums', async () => {
  const frames = [
    eventFrame('messageStart', { role: 'assistant', p: 'abcdefgh' }),
    eventFrame('contentBlockDelta', {
      contentBlockIndex: 0,
      delta: { text: `It is ${secrets.inEvent}, of arn:aws:iam::012345678901:role/r` },
      p: 'abcdefghijkl',
    }),
    eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
    eventFrame('messageStop', { stopReason: 'end_turn' }),
    eventFrame('metadata', {
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      metrics: { latencyMs: 5 },
    }),
  ]
  const bytes = Buffer.concat(frames.map((frame) => frame.bytes))
  const live = scriptLive({
    headers: [['content-type', 'application/vnd.amazon.eventstream']],
    body: readsOf(bytes.subarray(0, 300), bytes.subarray(300)),
  })

  const recording = tapeOf('record')
  const seen = await bytesOf(await recording.handle(converse(secrets.inProse), live.live))
  await recording.close()
  const replaying = tapeOf('replay')
  const replayed = await bytesOf(await replaying.handle(converse(secrets.inProse), never))
  await replaying.close()

  expect(await leaksOf([...Object.values(secrets), '012345678901'])).toEqual([])
  expect(seen.toString('latin1')).toContain(secrets.inEvent)
  const splitter = framingOf('eventstream').createSplitter()
  const decoded = [...splitter.push(replayed), ...splitter.end()].map((frame) =>
    Buffer.from(framingOf('eventstream').decode(frame)?.data ?? '').toString(),
  )
  expect(decoded).toHaveLength(5)
  expect(decoded[1]).toContain('It is <huggingface-token>, of arn:aws:iam::<aws-account-id>:role/r')
})

test('no secret of a tool is on disk: neither arguments, nor result, nor error', async () => {
  const tool = { provider: 'p', tool_name: 't' }
  const kwargs = { api_key: secrets.toolArgument, text: `for ${secrets.environment}`, n: 1 }
  const run = vi.fn<(given: object) => Promise<object>>(async () => ({
    token: secrets.toolResult,
    list: [secrets.inProse],
  }))
  const fail = async (): Promise<never> => {
    throw new Error(`denied: ${secrets.toolError}`)
  }

  const recording = tapeOf('record')
  const result = await recording.call(tool, kwargs, run)
  await expect(recording.call(tool, { fails: true }, fail)).rejects.toThrow(secrets.toolError)
  await recording.close()
  const replaying = tapeOf('replay')
  const replayed = await replaying.call(tool, kwargs, never)
  // On replay a program hands on what an answer's placeholder says.
  const echoed = await tapeOf('replay').call(
    tool,
    { ...kwargs, text: 'for <APP_SERVICE_TOKEN>' },
    never,
  )
  await expect(replaying.call(tool, { fails: true }, never)).rejects.toThrow('denied: <npm-token>')
  await replaying.close()

  expect(await leaksOf(Object.values(secrets))).toEqual([])
  expect(run).toHaveBeenCalledWith(kwargs)
  expect(result).toEqual({ token: secrets.toolResult, list: [secrets.inProse] })
  expect(replayed).toEqual({ token: '<token>', list: ['<anthropic-api-key>'] })
  expect(echoed).toEqual(replayed)
})

test('no secret of a failure is on disk', async () => {
  const request: WireRequest = {
    method: 'GET',
    url: 'https://api.openai.com/v1/models',
    headers: [],
  }
  const { live } = scriptLive(
    new TypeError(`connect to https://ann:${secrets.password}@h.test with ${secrets.failure}`),
  )

  const recording = tapeOf('record')
  await expect(recording.handle(request, live)).rejects.toThrow(secrets.failure)
  await recording.close()

  expect(await leaksOf(Object.values(secrets))).toEqual([])
  await expect(tapeOf('replay').handle(request, never)).rejects.toThrow(
    'connect to https://<userinfo>@h.test with <pinecone-api-key>',
  )
})

test('no secret is in a miss, whatever the recording holds', async () => {
  const request = (content: string): WireRequest => ({
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: [],
    body: JSON.stringify({
      model: 'm',
      password: secrets.password,
      messages: [{ role: 'user', content }],
    }),
  })
  const careless = createTape({ mode: 'record', recordings: folder, redact: false })
  const { live } = scriptLive({ body: chatReads('a') })
  await readText(await careless.handle(request(`q ${secrets.inProse}`), live))
  await careless.close()

  for (const option of [true, false]) {
    const tape = createTape({ recordings: folder, redact: option })
    const { message: miss } = await errorOf(tape.handle(request(`r ${secrets.environment}`), never))
    tape.acknowledge(new Error(miss))

    expect(miss).toContain('recorded: "q <redacted>"')
    expect(miss).toContain('asked:    "r <redacted>"')
    expect(miss).not.toContain(secrets.password)
  }
})

function readsOf(...reads: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  return (async function* () {
    yield* reads
  })()
}

async function bytesOf({ body }: { readonly body: AsyncIterable<Uint8Array> }): Promise<Buffer> {
  const reads: Uint8Array[] = []
  for await (const read of body) reads.push(read)
  return Buffer.concat(reads)
}

async function errorOf(result: Promise<unknown>): Promise<Error> {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Error) return error
  throw new Error('nothing was thrown')
}
