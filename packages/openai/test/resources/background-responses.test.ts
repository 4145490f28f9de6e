import { json, sse } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'
import { message, response, RESPONSE_ID, textEvents } from './responses.test-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const request = { model: 'gpt-test', input: 'What is the Latin name of the Sun?', background: true }
const path = `/v1/responses/${RESPONSE_ID}`

function asked(): string[] {
  return fixture.provider.requests.map(({ method, url }) => `${method} ${url}`)
}

test('a response in the background is asked for until it is there, as often on replay', async () => {
  const pending = ['queued', 'queued', 'in_progress'].map((status) => json(response({ status })))
  fixture.provider.script(...pending, json(response({ output: [message('Sol.')] })))

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => {
    let answer = await responses.create(request)
    const states: unknown[] = [answer.status]
    while (answer.status === 'queued' || answer.status === 'in_progress') {
      answer = await responses.retrieve(answer.id)
      states.push(answer.status)
    }
    return { states, text: answer.output_text }
  })

  expect(recorded).toEqual({
    states: ['queued', 'queued', 'in_progress', 'completed'],
    text: 'Sol.',
  })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual(['POST /v1/responses', `GET ${path}`, `GET ${path}`, `GET ${path}`])
})

test('a response in the background is cancelled', async () => {
  fixture.provider.script(
    json(response({ status: 'in_progress' })),
    json(response({ status: 'cancelled' })),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => {
    const { id } = await responses.create(request)
    return responses.cancel(id)
  })

  expect(recorded.status).toBe('cancelled')
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual(['POST /v1/responses', `POST ${path}/cancel`])
})

test('a stream that was left is gone on with after the event that came last', async () => {
  const events = textEvents('So', 'l.')
  fixture.provider.script(sse(events), sse(events.slice(4)))

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => {
    let id = ''
    let last = -1
    for await (const event of await responses.create({ ...request, stream: true })) {
      last = event.sequence_number
      if (event.type === 'response.created') id = event.response.id
      if (last === 3) break
    }
    const rest: string[] = []
    for await (const { type } of await responses.retrieve(id, {
      stream: true,
      starting_after: last,
    }))
      rest.push(type)
    return rest
  })

  expect(recorded).toEqual([
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ])
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual(['POST /v1/responses', `GET ${path}?stream=true&starting_after=3`])
})

test('`responses.stream` of a response that exists gives what comes after, and the whole', async () => {
  const events = textEvents('So', 'l.')
  fixture.provider.script(json(response({ status: 'in_progress' })), sse(events))

  const { recorded, replayed } = await recordAndReplay(async ({ responses }) => {
    const { id } = await responses.create(request)
    const stream = responses.stream({ response_id: id, starting_after: 3 })
    const numbers: number[] = []
    stream.on('event', ({ sequence_number: number }) => void numbers.push(number))
    const { output_text: text } = await stream.finalResponse()
    return { numbers, text }
  })

  expect(recorded).toEqual({ numbers: [4, 5, 6, 7, 8], text: 'Sol.' })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual(['POST /v1/responses', `GET ${path}?stream=true`])
})
