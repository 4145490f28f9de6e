import { expect } from 'vitest'
import { json, sse, stream, verbatim } from '../answers.ts'
import { converseEvents } from '../bedrock/converse-events.ts'
import { cutEvery, cutRandomly } from '../cut-body.ts'
import { error } from '../error-answers.ts'
import { chatChunks, chatStream } from '../fixtures/chat-chunks.ts'
import { chatCompletion } from '../fixtures/chat-completion.ts'
import { multibyteContent } from '../fixtures/chat-plan.ts'
import { createIds } from '../fixtures/ids.ts'
import { createGate } from '../gate.ts'
import { type AdapterTest, askStream, askWhole } from './adapter-test.ts'
import { headerOf, play, readFirst, readRest } from './play.ts'

const content = [...multibyteContent]

/** How answers come, while recording and on replay. */
export const answerTests: readonly AdapterTest[] = [
  {
    title: 'a whole answer is replayed as it was recorded',
    run: async ({ provider, record, replay }) => {
      provider.script(json(chatCompletion({ ids: createIds(1), content })))

      const recorded = await record(askWhole())
      const replayed = await replay(askWhole())

      expect(recorded).toMatchObject({ status: 200, type: 'application/json' })
      expect(JSON.parse(recorded.body.toString())).toMatchObject({ object: 'chat.completion' })
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'a streamed answer is replayed as it was recorded',
    run: async ({ provider, record, replay }) => {
      provider.script(sse(chatStream(chatChunks({ ids: createIds(2), content }))))

      const recorded = await record(askStream())
      const replayed = await replay(askStream())

      expect(recorded).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' })
      expect(recorded.body.toString()).toMatch(/^data: \{.*\n\ndata: \[DONE\]\n\n$/s)
      expect(replayed).toEqual(recorded)
    },
  },
  ...(['live', 'record', 'record-if-missing'] as const).map(firstFrame),
  ...[4, 5, 6].map(sameEdges),
  {
    title: 'verbatim: the caller has the very bytes and edges that the provider sent',
    needs: 'read-edges',
    run: async ({ provider, record, replay }) => {
      const body = chatStream(chatChunks({ ids: createIds(7), obfuscation: true, content }))
      const writes = cutRandomly(body, 7)
      provider.script(stream(writes))

      const recorded = await record(askStream(), { normalize: false })
      const replayed = await replay(askStream(), { normalize: false })

      expect(recorded.body.toString()).toBe(body)
      expect(recorded.reads).toEqual(writes.map(({ length }) => length))
      expect(replayed).toEqual(recorded)
    },
  },
  ...(['gzip', 'br', 'deflate'] as const).map(decoded),
  {
    title: 'a binary answer is exact',
    run: async ({ provider, record, replay }) => {
      const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 256))
      const writes = cutEvery(bytes, 999)
      provider.script(stream(writes, { headers: { 'content-type': 'audio/mpeg' } }))
      const request = askWhole({ path: '/v1/audio/speech' })

      const recorded = await record(request)
      const replayed = await replay(request)

      expect(recorded.body.equals(bytes)).toBe(true)
      expect(replayed.body.equals(bytes)).toBe(true)
      expect(replayed.type).toBe('audio/mpeg')
    },
  },
  {
    title: 'an event stream is exact, wherever its reads are cut',
    run: async ({ provider, record, replay }) => {
      const events = Buffer.concat(converseEvents({ ids: createIds(9), text: content }))
      const headers = { 'content-type': 'application/vnd.amazon.eventstream' }
      provider.script(stream(cutRandomly(events, 9), { headers }))
      const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] })
      const request = askWhole({ path: '/model/amazon.nova-lite-v1%3A0/converse-stream', body })

      const recorded = await record(request, { normalize: false })
      const replayed = await replay(request, { normalize: false })

      expect(recorded.body.equals(events)).toBe(true)
      expect(replayed.body.equals(events)).toBe(true)
      expect(replayed.type).toBe('application/vnd.amazon.eventstream')
    },
  },
  {
    title: 'an answer without a body has none on replay',
    run: async ({ provider, record, replay }) => {
      const headers = { 'content-type': undefined, 'content-length': undefined }
      provider.script(verbatim('', { status: 204, headers }))
      const request = { method: 'DELETE', path: '/v1/files/file-1', headers: {} }

      const recorded = await record(request)
      const replayed = await replay(request)

      expect(recorded).toMatchObject({ status: 204, reads: [] })
      expect(replayed).toEqual(recorded)
    },
  },
  ...[400, 500].map(errorStatus),
  {
    title: 'mode live touches nothing, and writes nothing',
    run: async ({ provider, open, readFiles }) => {
      const body = JSON.stringify(chatCompletion({ ids: createIds(10), content }))
      provider.script(verbatim(body, { headers: { 'content-type': 'application/json' } }))
      const { tape, client, close } = await open('live')

      const played = await play(client, askWhole())
      await close()

      expect(played.body.toString()).toBe(body)
      expect(tape.report().recorded).toEqual([])
      expect([...(await readFiles()).keys()]).toEqual([])
    },
  },
]

function firstFrame(mode: 'live' | 'record' | 'record-if-missing'): AdapterTest {
  return {
    title: `mode ${mode}: a frame comes before the provider sends the next`,
    run: async ({ provider, open }) => {
      const gate = createGate()
      const [first, ...rest] = chatChunks({ ids: createIds(3), content: ['Hel', 'lo'] })
      const others = rest.map((data) => ({ data }))
      provider.script(sse([{ data: first }, gate, ...others, { data: '[DONE]' }]))
      const { client, close } = await open(mode)

      const answer = await client.send(askStream())
      const reads = answer.body[Symbol.asyncIterator]()
      const begun = await readFirst(reads)

      expect(gate.isOpen).toBe(false)
      expect(begun).toContain('"role":"assistant"')
      gate.open()
      expect(await readRest(reads)).toMatch(/"content":"lo".*data: \[DONE\]\n\n$/s)
      await close()
    },
  }
}

function sameEdges(seed: number): AdapterTest {
  return {
    title: `reads that cut frames and characters anywhere have the same edges on replay (${seed})`,
    needs: 'read-edges',
    run: async ({ provider, record, replay }) => {
      const body = chatStream(chatChunks({ ids: createIds(seed), content }))
      provider.script(stream(cutRandomly(body, seed)))

      const recorded = await record(askStream())
      const replayed = await replay(askStream())

      expect(recorded.reads.length).toBeGreaterThan(1)
      expect(replayed.reads).toEqual(recorded.reads)
      expect(replayed.body.toString()).toBe(recorded.body.toString())
    },
  }
}

function decoded(coding: 'gzip' | 'br' | 'deflate'): AdapterTest {
  return {
    title: `an answer under ${coding} is handed on and kept decoded`,
    needs: 'compression',
    run: async ({ provider, open, replay }) => {
      const events = chatStream(chatChunks({ ids: createIds(8), content }))
      provider.script(sse(events, { [coding]: true }))
      const { client, close } = await open('record', { normalize: false })

      const answer = await client.send(askStream())
      const body = await readRest(answer.body[Symbol.asyncIterator]())
      await close()
      const replayed = await replay(askStream(), { normalize: false })

      expect(headerOf(answer.headers, 'content-encoding')).toBeUndefined()
      expect(body).toBe(events)
      expect(replayed.body.toString()).toBe(events)
    },
  }
}

function errorStatus(status: number): AdapterTest {
  return {
    title: `status ${status} is an answer like any other`,
    run: async ({ provider, record, replay }) => {
      provider.script(error(status, 'The provider is unwell.'))

      const recorded = await record(askWhole())
      const replayed = await replay(askWhole())

      expect(recorded.status).toBe(status)
      expect(recorded.body.toString()).toContain('The provider is unwell.')
      expect(replayed).toEqual(recorded)
    },
  }
}
