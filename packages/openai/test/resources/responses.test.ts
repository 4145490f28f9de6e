import { error, json, sse } from '@wiretape/testkit'
import { zodTextFormat } from 'openai/helpers/zod'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { useTapeFixture } from '../tape-fixture.ts'
import { message, MESSAGE_ID, response, RESPONSE_ID, textEvents } from './responses.test-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const request = { model: 'gpt-test', input: 'What is the Latin name of the Sun?' }
const Star = z.object({ name: z.string(), planets: z.number() })
const sun = '{"name":"Sol","planets":8}'

test('a whole response has its text', async () => {
  fixture.provider.script(json(response({ output: [message('Sol.')] })))

  const { recorded, replayed } = await recordAndReplay((client) => client.responses.create(request))

  expect(recorded).toMatchObject({ status: 'completed', output_text: 'Sol.', created_at: 0 })
  expect(replayed).toEqual(recorded)
})

test('a streamed response is the same events, in their order', async () => {
  fixture.provider.script(sse(textEvents('So', 'l.')))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const events: unknown[] = []
    for await (const event of await client.responses.create({ ...request, stream: true }))
      events.push(event)
    return events
  })

  expect(recorded).toHaveLength(9)
  expect(recorded.slice(3, 5)).toMatchObject([
    { type: 'response.output_text.delta', delta: 'So', sequence_number: 3 },
    { type: 'response.output_text.delta', delta: 'l.', sequence_number: 4 },
  ])
  expect(replayed).toEqual(recorded)
})

test('the `.stream()` helper gives its snapshots and the final response', async () => {
  fixture.provider.script(sse(textEvents('So', 'l.')))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const stream = client.responses.stream(request)
    const snapshots: string[] = []
    stream.on('response.output_text.delta', ({ snapshot }) => void snapshots.push(snapshot))
    const { output_text: text } = await stream.finalResponse()
    return { text, snapshots }
  })

  expect(recorded.snapshots).toEqual(['So', 'Sol.'])
  expect(replayed).toEqual(recorded)
})

test('a structured output is parsed, whole and streamed', async () => {
  fixture.provider.script(
    json(response({ output: [message(sun)] })),
    sse(textEvents('{"name":"Sol",', '"planets":8}')),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => {
    const structured = { ...request, text: { format: zodTextFormat(Star, 'star') } }
    const whole = await responses.parse(structured)
    const streamed = await responses.stream(structured).finalResponse()
    return [whole.output_parsed, streamed.output_parsed]
  })

  expect(recorded).toEqual([
    { name: 'Sol', planets: 8 },
    { name: 'Sol', planets: 8 },
  ])
  expect(replayed).toEqual(recorded)
})

test('a second turn goes to the provider with its own ids', async () => {
  const call = {
    id: 'fc_68af4031c0b48193a1d20c7b6f5e4d3c05438e46b5f69a3b',
    type: 'function_call',
    status: 'completed',
    call_id: 'call_7Yq0vB2mXn4KpL8sT1wR6zDc',
    name: 'weather',
    arguments: '{"city":"Rome"}',
  }
  fixture.provider.script(
    json(response({ output: [call] })),
    json(response({ id: `resp_${'1'.repeat(48)}`, output: [message('21 degrees.')] })),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => {
    const first = await responses.create(request)
    const [asked] = first.output
    if (asked?.type !== 'function_call') throw new TypeError('no function was called')
    const second = await responses.create({
      model: 'gpt-test',
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: asked.call_id, output: '21' }],
    })
    return { asked, text: second.output_text }
  })

  expect(recorded).toMatchObject({
    asked: { call_id: expect.stringMatching(/^call_rec[0-9a-f]{12}_0$/) as string },
    text: '21 degrees.',
  })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[1]?.json()).toMatchObject({
    previous_response_id: RESPONSE_ID,
    input: [{ call_id: call.call_id }],
  })
})

test('a kept response is read, its input listed page by page, and it is deleted', async () => {
  const second = 'msg_68af4030c1d48193b0b43b4c2a176a1a05438e46b5f69a3b'
  const page = { object: 'list', first_id: MESSAGE_ID, last_id: MESSAGE_ID }
  fixture.provider.script(
    json(response({ output: [message('Sol.')] })),
    json(response({ output: [message('Sol.')] })),
    json({ ...page, data: [inputItem(MESSAGE_ID)], has_more: true }),
    json({
      ...page,
      data: [inputItem(second)],
      first_id: second,
      last_id: second,
      has_more: false,
    }),
    json({ id: RESPONSE_ID, object: 'response', deleted: true }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => {
    const { id } = await responses.create(request)
    const again = await responses.retrieve(id)
    const items: string[] = []
    for await (const { id: itemId } of responses.inputItems.list(id)) items.push(itemId ?? '')
    await responses.delete(id)
    return { id, again, items }
  })

  expect(recorded.again).toMatchObject({ id: recorded.id, output_text: 'Sol.' })
  expect(new Set(recorded.items).size).toBe(2)
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /v1/responses',
    `GET /v1/responses/${RESPONSE_ID}`,
    `GET /v1/responses/${RESPONSE_ID}/input_items`,
    `GET /v1/responses/${RESPONSE_ID}/input_items?after=${MESSAGE_ID}`,
    `DELETE /v1/responses/${RESPONSE_ID}`,
  ])
})

test('input is counted and compacted', async () => {
  fixture.provider.script(
    json({ object: 'response.input_tokens', input_tokens: 11 }),
    json({ ...response(), object: 'response.compaction' }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => [
    await responses.inputTokens.count(request),
    await responses.compact({ model: 'gpt-5.1', input: request.input }),
  ])

  expect(recorded).toMatchObject([{ input_tokens: 11 }, { object: 'response.compaction' }])
  expect(replayed).toEqual(recorded)
})

test('an error of the provider is of the same class on replay', async () => {
  fixture.provider.script(error(422, 'The input has no text.'))

  const { recorded, replayed } = await recordAndReplay((client) =>
    client.responses.create(request).catch((reason: unknown) => reason as Error),
  )

  expect(recorded).toMatchObject({ message: '422 The input has no text.' })
  expect(replayed.constructor).toBe(recorded.constructor)
  expect(replayed).toMatchObject({ message: '422 The input has no text.' })
})

function inputItem(id: string): object {
  return { ...message('Sun?'), id, role: 'user' }
}
