import { readFile } from 'node:fs/promises'
import { readRecording, type Tape } from '@wiretape/core'
import { createTapeFetch } from '@wiretape/core/fetch'
import { withTape } from '@wiretape/openai'
import {
  chatChunks,
  chatProvider,
  chatStream,
  createGate,
  createIds,
  cutRandomly,
  multibyteContent,
  sse,
  stream,
} from '@wiretape/testkit'
import { AzureOpenAI } from 'openai'
import { expect, test } from 'vitest'
import { ask, collect, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { tapeFor, clientFor, files } = fixture

/** The bytes that a client of a tape reads, one entry a read. */
async function readsOf(tape: Tape): Promise<string[]> {
  const response = await createTapeFetch(tape)(`${fixture.provider.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [], stream: true }),
  })
  const reads: string[] = []
  for await (const read of response.body ?? []) reads.push(Buffer.from(read).toString('hex'))
  return reads
}

test('a stream cut at any byte is recorded and replayed: same chunks, same bytes, no socket', async () => {
  const text = chatStream(chatChunks({ ids: createIds(1), content: [...multibyteContent] }))
  fixture.provider.script(stream(cutRandomly(Buffer.from(text), 7)))
  const recordingTape = tapeFor('record')
  const recorded = await readsOf(recordingTape)
  await recordingTape.close()
  await fixture.provider.close()

  const replayTape = tapeFor('replay')
  const replayed = await readsOf(replayTape)
  await replayTape.close()

  expect(replayed.join('')).toBe(recorded.join(''))
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests).toHaveLength(1)
  expect(replayTape.report().replayed).toHaveLength(1)
})

test('verbatim: the program and the replay have the very bytes that the provider sent', async () => {
  const text = chatStream(chatChunks({ ids: createIds(2), obfuscation: true }))
  fixture.provider.script(stream(cutRandomly(Buffer.from(text), 3)))
  const recordingTape = tapeFor('record', { normalize: false })
  const recorded = await readsOf(recordingTape)
  await recordingTape.close()

  const replayTape = tapeFor('replay', { normalize: false })
  const replayed = await readsOf(replayTape)
  await replayTape.close()

  expect(Buffer.from(recorded.join(''), 'hex').toString()).toBe(text)
  expect(replayed).toEqual(recorded)
})

test('while recording, the first chunk comes before the provider sends its second', async () => {
  const gate = createGate()
  const [first, ...rest] = chatChunks({ ids: createIds(3), content: ['Hel', 'lo'] })
  fixture.provider.script(
    sse([{ data: first }, gate, ...rest.map((data) => ({ data })), { data: '[DONE]' }]),
  )
  const tape = tapeFor('record')
  const iterator = (await ask(clientFor(tape)))[Symbol.asyncIterator]()

  const begun = await iterator.next()

  expect(begun.done).toBe(false)
  expect(gate.isOpen).toBe(false)
  gate.open()
  while ((await iterator.next()).done !== true) continue
  await tape.close()
})

test('ids are normalised from the first run on, and the mapping keeps the originals', async () => {
  const toolCalls = [{ name: 'weather', arguments: '{"city":"Rome"}' }]
  const sent = chatChunks({ ids: createIds(4), toolCalls, content: [] })
  fixture.provider.script(sse([...sent.map((data) => ({ data })), { data: '[DONE]' }]))
  const recordingTape = tapeFor('record')
  const recorded = await collect(ask(clientFor(recordingTape)))
  await recordingTape.close()
  const replayTape = tapeFor('replay')
  const replayed = await collect(ask(clientFor(replayTape)))
  await replayTape.close()

  expect(replayed).toEqual(recorded)
  const [file = ''] = await files()
  const recording = await readRecording(file)
  const digits = recording.recorded?.key?.hash.slice(0, 12) ?? ''
  expect(recorded[0]).toMatchObject({ id: `rec-${digits}`, created: 0 })
  expect(JSON.stringify(recorded)).toContain(`"call_rec${digits}_0"`)
  expect(Object.keys(recording.id_normalization_mapping ?? {})).toEqual([
    `rec-${digits}`,
    `call_rec${digits}_0`,
  ])
  expect(recording.id_normalization_mapping?.[`rec-${digits}`]).toBe(sent[0]?.id)
})

test('an answer without streaming is recorded under gzip and replayed to the SDK', async () => {
  await using chat = await chatProvider({ gzip: true, seed: 5 })
  const request = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'Hi' }] }
  const recordingTape = tapeFor('record')
  const recorded = await clientFor(recordingTape, chat).chat.completions.create(request)
  await recordingTape.close()
  const replayTape = tapeFor('replay')
  const replayed = await clientFor(replayTape, chat).chat.completions.create(request)
  await replayTape.close()

  expect(replayed).toEqual(recorded)
  expect(replayed._request_id).toMatch(/^req_rec[0-9a-f]{12}$/)
  expect(chat.requests).toHaveLength(1)
})

test('AzureOpenAI keeps its class, its deployment and its API version, and is replayed', async () => {
  await using chat = await chatProvider({ seed: 21 })
  const azure = new AzureOpenAI({
    apiKey: 'k',
    endpoint: chat.url,
    apiVersion: '2024-10-21',
    deployment: 'my-deployment',
  })
  const recordingTape = tapeFor('record')
  const client = withTape(azure, recordingTape)
  const recorded = await collect(ask(client))
  await recordingTape.close()
  const replayTape = tapeFor('replay')
  const replayed = await collect(ask(withTape(azure, replayTape)))
  await replayTape.close()

  expect(client).toBeInstanceOf(AzureOpenAI)
  expect(chat.requests[0]?.url).toBe(
    '/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21',
  )
  expect(replayed).toEqual(recorded)
})

test('no credential is written', async () => {
  await using chat = await chatProvider({ seed: 22 })
  const tape = tapeFor('record')
  await collect(ask(clientFor(tape, chat)))
  await tape.close()

  const text = await readFile((await files())[0] ?? '', 'utf8')
  expect(text).not.toContain('sk-secret')
  expect(text).not.toMatch(/authorization|set-cookie/i)
})
