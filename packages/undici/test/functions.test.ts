import { once } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import type { Tape } from '@wiretape/core'
import { createGate } from '@wiretape/testkit'
import { createTapeDispatcher, tapeInterceptor } from '@wiretape/undici'
import * as undici from 'undici'
import { expect, test } from 'vitest'
import { CHAT, chatAnswer, chatBody, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()

interface Asked {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
}

const init = {
  method: 'POST' as const,
  headers: { 'content-type': 'application/json' },
  body: chatBody(),
}

/** Every way of asking by undici. */
const ways: Record<string, (tape: Tape, url: string) => Promise<Asked>> = {
  "Node's fetch": async (tape, url) => {
    const dispatcher = createTapeDispatcher(tape)
    return asked(await fetch(url + CHAT, { ...init, dispatcher } as RequestInit))
  },
  'undici.fetch': async (tape, url) => {
    const response = await undici.fetch(url + CHAT, {
      ...init,
      dispatcher: createTapeDispatcher(tape),
    })
    return asked(response as unknown as Response)
  },
  'undici.request': async (tape, url) => {
    const { statusCode, body } = await undici.request(url + CHAT, {
      ...init,
      dispatcher: createTapeDispatcher(tape),
    })
    return { status: statusCode, body }
  },
  'undici.stream': async (tape, url) => {
    const body = new PassThrough()
    let status = 0
    const dispatcher = createTapeDispatcher(tape)
    const done = undici.stream(url + CHAT, { ...init, dispatcher }, (head) => {
      status = head.statusCode
      body.emit('head')
      return new Writable({
        write: (read, _, callback) => void body.write(read, callback),
        final: (callback) => void body.end(callback),
      })
    })
    done.catch((error: Error) => body.destroy(error))
    await once(body, 'head')
    return { status, body }
  },
  'undici.pipeline': async (tape, url) => {
    let status = 0
    const dispatcher = createTapeDispatcher(tape)
    const duplex = undici.pipeline(url + CHAT, { ...init, dispatcher }, (head) => {
      status = head.statusCode
      duplex.emit('head')
      return head.body
    })
    duplex.end(init.body)
    await once(duplex, 'head')
    return { status, body: duplex }
  },
  'an agent with the interceptor': async (tape, url) => {
    const dispatcher = new undici.Agent().compose(tapeInterceptor(tape))
    const { statusCode, body } = await undici.request(url + CHAT, { ...init, dispatcher })
    return { status: statusCode, body }
  },
  'a pool with the interceptor': async (tape, url) => {
    const pool = new undici.Pool(url).compose(tapeInterceptor(tape, { origin: url }))
    const { statusCode, body } = await pool.request({ ...init, path: CHAT })
    return { status: statusCode, body }
  },
}

function asked(response: Response): Asked {
  return { status: response.status, body: response.body ?? new Blob().stream() }
}

async function readAll(answer: Promise<Asked>): Promise<{ status: number; reads: string[] }> {
  const { status, body } = await answer
  const reads: string[] = []
  for await (const read of body) reads.push(Buffer.from(read).toString('hex'))
  return { status, reads }
}

test.each(Object.entries(ways))(
  '%s: recorded, then replayed with the provider closed, read by read',
  async (_, ask) => {
    fixture.provider.script(chatAnswer(1))
    const { url } = fixture.provider
    const recordingTape = fixture.tapeFor('record')
    const recorded = await readAll(ask(recordingTape, url))
    await recordingTape.close()
    await fixture.provider.close()

    const tape = fixture.tapeFor('replay')
    const replayed = await readAll(ask(tape, url))
    await tape.close()

    expect(recorded.status).toBe(200)
    expect(recorded.reads.length).toBeGreaterThan(3)
    expect(replayed).toEqual(recorded)
    expect(fixture.provider.requests).toHaveLength(1)
    expect(fixture.provider.requests[0]?.body.toString()).toBe(init.body)
    expect(Buffer.from(replayed.reads.join(''), 'hex').toString()).toMatch(/lo ☀️.*\[DONE\]\n\n$/s)
  },
)

test.each(Object.entries(ways))(
  '%s: while recording, the first text comes before the second is sent',
  async (_, ask) => {
    const gate = createGate()
    fixture.provider.script(chatAnswer(2, gate))
    const tape = fixture.tapeFor('record')
    const { body } = await ask(tape, fixture.provider.url)
    let text = ''
    for await (const read of body) {
      text += Buffer.from(read).toString()
      if (gate.isOpen || !text.includes('"Hel"')) continue
      expect(text).not.toContain('lo ☀️')
      gate.open()
    }
    await tape.close()

    expect(text).toContain('lo ☀️')
  },
)

test.each(Object.entries(ways))('%s: a miss is a 404 that says so', async (_, ask) => {
  const tape = fixture.tapeFor('replay')
  const { status, reads } = await readAll(ask(tape, fixture.provider.url))

  const body = JSON.parse(Buffer.from(reads.join(''), 'hex').toString()) as {
    error: { code: string; message: string }
  }
  expect(status).toBe(404)
  expect(body.error.code).toBe('WT_RECORDING_NOT_FOUND')
  await expect(tape.close()).rejects.toThrow(body.error.message)
  expect(fixture.provider.requests).toEqual([])
})

test('equal requests side by side are told apart by the order in which they began', async () => {
  fixture.provider.script(chatAnswer(3), chatAnswer(4), chatAnswer(5))
  const { url } = fixture.provider
  const { 'undici.request': ask = () => Promise.reject(new Error()) } = ways
  const recordingTape = fixture.tapeFor('record')
  const recorded = await Promise.all([1, 2, 3].map(() => readAll(ask(recordingTape, url))))
  await recordingTape.close()
  const tape = fixture.tapeFor('replay')
  const replayed = await Promise.all([1, 2, 3].map(() => readAll(ask(tape, url))))
  await tape.close()

  expect(new Set(recorded.map(({ reads }) => reads.join(''))).size).toBe(3)
  expect(replayed).toEqual(recorded)
})
