import { Socket } from 'node:net'
import { expect, vi } from 'vitest'
import { json, sse } from '../answers.ts'
import { chatChunks, chatStream } from '../fixtures/chat-chunks.ts'
import { chatCompletion } from '../fixtures/chat-completion.ts'
import { createIds } from '../fixtures/ids.ts'
import { pause } from '../stream-part.ts'
import type { AdapterClient, AdapterRequest } from './adapter-client.ts'
import { type AdapterTest, askStream, askWhole } from './adapter-test.ts'
import { play } from './play.ts'

const content = ['Sol', '.']

/** What replay does without, and what recordings are kept free of. */
export const replayTests: readonly AdapterTest[] = [
  miss('whole', askWhole()),
  miss('streamed', askStream()),
  ...(['instant', 'recorded'] as const).map(fakeTimers),
  {
    title: 'a replay opens no socket',
    run: async ({ provider, record, replay }) => {
      const connect = vi.spyOn(Socket.prototype, 'connect')
      try {
        provider.script(sse(chatStream(chatChunks({ ids: createIds(22), content }))))
        await record(askStream())
        expect(connect).toHaveBeenCalled()
        connect.mockClear()

        await replay(askStream())

        expect(connect).not.toHaveBeenCalled()
      } finally {
        connect.mockRestore()
      }
    },
  },
  {
    title: 'no credential is written, and none is part of the request',
    run: async ({ provider, record, replay, readFiles }) => {
      const headers = { 'set-cookie': `session=${SECRETS.answer}`, 'x-request-id': 'req_1' }
      provider.script(json(chatCompletion({ ids: createIds(23), content }), { headers }))

      const recorded = await record(askWhole({ headers: credentials(SECRETS) }))
      const sent = provider.requests[0]?.headers
      const replayed = await replay(askWhole({ headers: credentials(OTHERS) }))

      expect(sent).toMatchObject(credentials(SECRETS))
      expect(replayed).toEqual(recorded)
      const files = [...(await readFiles())]
      expect(files.length).toBeGreaterThan(0)
      for (const [name, bytes] of files)
        for (const secret of Object.values(SECRETS)) {
          const place = `${name}: ${bytes.includes(secret)}, ${name.includes(secret)}`
          expect(place).toBe(`${name}: false, false`)
        }
    },
  },
]

const SECRETS = {
  bearer: 'sk-proj-Zr8vQ1nTq0aXkD3mW5yB7cE9',
  key: 'AIzaSyD4f6h8j0l2n4p6r8t0v2x4z6b8d0f2h4',
  token: 'FwoGZXIvYXdzEJr1t3v5x7z9b1d3f5h7j9',
  answer: 'c00kie-5f7h9j1l3n5p7r9t1v3x5z7b9d',
}

const OTHERS = { bearer: 'other-1', key: 'other-2', token: 'other-3', answer: 'other-4' }

function credentials({ bearer, key, token }: typeof SECRETS): Record<string, string> {
  return {
    'content-type': 'application/json',
    authorization: `Bearer ${bearer}`,
    'api-key': key,
    'x-api-key': key,
    'x-goog-api-key': key,
    'x-amz-security-token': token,
  }
}

/** What a client says of an error: it throws, or answers with an error status. */
async function saying(client: AdapterClient, request: AdapterRequest): Promise<string> {
  try {
    const { status, body } = await play(client, request)
    return status >= 400 ? body.toString() : `answered ${status}`
  } catch (error) {
    return (error as Error).message
  }
}

function miss(kind: string, request: AdapterRequest): AdapterTest {
  return {
    title: `a miss is one readable error, asked for once (${kind})`,
    run: async ({ provider, open }) => {
      const { tape, client, close } = await open('replay', { retries: 2 })

      const said = await saying(client, request)

      const message =
        'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-test)'
      expect(said).toContain(message)
      expect(tape.report().missed).toHaveLength(1)
      expect(provider.requests).toEqual([])
      await expect(close()).rejects.toMatchObject({ code: 'WT_RECORDING_NOT_FOUND' })
    },
  }
}

function fakeTimers(pace: 'instant' | 'recorded'): AdapterTest {
  return {
    title: `fake timers don’t stop a replay (pace: '${pace}')`,
    run: async ({ provider, record, replay }) => {
      const [first, ...rest] = chatChunks({ ids: createIds(21), content })
      const others = rest.map((data) => ({ data }))
      provider.script(sse([{ data: first }, pause(50), ...others, { data: '[DONE]' }]))
      const recorded = await record(askStream())
      await provider.close()

      vi.useFakeTimers()
      const replayed = await replay(askStream(), { pace }).finally(() => vi.useRealTimers())

      expect(replayed).toEqual(recorded)
    },
  }
}
