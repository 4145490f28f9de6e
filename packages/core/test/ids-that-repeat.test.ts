import { expect, test } from 'vitest'
import type { OutgoingRequest, WireRequest } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { type ScriptedAnswer, scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../src/tape/tape.ts'
import { ask, isolateTapes, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'

isolateTapes()

interface Completion {
  readonly choices: readonly [
    { readonly message: { readonly tool_calls: readonly [{ readonly id: string }] } },
  ]
}

const DONE = jsonAnswer({ choices: [{ message: { content: 'Sunny.' }, finish_reason: 'stop' }] })

function chat(...messages: readonly object[]): WireRequest {
  return jsonRequest('POST https://llm.example/v1/chat/completions', { model: 'm', messages })
}

function user(content: string): object {
  return { role: 'user', content }
}

/** An answer that calls a tool, as small servers give one. */
function calling(id: string): ScriptedAnswer {
  const call = { id, type: 'function', function: { name: 'f', arguments: '{}' } }
  const message = { role: 'assistant', content: null, tool_calls: [call] }
  return jsonAnswer({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }] })
}

/** A question, its call of a tool, and the tool's result. */
function resultOf(question: string, id: string): object[] {
  const tool_calls = [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }]
  return [
    user(question),
    { role: 'assistant', content: null, tool_calls },
    { role: 'tool', tool_call_id: id, content: '26 °C' },
  ]
}

async function callIn(tape: Tape, request: WireRequest, original: string): Promise<string> {
  const answer = (await ask(tape, request, scriptLive(calling(original)).live)) as Completion
  return answer.choices[0].message.tool_calls[0].id
}

function bodyOf({ body }: OutgoingRequest): unknown {
  return JSON.parse(Buffer.from(body ?? []).toString())
}

test.each(['call_0', 'D681PevKs', 'functions.get_weather:0', 'chatcmpl-tool-get_weather-12'])(
  '%s of two answers is named in each by that answer, in whatever order they come',
  async (original) => {
    const recorded: unknown[] = []
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const tape = createTape({ mode: 'record', recordings: createMemoryStore() })
      const names = new Map<string, string>()
      for (const question of order)
        names.set(question, await callIn(tape, chat(user(question)), original))
      await tape.close()
      recorded.push([names.get('a'), names.get('b')])
    }

    expect(recorded[1]).toEqual(recorded[0])
    expect(new Set(recorded[0] as string[]).size).toBe(2)
  },
)

test('a long id keeps the name of the answer that gave it first', async () => {
  const original = 'call_9pPvzXkq3wYbWz0YqkRm4T1s'
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })

  const first = await callIn(tape, chat(user('a')), original)
  const second = await callIn(tape, chat(user('b')), original)
  await tape.close()

  expect(second).toBe(first)
})

test('an id that an answer has again, of those that its request carries, keeps its name', async () => {
  const tape = createTape({ mode: 'record', recordings: createMemoryStore() })

  const first = await callIn(tape, chat(user('a')), 'call_0')
  const again = await callIn(tape, chat(...resultOf('a', first)), 'call_0')
  await tape.close()

  expect(again).toBe(first)
})

test('results of two calls with one id go out with it, and replay with the right answers', async () => {
  const recordings = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings })
  const ids = [
    await callIn(tape, chat(user('a')), 'call_0'),
    await callIn(tape, chat(user('b')), 'call_0'),
  ]
  const requests = ['a', 'b'].map((question, index) =>
    chat(...resultOf(question, ids[index] ?? '')),
  )
  const { live, sent } = scriptLive(DONE, DONE)
  for (const request of requests) await ask(tape, request, live)
  await tape.close()
  const replaying = createTape({ recordings })
  await ask(replaying, chat(user('b')), never)
  await ask(replaying, chat(user('a')), never)
  for (const request of requests) await ask(replaying, request, never)
  await replaying.close()

  expect(sent.map(bodyOf)).toEqual(
    ['a', 'b'].map((question) => ({ model: 'm', messages: resultOf(question, 'call_0') })),
  )
})

/** A tool's result alone: the call is in an earlier response. */
function output(call_id: string): WireRequest {
  return jsonRequest('POST https://api.openai.com/v1/responses', {
    model: 'm',
    input: [{ type: 'function_call_output', call_id, output: '26 °C' }],
  })
}

/** Asks these, each with a result for the call that it is answered with. */
async function converse(tape: Tape, questions: readonly string[]): Promise<void> {
  for (const question of questions) {
    await callIn(tape, chat(user(question)), 'call_0')
    const { live } = scriptLive(jsonAnswer({ id: 'resp_1', output: [] }))
    await ask(tape, output('call_0'), live)
  }
  await tape.close()
}

test('where a program sees the originals, an id counts as that of the latest answer that gave it', async () => {
  const recordings = createMemoryStore()
  const options = { recordings, normalize: false } as const
  await converse(createTape({ mode: 'record', ...options }), ['a', 'b'])

  const replaying = createTape(options)
  await converse(replaying, ['a', 'b'])

  expect(new Set(replaying.report().replayed.map(({ recording }) => recording)).size).toBe(4)
})
