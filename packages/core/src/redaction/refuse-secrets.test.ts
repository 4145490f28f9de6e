import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { recogniseCall } from '../dialect/dialects.ts'
import { request } from '../dialect/exchange.test-fixture.ts'
import { WiretapeError } from '../errors/wiretape-error.ts'
import { framingOf } from '../framing/framings.ts'
import type { JsonObject } from '../json/node.ts'
import { fromValue } from '../json/value.ts'
import type { Answer } from '../recording/answer.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { listPaths } from '../store/store-contract.test-fixture.ts'
import { processState } from '../tape/process-state.ts'
import { chatReads, chatRequest, readText, scriptLive } from '../tape/scripted-live.test-fixture.ts'
import { createTape } from '../tape/tape.ts'
import { fakeSecret } from '@wiretape/testkit'
import { createRedactor } from './redactor.ts'
import { type ComingAnswer, refuseSecrets, refuseSecretsInPieces } from './refuse-secrets.ts'

const token = fakeSecret('sk-', 48)
const environment = fakeSecret('env', 40)
const redactor = createRedactor({}, new Map([[environment, 'APP_TOKEN']]))

beforeEach(() => {
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_MODE', '')
})

afterEach(() => {
  processState().open.clear()
  processState().fetched.clear()
  vi.unstubAllEnvs()
})

function refusalOf(document: unknown): WiretapeError | undefined {
  try {
    refuseSecrets(fromValue(document) as JsonObject, '/corpus/a.json', redactor)
    return undefined
  } catch (error) {
    if (WiretapeError.is(error)) return error
    throw error
  }
}

test('the message names file, place and rule, never the secret', () => {
  const refusal = refusalOf({ request: { body: { 'a/b': [{ text: `is ${token}` }] } } })

  expect(refusal?.message).toBe(
    [
      'WT_SECRET_FOUND: /corpus/a.json was not written: at /request/body/a~1b/0/text there is what looks like a secret (openai-api-key)',
      "→ keep it out of the program's prompts and tools; or, if it is none: redact: { allow: [{ rule: 'openai-api-key', pointer: '/request/body/a~1b/0/text' }] }",
    ].join('\n'),
  )
  expect(refusal?.details).toEqual({
    path: '/corpus/a.json',
    pointer: '/request/body/a~1b/0/text',
    rule: 'openai-api-key',
  })
})

test.each<[string, unknown, string]>([
  ['a value of the environment', { a: [environment] }, '/a/0'],
  ['one in base64', { a: Buffer.from(`x${environment}y`).toString('base64') }, '/a'],
  ['one in hex', { a: Buffer.from(environment).toString('hex') }, '/a'],
  ['a name', { a: { [token]: 1 } }, '/a'],
  [
    'a file that is no text',
    {
      a: Buffer.concat([Buffer.alloc(70_000, 0x81), Buffer.from(` ${token} `)]).toString('base64'),
    },
    '/a',
  ],
  [
    'a short text that is none',
    { a: Buffer.concat([Buffer.from([0xff, 0, 1]), Buffer.from(` ${token} `)]).toString('base64') },
    '/a',
  ],
  [
    'one in bytes that begin as text',
    {
      a: Buffer.concat([
        Buffer.from('name="file"; filename="a.png"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from(token),
      ]).toString('base64'),
    },
    '/a',
  ],
])('%s is found', (_, document, pointer) => {
  expect(refusalOf(document)?.details['pointer']).toBe(pointer)
})

test.each<[string, unknown]>([
  ['placeholders', { a: ['<openai-api-key>', '<APP_TOKEN>'], password: '<password>' }],
  ['names of fields', { password: 'hunter2', url: 'https://a:b@h.test' }],
  ['ids', { id: 'chatcmpl-B9xKqWf7h2mN4pR8sT1vY6zA3cE5', key: 'a'.repeat(64) }],
])('%s are no finding', (_, document) => {
  expect(refusalOf(document)).toBeUndefined()
})

/** A stream whose items say this. */
function streamOf(items: readonly unknown[]): ComingAnswer {
  const text = items.map((item) => `data: ${JSON.stringify(item)}\n\n`).join('')
  const splitter = framingOf('sse').createSplitter()
  const frames = [...splitter.push(Buffer.from(text)), ...splitter.end()]
  const call = recogniseCall(
    request('POST', 'https://api.openai.com/v1/chat/completions', { model: 'm', messages: [] }),
  )
  const reads = { reads: [], headAt: null, ending: 'complete' } as const
  const answer: Answer = { status: 200, headers: [], framing: 'sse', frames, ...reads }
  return { answer, call, path: null }
}

function choice(content: string): unknown {
  return { choices: [{ index: 0, delta: { content } }] }
}

test.each<[string, unknown[], string]>([
  [
    'one that begins a piece',
    [choice('it is '), choice(token.slice(0, 10)), choice(token.slice(10))],
    '/response/body/0/__data__/choices/0/delta/content',
  ],
  [
    'one whose first piece looks like the whole',
    [choice(token.slice(0, 30)), choice(token.slice(30))],
    '/response/body/0/__data__/choices/0/delta/content',
  ],
  [
    'one of single characters',
    [{}, ...environment.split('').map((text) => ({ delta: { text } }))],
    '/response/body/1/__data__/delta/text',
  ],
  [
    'one of two tool calls that come by turns',
    [0, 1, 0, 1].map((index, turn) => ({
      index,
      arguments: index === 0 ? 'aaaaa' : environment.slice(turn === 1 ? 0 : 9, turn === 1 ? 9 : 99),
    })),
    '/response/body/1/__data__/arguments',
  ],
])('%s is found in the pieces of a stream', (_, items, pointer) => {
  expect(() => refuseSecretsInPieces(streamOf(items), redactor)).toThrow(`: at ${pointer} there`)
})

test('pieces of two things are none of one, and what is in one piece is redacted there', () => {
  const apart = [0, 1].map((index) => ({
    index,
    text: environment.slice(index * 20, index * 20 + 20),
  }))

  const whole = [choice('it is '), choice(` ${token} `), choice('!')]

  expect(() => refuseSecretsInPieces(streamOf(apart), redactor)).not.toThrow()
  expect(() => refuseSecretsInPieces(streamOf(whole), redactor)).not.toThrow()
})

test('a secret that a model speaks out in pieces is not written, and the call goes on unharmed', async () => {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store })
  const { live } = scriptLive({ body: chatReads('it is ', token.slice(0, 30), token.slice(30)) })

  const text = await readText(await tape.handle(chatRequest('q'), live))

  expect(text).toContain(token.slice(30))
  expect(tape.report()).toMatchObject({ recorded: [], refused: [{ recording: null }] })
  await expect(tape.close()).rejects.toThrow(
    /^WT_SECRET_FOUND: .*was not written: at \/response\/body\/0\/__data__\/choices\/0\/delta\/content there/,
  )
  expect(await listPaths(store)).toEqual([])
})

test('a finding that is none is waived by rule and place', async () => {
  const store = createMemoryStore()
  const waived = { rule: 'openai-api-key', pointer: '/response/body' }
  const tape = createTape({ mode: 'record', recordings: store, redact: { allow: [waived] } })
  const { live } = scriptLive({
    body: chatReads('it is ', token.slice(0, 30), token.slice(30), ` or ${token}`),
  })

  await readText(await tape.handle(chatRequest('q'), live))
  await tape.close()

  const replaying = createTape({ recordings: store })
  const replayed = await readText(await replaying.handle(chatRequest('q'), scriptLive().live))
  await replaying.close()
  expect(replayed).toContain(token)
})

test('without redaction nothing is looked at, and such a recording answers a tape that redacts', async () => {
  const store = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings: store, redact: false })
  const { live } = scriptLive({ body: chatReads(token) })
  await readText(await tape.handle(chatRequest(`use ${token}`), live))
  await tape.close()

  const replaying = createTape({ recordings: store })
  const replayed = await readText(
    await replaying.handle(chatRequest(`use ${token}`), scriptLive().live),
  )
  await replaying.close()

  expect(replayed).toContain(token)
})
