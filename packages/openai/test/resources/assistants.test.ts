// oxlint-disable typescript/no-deprecated -- OpenAI retires this API, and programs still speak it
import { json, sse } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const ASSISTANT_ID = 'asst_9rTjVW6yDHXqKpLm3sB1nZaQ'
const THREAD_ID = 'thread_9rTjVW6yDHXqKpLm3sB1nZaQ'
const RUN_ID = 'run_9rTjVW6yDHXqKpLm3sB1nZaQ'
const MESSAGE_ID = 'msg_9rTjVW6yDHXqKpLm3sB1nZaQ'
const CALL_ID = 'call_7Yq0vB2mXn4KpL8sT1wR6zDc'

const thread = { id: THREAD_ID, object: 'thread', created_at: 1_780_000_001, metadata: {} }
const run = {
  id: RUN_ID,
  object: 'thread.run',
  created_at: 1_780_000_001,
  thread_id: THREAD_ID,
  assistant_id: ASSISTANT_ID,
  status: 'queued',
}
const message = {
  id: MESSAGE_ID,
  object: 'thread.message',
  thread_id: THREAD_ID,
  run_id: RUN_ID,
  role: 'assistant',
  content: [],
}
const text = (value: string): object => ({ type: 'text', text: { value, annotations: [] } })

function asked(): string[] {
  return fixture.provider.requests.map(({ method, url }) => `${method} ${url.replace('/v1', '')}`)
}

test('a run is polled, given its tool’s result, and polled again', async () => {
  const call = { id: CALL_ID, type: 'function', function: { name: 'sun', arguments: '{}' } }
  const action = { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: [call] } }
  fixture.provider.script(
    json({ id: ASSISTANT_ID, object: 'assistant', model: 'gpt-test' }),
    json(thread),
    json(run),
    json({ ...run, status: 'requires_action', required_action: action }),
    json({ ...run, status: 'in_progress' }),
    json({ ...run, status: 'in_progress' }, { headers: { 'openai-poll-after-ms': '5' } }),
    json({ ...run, status: 'completed' }),
    json({ object: 'list', data: [{ ...message, content: [text('Sol.')] }], has_more: false }),
  )

  const { recorded, replayed } = await recordAndReplay(
    async ({ beta: { assistants, threads } }) => {
      const { id: assistant_id } = await assistants.create({ model: 'gpt-test' })
      const { id: thread_id } = await threads.create()
      const asking = await threads.runs.createAndPoll(thread_id, { assistant_id })
      const [{ id: tool_call_id } = { id: '' }] =
        asking.required_action?.submit_tool_outputs.tool_calls ?? []
      const tool_outputs = [{ tool_call_id, output: 'Sol' }]
      const done = await threads.runs.submitToolOutputsAndPoll(asking.id, {
        thread_id,
        tool_outputs,
      })
      const messages = await threads.messages.list(thread_id)
      return { tool_call_id, status: done.status, content: messages.data[0]?.content }
    },
  )

  expect(recorded).toMatchObject({
    tool_call_id: expect.stringMatching(/^call_rec[0-9a-f]{12}_0$/) as string,
    status: 'completed',
    content: [{ text: { value: 'Sol.' } }],
  })
  expect(replayed).toEqual(recorded)
  expect(asked().slice(2)).toEqual([
    `POST /threads/${THREAD_ID}/runs`,
    `GET /threads/${THREAD_ID}/runs/${RUN_ID}`,
    `POST /threads/${THREAD_ID}/runs/${RUN_ID}/submit_tool_outputs`,
    `GET /threads/${THREAD_ID}/runs/${RUN_ID}`,
    `GET /threads/${THREAD_ID}/runs/${RUN_ID}`,
    `GET /threads/${THREAD_ID}/messages`,
  ])
  expect(fixture.provider.requests[4]?.json()).toMatchObject({
    tool_outputs: [{ tool_call_id: CALL_ID }],
  })
})

test('a run is streamed by its helper', async () => {
  const delta = (value: string): object => ({
    id: MESSAGE_ID,
    object: 'thread.message.delta',
    delta: { content: [{ index: 0, ...text(value) }] },
  })
  const events: [string, object][] = [
    ['thread.run.created', run],
    ['thread.message.created', message],
    ['thread.message.delta', delta('So')],
    ['thread.message.delta', delta('l.')],
    ['thread.message.completed', { ...message, content: [text('Sol.')] }],
    ['thread.run.completed', { ...run, status: 'completed' }],
  ]
  fixture.provider.script(
    sse([...events.map(([event, data]) => ({ event, data })), { event: 'done', data: '[DONE]' }]),
  )

  const { recorded, replayed } = await recordAndReplay(async ({ beta: { threads } }) => {
    const stream = threads.runs.stream(THREAD_ID, { assistant_id: ASSISTANT_ID })
    const deltas: unknown[] = []
    stream.on('textDelta', ({ value }) => void deltas.push(value))
    const [said] = await stream.finalMessages()
    return { deltas, content: said?.content, status: (await stream.finalRun()).status }
  })

  expect(recorded).toMatchObject({
    deltas: ['So', 'l.'],
    content: [{ text: { value: 'Sol.' } }],
    status: 'completed',
  })
  expect(replayed).toEqual(recorded)
})
