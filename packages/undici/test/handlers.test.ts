import { createGate, hangUp, json, stream } from '@wiretape/testkit'
import { createTapeDispatcher } from '@wiretape/undici'
import * as undici from 'undici'
import { expect, test } from 'vitest'
import { useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()

/** What a handler was called with, and how to steer its request. */
interface Heard {
  readonly calls: string[]
  /** Fulfilled by its last call. */
  readonly done: Promise<void>
  abort: (reason: Error) => void
  resume: () => void
}

interface Kind {
  readonly name: string
  /** Pauses at the head, or throws there, if told so. */
  readonly create: (heard: Heard & { finish: () => void }, atHead: () => boolean) => object
}

interface Controller {
  abort(reason: Error): void
  pause(): void
  resume(): void
}

type Headers = Record<string, string | string[]>

/** As undici 8 has its own: methods of a class, whose fields nobody else sees. */
class NewHandler {
  readonly #heard: Parameters<Kind['create']>[0]
  readonly #atHead: () => boolean

  constructor(...[heard, atHead]: Parameters<Kind['create']>) {
    this.#heard = heard
    this.#atHead = atHead
  }

  onRequestStart(controller: Controller): void {
    this.#heard.calls.push('start')
    this.#heard.abort = (reason) => controller.abort(reason)
    this.#heard.resume = () => controller.resume()
  }

  onResponseStart(...[controller, status, headers]: [Controller, number, Headers]): void {
    this.#heard.calls.push(`head ${status} ${String(headers['content-type'])}`)
    if (this.#atHead()) controller.pause()
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.#heard.calls.push(`data ${chunk.toString()}`)
  }

  onResponseEnd(): void {
    this.#heard.calls.push('end')
    this.#heard.finish()
  }

  onResponseError(_: Controller, error: Error): void {
    this.#heard.calls.push(`error ${error.message}`)
    this.#heard.finish()
  }
}

const oldKind: Kind['create'] = (heard, atHead) => ({
  onConnect: (abort: (reason: Error) => void) => {
    heard.calls.push('start')
    heard.abort = abort
  },
  onHeaders: (...[status, raw, resume]: [number, Buffer[], () => void]) => {
    const texts = raw.map((part) => part.toString('latin1'))
    const at = texts.findIndex((text) => text.toLowerCase() === 'content-type')
    heard.calls.push(`head ${status} ${texts[at + 1]}`)
    heard.resume = resume
    return !atHead()
  },
  onData: (chunk: Buffer) => {
    heard.calls.push(`data ${chunk.toString()}`)
    return true
  },
  onComplete: () => {
    heard.calls.push('end')
    heard.finish()
  },
  onError: (error: Error) => {
    heard.calls.push(`error ${error.message}`)
    heard.finish()
  },
})

const kinds: readonly Kind[] = [
  { name: 'a new handler', create: (...given) => new NewHandler(...given) },
  { name: 'an old handler', create: oldKind },
]

/** Dispatches a request with a handler of this kind. */
function dispatch(
  dispatcher: undici.Dispatcher,
  { create }: Kind,
  atHead: () => boolean = () => false,
): Heard {
  const heard = {
    calls: [] as string[],
    done: Promise.resolve(),
    finish: nothing,
    abort: nothing,
    resume: nothing,
  }
  heard.done = new Promise((resolve) => {
    heard.finish = resolve
  })
  const options = { origin: fixture.provider.url, path: '/v1/audio/speech', method: 'GET' as const }
  dispatcher.dispatch(options, create(heard, atHead))
  return heard
}

function nothing(): void {
  return undefined
}

const answer = stream(['one', 'two'], { headers: { 'content-type': 'audio/mpeg; of="é"' } })

/** Headers are bytes, and shown one by one. */
const HEAD = 'head 200 audio/mpeg; of="Ã©"'

test.each(kinds)('$name is called alike while recording and on replay', async (kind) => {
  fixture.provider.script(answer)
  const tape = fixture.tapeFor('record')
  const recorded = dispatch(createTapeDispatcher(tape), kind)
  await recorded.done
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const replayed = dispatch(createTapeDispatcher(replay), kind)
  await replayed.done
  await replay.close()

  expect(recorded.calls).toEqual(['start', HEAD, 'data one', 'data two', 'end'])
  expect(replayed.calls).toEqual(recorded.calls)
})

test.each(kinds)('$name is called for what passes', async (kind) => {
  fixture.provider.script(answer)
  const tape = fixture.tapeFor('replay', { passThrough: ['127.0.0.1'] })
  const passed = dispatch(createTapeDispatcher(tape), kind)
  await passed.done
  await tape.close()

  expect(passed.calls.slice(0, 2)).toEqual(['start', HEAD])
  expect(passed.calls.at(-1)).toBe('end')
})

test.each(kinds)('$name that pauses has no more until it resumes', async (kind) => {
  fixture.provider.script(answer)
  const tape = fixture.tapeFor('record')
  await dispatch(createTapeDispatcher(tape), kind).done
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const paused = await new Promise<Heard>((resolve) => {
    const heard = dispatch(createTapeDispatcher(replay), kind, () => {
      setTimeout(() => resolve(heard), 20)
      return true
    })
  })
  const before = [...paused.calls]
  paused.resume()
  await paused.done
  await replay.close()

  expect(before).toEqual(['start', HEAD])
  expect(paused.calls.slice(2)).toEqual(['data one', 'data two', 'end'])
})

test.each(kinds)('$name that aborts hears why, and nothing else', async (kind) => {
  const gate = createGate()
  fixture.provider.script(
    stream(['one', gate, 'two'], { headers: { 'content-type': 'audio/mpeg' } }),
  )
  const tape = fixture.tapeFor('record')
  const aborted = dispatch(createTapeDispatcher(tape), kind)
  await gate.reached
  aborted.abort(new Error('enough'))
  await aborted.done
  gate.open()
  await tape.close()

  expect(aborted.calls[0]).toBe('start')
  expect(aborted.calls.at(-1)).toBe('error enough')
  expect(aborted.calls).not.toContain('data two')
})

test.each(kinds)('$name that throws fails its request, and no other', async (kind) => {
  fixture.provider.script(answer, json({ ok: true }))
  const tape = fixture.tapeFor('record')
  const dispatcher = createTapeDispatcher(tape)
  const thrown = dispatch(dispatcher, kind, () => {
    throw new Error('no such head')
  })
  await thrown.done
  const next = dispatch(dispatcher, kind)
  await next.done
  await tape.close()

  expect(thrown.calls.at(-1)).toBe('error no such head')
  expect(next.calls.at(-1)).toBe('end')
})

test.each(kinds)('$name hears of a connection that breaks, on replay too', async (kind) => {
  fixture.provider.script(hangUp())
  const tape = fixture.tapeFor('record')
  const recorded = dispatch(createTapeDispatcher(tape), kind)
  await recorded.done
  await tape.close()
  const replay = fixture.tapeFor('replay')
  const replayed = dispatch(createTapeDispatcher(replay), kind)
  await replayed.done
  await replay.close()

  expect(recorded.calls).toEqual(['start', 'error other side closed'])
  expect(replayed.calls).toEqual(recorded.calls)
})
