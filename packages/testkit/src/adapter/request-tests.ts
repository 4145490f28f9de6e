import { expect } from 'vitest'
import { type Answer, json, sse, verbatim } from '../answers.ts'
import { error, rateLimited } from '../error-answers.ts'
import { chatChunks } from '../fixtures/chat-chunks.ts'
import { chatCompletion } from '../fixtures/chat-completion.ts'
import { createIds } from '../fixtures/ids.ts'
import { createGate, type Gate } from '../gate.ts'
import type { AdapterRequest } from './adapter-client.ts'
import { type AdapterTest, askStream, askWhole } from './adapter-test.ts'
import { play } from './play.ts'

/** How requests go out, alone, again and side by side. */
export const requestTests: readonly AdapterTest[] = [
  {
    title: 'a request reaches the provider as it was sent',
    run: async ({ provider, record }) => {
      provider.script(numbered(1))
      const request = askWhole({
        path: '/v1/chat/completions?api-version=2024-10-21&tag=a%2Fb',
        headers: { 'content-type': 'application/json', 'openai-beta': 'assistants=v2' },
      })

      await record(request)

      expect(provider.requests).toMatchObject([
        {
          method: 'POST',
          url: '/v1/chat/completions?api-version=2024-10-21&tag=a%2Fb',
          headers: { 'content-type': 'application/json', 'openai-beta': 'assistants=v2' },
        },
      ])
      expect(provider.requests[0]?.body.toString()).toBe(request.body)
    },
  },
  {
    title: 'a binary body arrives byte for byte, and each byte of it counts',
    run: async ({ provider, open }) => {
      provider.script(numbered(1), numbered(2))
      const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256))
      const other = Buffer.from(bytes).fill(0, 500, 501)
      const recording = await open('record')
      const recorded = [
        await play(recording.client, binary(bytes)),
        await play(recording.client, binary(other)),
      ]
      await recording.close()
      await provider.close()

      const { client, close } = await open('replay')
      const replayed = [await play(client, binary(other)), await play(client, binary(bytes))]
      await close()

      expect(provider.requests.map(({ body }) => body.equals(bytes))).toEqual([true, false])
      expect(provider.requests[1]?.body.equals(other)).toBe(true)
      expect(replayed.toReversed()).toEqual(recorded)
    },
  },
  {
    title: 'a form counts by its content, not by its boundary',
    needs: 'multipart',
    run: async ({ provider, record, replay }) => {
      provider.script(json({ id: 'file-1', object: 'file', filename: 'a.jsonl' }))

      const recorded = await record(upload('boundary-1'))
      const replayed = await replay(upload('boundary-2'))

      expect(provider.requests[0]?.body.equals(formOf('boundary-1'))).toBe(true)
      expect(recorded.status).toBe(200)
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'a body that is sent piece by piece arrives whole, and is the same request',
    needs: 'streamed-requests',
    run: async ({ provider, record, replay }) => {
      provider.script(numbered(1))
      const text = JSON.stringify({ model: 'gpt-test', messages: [], stream: true })

      const recorded = await record({ ...askWhole(), body: inPieces(text) })
      const replayed = await replay({ ...askWhole(), body: inPieces(text) })
      const again = await replay(askWhole({ body: text }))

      expect(provider.requests[0]?.body.toString()).toBe(text)
      expect(replayed).toEqual(recorded)
      expect(again).toEqual(recorded)
    },
  },
  {
    title: 'a redirect is followed on replay as it was while recording',
    needs: 'redirects',
    run: async ({ provider, record, replay }) => {
      const headers = { location: '/v1/elsewhere' }
      provider.script(verbatim('', { status: 307, headers }), numbered(1))

      const recorded = await record(askWhole())
      const replayed = await replay(askWhole())

      expect(provider.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
        'POST /v1/chat/completions',
        'POST /v1/elsewhere',
      ])
      expect(recorded).toMatchObject({ status: 200 })
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'equal requests one after the other have answers of their own',
    run: async ({ provider, open }) => {
      provider.script(rateLimited(), numbered(2), numbered(3))
      const recording = await open('record')
      const recorded = [
        await play(recording.client, askWhole()),
        await play(recording.client, askWhole()),
        await play(recording.client, askWhole()),
      ]
      await recording.close()
      await provider.close()

      const { client, close } = await open('replay')
      const replayed = [
        await play(client, askWhole()),
        await play(client, askWhole()),
        await play(client, askWhole()),
      ]
      await close()

      expect(recorded.map(({ status }) => status)).toEqual([429, 200, 200])
      expect(recorded[1]?.body.equals(recorded[2]?.body ?? Buffer.of())).toBe(false)
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'a client that asks again after a 429 does so on replay, without waiting',
    needs: 'retries',
    run: async ({ provider, open }) => {
      provider.script(rateLimited({ retryAfterMs: 900 }), error(503), numbered(3))
      const recording = await open('record', { retries: 2 })
      const recorded = await play(recording.client, askWhole())
      await recording.close()
      await provider.close()

      const { tape, client, close } = await open('replay', { retries: 2 })
      const startedAt = performance.now()
      const replayed = await play(client, askWhole())
      const elapsed = performance.now() - startedAt
      await close()

      expect(provider.requests).toHaveLength(3)
      expect(recorded.status).toBe(200)
      expect(replayed).toEqual(recorded)
      expect(tape.report().replayed).toHaveLength(3)
      // After the 503, whose answer names no time, clients wait as long as they like.
      expect(elapsed).toBeLessThan(5000)
    },
  },
  {
    title: 'equal requests side by side are told apart by the order in which they began',
    run: async ({ provider, open }) => {
      // The first answer is the last to end.
      const gates = [createGate(), createGate(), createGate()]
      gates[2]?.open()
      provider.answer((_, n) => streamed(n, gates[n - 1]))
      const recording = await open('record')
      const sent = [1, 2, 3].map(async (n) => {
        const played = await play(recording.client, askStream())
        gates[n - 2]?.open()
        return played
      })
      // Which of them the provider sees first is the network's affair.
      await Promise.race(sent)
      for (const gate of gates) gate.open()
      const recorded = await Promise.all(sent)
      await recording.close()
      await provider.close()

      const { client, close } = await open('replay')
      const replayed = await Promise.all([1, 2, 3].map(() => play(client, askStream())))
      await close()

      expect(provider.requests).toHaveLength(3)
      expect(new Set(recorded.map(({ body }) => body.toString())).size).toBe(3)
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'equal requests of two scopes are sent once, and both follow the answer live',
    run: async ({ provider, createClient, open }) => {
      const gate = createGate()
      provider.script(streamed(1, gate))
      const { tape, close } = await open('record')
      const clients = await Promise.all(
        ['first', 'second'].map(async (name) =>
          createClient(tape.scope(name), provider.url, { retries: 0 }),
        ),
      )

      const answers = await Promise.all(clients.map((client) => client.send(askStream())))
      const bodies = Promise.all(
        answers.map(async ({ body }) => {
          let text = ''
          for await (const read of body) {
            text += Buffer.from(read).toString()
            if (text.includes('"content":"#1 "')) gate.open()
          }
          return text
        }),
      )

      const [first, second] = await bodies
      expect(first).toMatch(/"content":"b".*data: \[DONE\]\n\n$/s)
      expect(second).toBe(first)
      expect(provider.requests).toHaveLength(1)
      await close()
      for (const client of clients) await client.close?.()
    },
  },
]

function numbered(n: number): Answer {
  return json(chatCompletion({ ids: createIds(n), content: [`#${n}`] }))
}

/** A chat stream that waits at a gate after its first text. */
function streamed(n: number, gate: Gate | undefined): Answer {
  const chunks = chatChunks({ ids: createIds(n), content: [`#${n} `, 'a', 'b'] })
  const [role, text, ...rest] = chunks.map((data) => ({ data }))
  const waiting = gate === undefined ? [] : [gate]
  const begin = [role, text].flatMap((event) => event ?? [])
  return sse([...begin, ...waiting, ...rest, { data: '[DONE]' }])
}

function binary(body: Buffer): AdapterRequest {
  const headers = { 'content-type': 'application/octet-stream' }
  return { method: 'POST', path: '/v1/rows', headers, body }
}

function upload(boundary: string): AdapterRequest {
  return {
    method: 'POST',
    path: '/v1/files',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: formOf(boundary),
  }
}

function formOf(boundary: string): Buffer {
  const head = (parameters: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${parameters}\r\n`
  return Buffer.concat([
    Buffer.from(`${head('name="purpose"')}\r\nbatch\r\n`),
    Buffer.from(`${head('name="file"; filename="a.bin"')}content-type: audio/wav\r\n\r\n`),
    Buffer.from([0, 1, 2, 253, 254, 255, 13, 10, 45, 45]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}

async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  const middle = Math.floor(bytes.length / 2)
  yield bytes.subarray(0, middle)
  await new Promise((resolve) => setTimeout(resolve, 5))
  yield bytes.subarray(middle)
}
