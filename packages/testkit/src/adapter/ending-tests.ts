import { expect } from 'vitest'
import { json, type ResponseAnswer, sse, stream } from '../answers.ts'
import { chatChunks } from '../fixtures/chat-chunks.ts'
import { chatCompletion } from '../fixtures/chat-completion.ts'
import { createIds } from '../fixtures/ids.ts'
import { createGate } from '../gate.ts'
import { hangUp, pause, stall, type StreamPart } from '../stream-part.ts'
import type { AdapterAnswer } from './adapter-client.ts'
import { type AdapterTest, askStream, askWhole } from './adapter-test.ts'
import { failureOf, play, readAnswer, readFirst, readRest } from './play.ts'

/** How answers end, and how callers leave them. */
export const endingTests: readonly AdapterTest[] = [
  ...(['record', 'replay'] as const).map(abortBefore),
  {
    title: 'an abort while the answer is awaited fails at once, and counts nothing',
    run: async ({ provider, open, replay }) => {
      const gate = createGate()
      provider.script(async () => {
        await gate.pass()
        return stall()
      }, whole(2))
      const { client, close } = await open('record')
      const controller = new AbortController()

      const waiting = failureOf(client.send(askWhole({ signal: controller.signal })))
      await gate.reached
      controller.abort()
      expect(await waiting).toBeDefined()
      gate.open()
      const recorded = await play(client, askWhole())
      await close()

      expect(recorded.body.toString()).toContain('#2')
      expect(await replay(askWhole())).toEqual(recorded)
    },
  },
  {
    title: 'an abort in the middle of an answer ends its reading, and the recording is completed',
    run: async ({ provider, open, replay }) => {
      const gate = createGate()
      provider.script(halves([gate]))
      const { client, close } = await open('record')
      const controller = new AbortController()
      const { reads } = await begin(client.send(askStream({ signal: controller.signal })))

      const rest = readRest(reads).catch(() => 'failed')
      controller.abort()

      expect(await rest).not.toContain('[DONE]')
      expect(gate.isOpen).toBe(false)
      gate.open()
      await close()
      const replayed = await replay(askStream())
      expect(replayed.body.toString()).toMatch(/"content":"lo".*data: \[DONE\]\n\n$/s)
    },
  },
  ...(['record', 'replay'] as const).map(abortFails),
  {
    title: 'an abort after the end changes nothing',
    run: async ({ provider, record, replay }) => {
      provider.script(halves())
      const controller = new AbortController()

      const recorded = await record(askStream({ signal: controller.signal }))
      controller.abort()
      const late = new AbortController()
      const replayed = await replay(askStream({ signal: late.signal }))
      late.abort()

      expect(recorded.body.toString()).toMatch(/data: \[DONE\]\n\n$/)
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'a caller that stops reading leaves a complete recording',
    run: async ({ provider, open, replay }) => {
      const gate = createGate()
      provider.script(halves([gate]))
      const { client, close } = await open('record')

      const { reads } = await begin(client.send(askStream()))
      await reads.return?.()
      gate.open()
      await close()

      const replayed = await replay(askStream())
      expect(replayed.body.toString()).toMatch(/"content":"lo".*data: \[DONE\]\n\n$/s)
    },
  },
  {
    title: 'a peer that cuts an answer does so on replay, with the same error',
    needs: 'broken-connections',
    run: async ({ provider, open }) => {
      provider.script(halves([hangUp()]))
      const endings = []
      for (const mode of ['record', 'replay'] as const) {
        const { client, close } = await open(mode)
        const { first, reads } = await begin(client.send(askStream()))
        endings.push({ first, failure: await failureOf(readRest(reads)) })
        await close()
        await provider.close()
      }

      const [recorded, replayed] = endings
      expect(recorded?.failure).toBeDefined()
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'a peer that hangs up before any answer does so on replay, with the same error',
    run: async ({ provider, open }) => {
      provider.script(hangUp())
      const failures = []
      for (const mode of ['record', 'replay'] as const) {
        const { client, close } = await open(mode)
        failures.push(await failureOf(client.send(askWhole())))
        await close()
        await provider.close()
      }

      const [recorded, replayed] = failures
      expect(recorded).toBeDefined()
      expect(replayed).toEqual(recorded)
    },
  },
  {
    title: 'a caller’s timeout ends a stalled answer; reading past it on replay is an error',
    run: async ({ provider, open }) => {
      provider.script(halves([stall()]))
      const recording = await open('record', { drain: 0 })
      const controller = new AbortController()
      const live = await begin(recording.client.send(askStream({ signal: controller.signal })))
      controller.abort(timeout())
      const rest = await readRest(live.reads).catch(() => 'failed')
      await recording.close()
      await provider.close()

      const { tape, client, close } = await open('replay')
      const { first, reads } = await begin(client.send(askStream()))
      const failure = await readRest(reads).catch((error: unknown) => error)
      tape.acknowledge(failure)

      expect(rest).not.toContain('[DONE]')
      expect(first).toBe(live.first)
      expect(String(failure)).toContain('WT_RECORDING_INCOMPLETE')
      await close()
    },
  },
  {
    title: 'a caller’s timeout holds on replay at the recorded pace',
    run: async ({ provider, open, record }) => {
      provider.script(halves([pause(900)]))
      await record(askStream())
      await provider.close()
      const { client, close } = await open('replay', { pace: 'recorded' })
      const controller = new AbortController()

      const { reads } = await begin(client.send(askStream({ signal: controller.signal })))
      controller.abort(timeout())
      const rest = await readRest(reads).catch(() => 'failed')

      expect(rest).not.toContain('[DONE]')
      await close()
    },
  },
  {
    title: 'what a slow caller has not read is not fetched yet, and is there when it reads on',
    needs: 'back-pressure',
    run: async ({ provider, open, replay }) => {
      const piece = Buffer.alloc(256 * 1024, 'x')
      const gates = Array.from({ length: 96 }, createGate)
      for (const gate of gates) gate.open()
      const headers = { 'content-type': 'application/octet-stream' }
      provider.script(
        stream(
          gates.flatMap((gate) => [piece, gate]),
          { headers },
        ),
      )
      const request = askWhole({ path: '/v1/audio/speech' })
      let passed = 0
      for (const gate of gates) void gate.reached.then(() => (passed += 1))
      const { client, close } = await open('record')

      const answer = await client.send(request)
      const reads = answer.body[Symbol.asyncIterator]()
      await reads.next()
      const stoppedAt = await settled(() => passed)
      const rest = await readAnswer({ ...answer, body: { [Symbol.asyncIterator]: () => reads } })
      await close()
      const replayed = await replay(request)

      expect(stoppedAt).toBeLessThan(gates.length)
      expect(rest.body.length).toBeGreaterThan(gates.length * piece.length * 0.9)
      expect(replayed.body.length).toBe(gates.length * piece.length)
    },
  },
]

function whole(n: number): ResponseAnswer {
  return json(chatCompletion({ ids: createIds(n), content: [`#${n}`] }))
}

/** As `AbortSignal.timeout` has it, but at a time that the test chooses. */
function timeout(): DOMException {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError')
}

/** A chat stream with something after its first text. */
function halves(middle: readonly StreamPart[] = []): ResponseAnswer {
  const chunks = chatChunks({ ids: createIds(11), content: ['Hel', 'lo'] })
  const events = chunks.map((data) => ({ data }))
  return sse([...events.slice(0, 2), ...middle, ...events.slice(2), { data: '[DONE]' }])
}

interface Begun {
  readonly first: string
  readonly reads: AsyncIterator<Uint8Array>
}

/** Reads until the first text has come. */
async function begin(answer: Promise<AdapterAnswer>): Promise<Begun> {
  const reads = (await answer).body[Symbol.asyncIterator]()
  let first = ''
  while (!first.includes('"content":"Hel"')) {
    const read = await readFirst(reads)
    if (read === '') throw new Error(`The answer ended after ${JSON.stringify(first)}`)
    first += read
  }
  return { first, reads }
}

/** A number, once it has not changed for a while. */
async function settled(count: () => number): Promise<number> {
  for (let last = -1; last !== count();) {
    last = count()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return count()
}

function abortBefore(mode: 'record' | 'replay'): AdapterTest {
  return {
    title: `mode ${mode}: an abort before the request sends and counts nothing`,
    run: async ({ provider, open }) => {
      provider.script(whole(1))
      const { client, close } = await open('record')
      await play(client, askWhole())
      await close()
      const opened = await open(mode)

      const early = await failureOf(opened.client.send(askWhole({ signal: AbortSignal.abort() })))

      expect(early).toBeDefined()
      expect(provider.requests).toHaveLength(1)
      const { missed, replayed } = opened.tape.report()
      expect({ missed, replayed }).toEqual({ missed: [], replayed: [] })
      await opened.close()
    },
  }
}

function abortFails(mode: 'record' | 'replay'): AdapterTest {
  return {
    title: `mode ${mode}: an abort in the middle of an answer fails its reading`,
    needs: 'abort-errors',
    run: async ({ provider, open, record }) => {
      const gate = createGate()
      if (mode === 'record') provider.script(halves([gate]))
      else {
        provider.script(halves())
        await record(askStream())
      }
      const { client, close } = await open(mode)
      const controller = new AbortController()
      const { reads } = await begin(client.send(askStream({ signal: controller.signal })))

      controller.abort()
      const failure = await failureOf(readRest(reads))
      gate.open()
      await close()

      expect(failure).toBeDefined()
    },
  }
}
