import { expect, vi } from 'vitest'
import { type Answer, json, stream, verbatim } from '../answers.ts'
import { bedrockEvent } from '../bedrock/event-message.ts'
import {
  fakePrivateKey,
  fakeSecret,
  fakeWebToken,
  secretSpellings,
  UPPERCASE_AND_DIGITS,
} from '../fake-secrets.ts'
import type { ReceivedRequest } from '../received-request.ts'
import type { AdapterBench } from './adapter-bench.ts'
import type { AdapterCapability, AdapterRequest } from './adapter-client.ts'
import type { AdapterTest } from './adapter-test.ts'
import { type Played, play } from './play.ts'

// Each secret stands in one place only, so that a leak says where it came from.
const SECRETS = {
  bearer: fakeSecret('sk-proj-aut', 60),
  apiKeyHeader: fakeSecret('', 40),
  cookie: fakeSecret('session-', 40),
  sessionToken: `${fakeSecret('IQoJb3', 200)}==`,
  query: fakeSecret('AIza', 35),
  environment: fakeSecret('env/+', 40),
  prose: fakeSecret('sk-ant-api03-', 90),
  password: fakeSecret('pass-', 20),
  jsonInJson: fakeSecret('ghp_', 36),
  addressInBody: fakeSecret('odd-', 30),
  nestedHeader: fakeSecret('', 50),
  accessKey: fakeSecret('ASIA', 16, UPPERCASE_AND_DIGITS),
  signature: fakeSecret('', 64, '0123456789abcdef'),
  webToken: fakeWebToken,
  privateKey: fakePrivateKey,
  cutInTwoReads: fakeSecret('gsk_', 52),
  setCookie: fakeSecret('', 44),
  formField: fakeSecret('', 36),
  fileName: fakeSecret('env2', 30),
  fileContent: fakeSecret('sk-', 48),
  redirect: fakeSecret('', 63, 'fedcba9876543210'),
  errorBody: fakeSecret('xoxb-1234-', 40),
  event: fakeSecret('hf_', 34),
  account: '012345678901',
} as const

const LOCATION = `X-Amz-Signature=${SECRETS.redirect}&X-Amz-Credential=${SECRETS.accessKey}`

/** A canary in each place of an exchange: none is on disk in any spelling, and all still replay. */
export const secretsTests: readonly AdapterTest[] = [
  canary('a streamed answer', {
    request: {
      method: 'POST',
      path: `/v1/chat/completions?key=${SECRETS.query}&trace=${encodeURIComponent(SECRETS.environment)}`,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${SECRETS.bearer}`,
        'x-api-key': SECRETS.apiKeyHeader,
        cookie: `sid=${SECRETS.cookie}`,
        'x-amz-security-token': SECRETS.sessionToken,
      },
      body: JSON.stringify(chatBody()),
    },
    answer: () => {
      const content = `Say ${SECRETS.cutInTwoReads}!`
      const choice = { index: 0, delta: { content }, finish_reason: 'stop' }
      const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [choice] }
      const event = `data: ${JSON.stringify(chunk)}\n\n`
      const middle = event.indexOf(SECRETS.cutInTwoReads) + 10
      return stream([event.slice(0, middle), event.slice(middle), 'data: [DONE]\n\n'], {
        headers: { 'set-cookie': `a=${SECRETS.setCookie}` },
      })
    },
    seen: SECRETS.cutInTwoReads,
    replayed: 'Say <groq-api-key>!',
  }),
  canary('a form', {
    needs: 'multipart',
    request: {
      method: 'POST',
      path: '/v1/files',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: [
        part('name="purpose"', 'assistants'),
        part('name="api_key"', SECRETS.formField),
        part(
          `name="file"; filename="backup of ${SECRETS.fileName}.txt"`,
          `key: ${SECRETS.fileContent}`,
        ),
        '--b--\r\n',
      ].join(''),
    },
    answer: () => json({ id: 'file-1', object: 'file', filename: `${SECRETS.fileName}.txt` }),
    seen: SECRETS.fileName,
    replayed: '"<UPLOAD_PASSWORD>.txt"',
  }),
  canary('a redirect', {
    request: { method: 'GET', path: '/v1/files/file-2/content', headers: {} },
    answer: ({ url: asked }, url) =>
      asked.startsWith('/signed')
        ? verbatim('the content')
        : json({}, { status: 302, headers: { location: `${url}/signed?${LOCATION}` } }),
  }),
  canary('an error', {
    request: { method: 'GET', path: '/v1/models', headers: {} },
    answer: () => {
      const message = `Incorrect API key provided: ${SECRETS.errorBody}`
      return json({ error: { message } }, { status: 400 })
    },
    seen: SECRETS.errorBody,
    replayed: 'provided: <slack-token>',
  }),
  canary('a stream of events', {
    request: {
      method: 'POST',
      path: '/model/m/converse-stream',
      headers: {
        'content-type': 'application/json',
        'x-amz-date': '20261201T000000Z',
        'x-amz-security-token': SECRETS.sessionToken,
      },
      body: JSON.stringify({
        messages: [{ role: 'user', content: [{ text: `with ${SECRETS.prose}` }] }],
        guardrailConfig: {
          guardrailIdentifier: `arn:aws:bedrock:us-east-1:${SECRETS.account}:guardrail/g`,
        },
      }),
    },
    answer: () => {
      const text = `It is ${SECRETS.event}, of arn:aws:iam::${SECRETS.account}:role/r`
      const events = [
        bedrockEvent('messageStart', { role: 'assistant' }),
        bedrockEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
        bedrockEvent('contentBlockStop', { contentBlockIndex: 0 }),
        bedrockEvent('messageStop', { stopReason: 'end_turn' }),
      ]
      return stream(events, { headers: { 'content-type': 'application/vnd.amazon.eventstream' } })
    },
    seen: SECRETS.event,
    replayed: 'It is <huggingface-token>, of arn:aws:iam::<aws-account-id>:role/r',
  }),
]

function chatBody(): object {
  const given = {
    password: SECRETS.password,
    text: `line\n${SECRETS.jsonInJson}`,
    again: JSON.stringify({ token: SECRETS.environment }),
  }
  const call = { name: 'f', arguments: JSON.stringify(given) }
  const result = [
    'AWS4-HMAC-SHA256',
    `Credential=${SECRETS.accessKey}/20250101/us-east-1/bedrock/aws4_request,`,
    `Signature=${SECRETS.signature}`,
    `basic ${Buffer.from(`svc:${SECRETS.environment}`).toString('base64')}`,
    Buffer.from(SECRETS.environment).toString('hex'),
  ]
  return {
    model: 'gpt-test',
    stream: true,
    messages: [
      { role: 'system', content: `The token is ${SECRETS.environment}.\n${SECRETS.privateKey}` },
      {
        role: 'user',
        content: `Use ${SECRETS.prose}, or ${encodeURIComponent(SECRETS.environment)}`,
      },
      { role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function', function: call }] },
      { role: 'tool', tool_call_id: 'call_1', content: result.join(' ') },
    ],
    tools: [
      {
        type: 'mcp',
        server_url: `https://mcp.test/sse?api_key=${SECRETS.addressInBody}`,
        headers: { 'X-Api-Key': SECRETS.nestedHeader },
        authorization: SECRETS.webToken,
      },
    ],
  }
}

function part(disposition: string, content: string): string {
  return `--b\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`
}

interface Canary {
  readonly needs?: AdapterCapability | undefined
  readonly request: AdapterRequest
  readonly answer: (request: ReceivedRequest, url: string) => Answer
  /** What only the program that records is told. */
  readonly seen?: string | undefined
  /** What replay says in its place. */
  readonly replayed?: string | undefined
}

function canary(kind: string, { needs, request, answer, seen, replayed }: Canary): AdapterTest {
  return {
    title: `no secret is on disk in any spelling, and all still replay: ${kind}`,
    needs,
    run: async (bench) => {
      const { provider, open } = bench
      vi.stubEnv('APP_SERVICE_TOKEN', SECRETS.environment)
      vi.stubEnv('UPLOAD_PASSWORD', SECRETS.fileName)
      provider.answer((received) => answer(received, provider.url))
      const recording = await open('record')
      const told = await play(recording.client, request)
      await recording.close()

      const again = await bench.replay(request)

      expect(await leaksOf(bench)).toEqual([])
      expect(again.status).toBe(told.status)
      expect(textOf(told)).toContain(seen ?? '')
      expect(textOf(again)).toContain(replayed ?? textOf(told))
      expect(provider.requests[0]?.body).toEqual(Buffer.from((request.body ?? '') as string))
    },
  }
}

/** The secrets of which some spelling stands in a file, or in its name. */
async function leaksOf({ readFiles }: AdapterBench): Promise<string[]> {
  const files = await readFiles()
  expect(files.size).toBeGreaterThan(1)
  const disk = [...files].map(([path, bytes]) => `${path}\n${bytes.toString('latin1')}`).join('\n')
  return Object.entries(SECRETS).flatMap(([place, secret]) =>
    secretSpellings(secret).some((text) => disk.includes(text)) ? [place] : [],
  )
}

function textOf({ body }: Played): string {
  return body.toString('utf8')
}
