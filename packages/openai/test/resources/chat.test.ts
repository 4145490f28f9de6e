import { chatChunks, chatCompletion, chatStream, createIds, json, sse } from '@wiretape/testkit'
import { zodResponseFormat } from 'openai/helpers/zod'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const request = {
  model: 'gpt-test',
  messages: [{ role: 'user' as const, content: 'What is the Latin name of the Sun?' }],
}
const Star = z.object({ name: z.string(), planets: z.number() })
const sun = ['{"name":"Sol",', '"planets":8}']

test('a whole answer, with its status and request id', async () => {
  const answer = chatCompletion({ ids: createIds(1), content: ['Sol.'] })
  fixture.provider.script(json(answer, { headers: { 'x-request-id': 'req_4f1d5c8b2a' } }))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const { data, response, request_id } = await client.chat.completions
      .create(request)
      .withResponse()
    return { data, status: response.status, request_id }
  })

  expect(recorded).toMatchObject({
    data: { object: 'chat.completion', choices: [{ message: { content: 'Sol.' } }] },
    status: 200,
    request_id: expect.stringMatching(/^req_rec[0-9a-f]{12}$/) as string,
  })
  expect(replayed).toEqual(recorded)
})

test('the `.stream()` helper gives its events, its snapshots and the final answer', async () => {
  const chunks = chatChunks({ ids: createIds(2), content: ['So', 'l.'], usage: true })
  fixture.provider.script(sse(chatStream(chunks)))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const stream = client.chat.completions.stream({
      ...request,
      stream_options: { include_usage: true },
    })
    const deltas: string[] = []
    stream.on('content.delta', ({ delta, snapshot }) => void deltas.push(`${delta}|${snapshot}`))
    return { final: await stream.finalChatCompletion(), deltas, usage: await stream.totalUsage() }
  })

  expect(recorded.deltas.filter((delta) => delta !== '|')).toEqual(['So|So', 'l.|Sol.'])
  expect(recorded.final.choices[0]?.message.content).toBe('Sol.')
  expect(recorded.usage.total_tokens).toBe(11)
  expect(replayed).toEqual(recorded)
})

test('a structured output is parsed by `parse`', async () => {
  fixture.provider.script(json(chatCompletion({ ids: createIds(3), content: sun })))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const response_format = zodResponseFormat(Star, 'star')
    const answer = await client.chat.completions.parse({ ...request, response_format })
    return answer.choices[0]?.message.parsed
  })

  expect(recorded).toEqual({ name: 'Sol', planets: 8 })
  expect(replayed).toEqual(recorded)
})

test('a structured output is parsed by the `.stream()` helper', async () => {
  fixture.provider.script(sse(chatStream(chatChunks({ ids: createIds(4), content: sun }))))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const response_format = zodResponseFormat(Star, 'star')
    const stream = client.chat.completions.stream({ ...request, response_format })
    return (await stream.finalChatCompletion()).choices[0]?.message.parsed
  })

  expect(recorded).toEqual({ name: 'Sol', planets: 8 })
  expect(replayed).toEqual(recorded)
})

test('a stream goes on as a readable stream, and is read back from it', async () => {
  const chunks = chatChunks({ ids: createIds(5), content: ['So', 'l.'] })
  fixture.provider.script(sse(chatStream(chunks)))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const stream = await client.chat.completions.create({ ...request, stream: true })
    return new Response(stream.toReadableStream()).text()
  })

  expect(recorded.trim().split('\n')).toHaveLength(chunks.length)
  expect(replayed).toBe(recorded)
})

test('a stored answer is listed, read with its messages, changed and deleted by its own id', async () => {
  const stored = chatCompletion({ ids: createIds(6), content: ['Sol.'] })
  const message = { ...stored.choices[0]?.message, id: `${stored.id}-0` }
  fixture.provider.script(
    json(stored),
    json(pageOf(stored)),
    json(pageOf(message)),
    json({ ...stored, metadata: { star: 'yes' } }),
    json({ object: 'chat.completion.deleted', id: stored.id, deleted: true }),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ chat }) => {
    const { id } = await chat.completions.create({ ...request, store: true })
    const listed = await chat.completions.list({ model: 'gpt-test' })
    const messages = await chat.completions.messages.list(id)
    const updated = await chat.completions.update(id, { metadata: { star: 'yes' } })
    const deleted = await chat.completions.delete(id)
    return { id, listed: listed.data, messages: messages.data, updated, deleted }
  })

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^rec-[0-9a-f]{12}$/) as string,
    listed: [{ id: recorded.id }],
    messages: [{ content: 'Sol.' }],
    updated: { id: recorded.id },
    deleted: { id: recorded.id, deleted: true },
  })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /v1/chat/completions',
    'GET /v1/chat/completions?model=gpt-test',
    `GET /v1/chat/completions/${stored.id}/messages`,
    `POST /v1/chat/completions/${stored.id}`,
    `DELETE /v1/chat/completions/${stored.id}`,
  ])
})

function pageOf(item: object): object {
  return { object: 'list', data: [item], has_more: false }
}
