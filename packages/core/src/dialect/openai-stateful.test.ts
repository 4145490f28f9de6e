import { expect, test } from 'vitest'
import { recognised, request, see } from './exchange.test-fixture.ts'
import { openaiAssistants } from './openai-assistants.ts'
import { openaiConversations } from './openai-conversations.ts'
import { openaiFiles } from './openai-files.ts'

const API = 'https://api.openai.com/v1'

test('a batch has its own id, those of its files, and an expiry that lies ahead', () => {
  const view = request('POST', `${API}/batches`, { input_file_id: 'file-1' })
  const body = JSON.stringify({
    id: 'batch_1',
    input_file_id: 'file-1',
    output_file_id: 'file-2',
    created_at: 1_780_000_000,
    expires_at: 1_780_086_400,
    metadata: { file_id: 'mine' },
  })

  const seen = see(openaiFiles, view, { text: body })

  expect(seen.normalized).toEqual([
    {
      id: 'batch_recaaaaaaaaaaaa_0',
      input_file_id: 'file-recaaaaaaaaaaaa_0',
      output_file_id: 'file-recaaaaaaaaaaaa_1',
      created_at: 0,
      expires_at: 4_102_444_800,
      metadata: { file_id: 'mine' },
    },
  ])
  expect(seen.types).toEqual(['wiretape.openai-files.batch'])
  expect(recognised(openaiFiles, view).endpoint.stateful).toBe(true)
})

test('what was uploaded is handed back as it was', () => {
  const view = request('GET', `${API}/files/file-1/content`)
  const body = '{"id":"file-1","created_at":5}'

  expect(see(openaiFiles, view, { text: body }).normalized).toEqual([JSON.parse(body)])
})

test('the items of a conversation are those of responses', () => {
  const view = request('POST', `${API}/conversations/conv_1/items`, {
    items: [{ type: 'function_call_output', call_id: 'call_1', output: 'x' }],
  })
  const body = JSON.stringify({
    object: 'list',
    data: [{ id: 'msg_1', content: [{ type: 'input_file', file_id: 'file-1' }] }],
    first_id: 'msg_1',
    last_id: 'msg_1',
  })

  const seen = see(openaiConversations, view, { text: body })

  expect(seen.normalized).toEqual([
    {
      object: 'list',
      data: [
        {
          id: 'msg_recaaaaaaaaaaaa_0',
          content: [{ type: 'input_file', file_id: 'file-recaaaaaaaaaaaa_0' }],
        },
      ],
      first_id: 'msg_recaaaaaaaaaaaa_0',
      last_id: 'msg_recaaaaaaaaaaaa_0',
    },
  ])
  expect(recognised(openaiConversations, view).endpoint.requestIds).toContainEqual({
    path: 'items[].call_id',
    role: 'link',
  })
})

const RUN = [
  [
    'thread.run.created',
    {
      id: 'run_1',
      object: 'thread.run',
      thread_id: 'thread_1',
      assistant_id: 'asst_1',
      expires_at: 9,
    },
  ],
  [
    'thread.run.step.delta',
    { id: 'step_1', delta: { step_details: { tool_calls: [{ index: 0, id: 'call_1' }] } } },
  ],
  ['thread.message.delta', { id: 'msg_1', delta: { content: [{ text: { value: 'run_1' } }] } }],
  ['thread.run.completed', { id: 'run_1', object: 'thread.run' }],
] as const

const RUN_STREAM = `${RUN.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('')}event: done\ndata: [DONE]\n\n`

test('the stream of a run has things of every kind, and ends when it is done', () => {
  const view = request('POST', `${API}/threads/thread_1/runs`, {
    assistant_id: 'asst_1',
    stream: true,
  })

  const seen = see(openaiAssistants, view, RUN_STREAM)

  expect(seen.normalized.slice(0, 3)).toEqual([
    {
      id: 'run_recaaaaaaaaaaaa_0',
      object: 'thread.run',
      thread_id: 'thread_recaaaaaaaaaaaa_0',
      assistant_id: 'asst_recaaaaaaaaaaaa_0',
      expires_at: 4_102_444_800,
    },
    {
      id: 'step_recaaaaaaaaaaaa_0',
      delta: { step_details: { tool_calls: [{ index: 0, id: 'call_recaaaaaaaaaaaa_0' }] } },
    },
    { id: 'msg_recaaaaaaaaaaaa_0', delta: { content: [{ text: { value: 'run_1' } }] } },
  ])
  expect(seen.endsAt).toBe(4)
})

test('the events of a run are named by their types', () => {
  const view = request('POST', `${API}/threads/runs`, { assistant_id: 'asst_1', stream: true })

  const seen = see(openaiAssistants, view, RUN_STREAM)

  expect(seen.types[0]).toBe('wiretape.openai-assistants.event.thread.run.created')
  expect(seen.replayed).toBe(RUN_STREAM)
  expect(seen.wire).toEqual({
    framing: 'sse',
    ending: 'complete',
    tail: 'event: done\ndata: [DONE]\n\n',
  })
})
