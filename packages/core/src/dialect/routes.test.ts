import { expect, test } from 'vitest'
import { anthropicMessages } from './anthropic-messages.ts'
import type { Dialect } from './dialect.ts'
import { recognised, request } from './exchange.test-fixture.ts'
import { openaiAssistants } from './openai-assistants.ts'
import { openaiAudio } from './openai-audio.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiCompletions } from './openai-completions.ts'
import { openaiConversations } from './openai-conversations.ts'
import { openaiEmbeddings } from './openai-embeddings.ts'
import { openaiFiles } from './openai-files.ts'
import { openaiImages } from './openai-images.ts'
import { openaiModels } from './openai-models.ts'
import { openaiModerations } from './openai-moderations.ts'
import { openaiResponses } from './openai-responses.ts'

const DIALECTS: readonly Dialect[] = [
  anthropicMessages,
  openaiAssistants,
  openaiAudio,
  openaiChat,
  openaiCompletions,
  openaiConversations,
  openaiEmbeddings,
  openaiFiles,
  openaiImages,
  openaiModels,
  openaiModerations,
  openaiResponses,
]

const KNOWN: readonly (readonly [
  request: string,
  dialect: string,
  endpoint: string,
  ids?: readonly string[],
])[] = [
  ['POST https://api.openai.com/v1/chat/completions', 'openai-chat', '/v1/chat/completions'],
  ['POST https://x.example/openai/v1/v1/chat/completions', 'openai-chat', '/v1/chat/completions'],
  ['POST https://x.example/chat/completions/', 'openai-chat', '/v1/chat/completions'],
  [
    'POST https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=1',
    'openai-chat',
    '/v1/chat/completions',
  ],
  [
    'GET https://api.openai.com/v1/chat/completions/chatcmpl-1',
    'openai-chat',
    '/v1/chat/completions/{id}',
    ['chatcmpl-1'],
  ],
  [
    'DELETE https://api.openai.com/v1/chat/completions/chatcmpl-1',
    'openai-chat',
    '/v1/chat/completions/{id}',
    ['chatcmpl-1'],
  ],
  [
    'GET https://api.openai.com/v1/chat/completions/chatcmpl-1/messages',
    'openai-chat',
    '/v1/chat/completions/{id}/messages',
    ['chatcmpl-1'],
  ],
  ['POST https://api.mistral.ai/v1/agents/completions', 'openai-chat', '/v1/agents/completions'],
  ['POST https://api.mistral.ai/v1/fim/completions', 'openai-chat', '/v1/fim/completions'],
  [
    'POST https://api.portkey.ai/v1/prompts/pp-1/completions',
    'openai-chat',
    '/v1/prompts/{id}/completions',
    ['pp-1'],
  ],
  ['POST http://localhost:8000/v1/v1/completions', 'openai-completions', '/v1/completions'],
  [
    'POST https://x.openai.azure.com/openai/deployments/d/completions',
    'openai-completions',
    '/v1/completions',
  ],
  ['POST https://api.openai.com/v1/responses?beta=true', 'openai-responses', '/v1/responses'],
  ['POST https://x.openai.azure.com/openai/responses', 'openai-responses', '/v1/responses'],
  [
    'POST https://bedrock-mantle.us-east-1.api.aws/openai/v1/responses',
    'openai-responses',
    '/v1/responses',
  ],
  [
    'POST https://api.openai.com/v1/responses/input_tokens',
    'openai-responses',
    '/v1/responses/input_tokens',
  ],
  ['POST https://api.openai.com/v1/responses/compact', 'openai-responses', '/v1/responses/compact'],
  [
    'GET https://api.openai.com/v1/responses/resp_1?stream=true',
    'openai-responses',
    '/v1/responses/{id}',
    ['resp_1'],
  ],
  [
    'POST https://api.openai.com/v1/responses/resp_1/cancel',
    'openai-responses',
    '/v1/responses/{id}/cancel',
    ['resp_1'],
  ],
  [
    'GET https://api.openai.com/v1/responses/resp_1/input_items',
    'openai-responses',
    '/v1/responses/{id}/input_items',
    ['resp_1'],
  ],
  ['POST https://openrouter.ai/api/v1/embeddings', 'openai-embeddings', '/v1/embeddings'],
  ['POST https://api.openai.com/v1/moderations', 'openai-moderations', '/v1/moderations'],
  [
    'GET https://generativelanguage.googleapis.com/v1beta/openai/models',
    'openai-models',
    '/v1/models',
  ],
  ['POST https://x.example/ml/v1/v1/models', 'openai-models', '/v1/models'],
  ['GET http://localhost:8000/v1/models/meta-llama/Llama-3', 'openai-models', '/v1/models/{model}'],
  ['POST https://api.openai.com/v1/images/generations', 'openai-images', '/v1/images/generations'],
  [
    'POST https://x.openai.azure.com/openai/deployments/d/images/edits',
    'openai-images',
    '/v1/images/edits',
  ],
  ['POST https://api.openai.com/v1/audio/speech', 'openai-audio', '/v1/audio/speech'],
  [
    'POST https://api.openai.com/v1/audio/transcriptions',
    'openai-audio',
    '/v1/audio/transcriptions',
  ],
  ['POST https://api.openai.com/v1/files', 'openai-files', '/v1/files'],
  [
    'GET https://x.openai.azure.com/openai/files/file-1',
    'openai-files',
    '/v1/files/{id}',
    ['file-1'],
  ],
  [
    'GET https://api.openai.com/v1/files/file-1/content',
    'openai-files',
    '/v1/files/{id}/content',
    ['file-1'],
  ],
  [
    'POST https://api.openai.com/v1/uploads/upload_1/parts',
    'openai-files',
    '/v1/uploads/{id}/parts',
    ['upload_1'],
  ],
  [
    'POST https://api.openai.com/v1/batches/batch_1/cancel',
    'openai-files',
    '/v1/batches/{id}/cancel',
    ['batch_1'],
  ],
  [
    'GET https://api.openai.com/v1/vector_stores/vs_1/files/file-1',
    'openai-files',
    '/v1/vector_stores/{id}/files/{id}',
    ['vs_1', 'file-1'],
  ],
  [
    'GET https://api.openai.com/v1/containers/cntr_1/files/cfile_1/content',
    'openai-files',
    '/v1/containers/{id}/files/{id}/content',
    ['cntr_1', 'cfile_1'],
  ],
  [
    'GET https://api.openai.com/v1/fine_tuning/jobs/ftjob-1/events',
    'openai-files',
    '/v1/fine_tuning/jobs/{id}/events',
    ['ftjob-1'],
  ],
  ['POST https://api.openai.com/v1/conversations', 'openai-conversations', '/v1/conversations'],
  [
    'DELETE https://api.openai.com/v1/conversations/conv_1/items/msg_1',
    'openai-conversations',
    '/v1/conversations/{id}/items/{id}',
    ['conv_1', 'msg_1'],
  ],
  ['POST https://api.openai.com/v1/threads/runs', 'openai-assistants', '/v1/threads/runs'],
  [
    'POST https://api.openai.com/v1/threads/thread_1/messages',
    'openai-assistants',
    '/v1/threads/{id}/messages',
    ['thread_1'],
  ],
  [
    'POST https://x.openai.azure.com/openai/threads/thread_1/runs/run_1/submit_tool_outputs',
    'openai-assistants',
    '/v1/threads/{id}/runs/{id}/submit_tool_outputs',
    ['thread_1', 'run_1'],
  ],
  ['POST https://api.anthropic.com/v1/messages?beta=true', 'anthropic-messages', '/v1/messages'],
  ['POST https://gateway.example/anthropic/v1/messages', 'anthropic-messages', '/v1/messages'],
  [
    'POST https://gateway.example/v1/messages/count_tokens',
    'anthropic-messages',
    '/v1/messages/count_tokens',
  ],
  [
    'GET https://api.anthropic.com/v1/messages/batches/msgbatch_1/results',
    'anthropic-messages',
    '/v1/messages/batches/{id}/results',
    ['msgbatch_1'],
  ],
  ['GET https://api.anthropic.com/v1/models', 'anthropic-messages', '/v1/models'],
  [
    'DELETE https://api.anthropic.com/v1/files/file_1',
    'anthropic-messages',
    '/v1/files/{id}',
    ['file_1'],
  ],
]

function split(line: string): [method: string, url: string] {
  const [method = '', url = ''] = line.split(' ')
  return [method, url]
}

const ROWS = KNOWN.map(([line, dialect, endpoint, ids = []]) => ({ line, dialect, endpoint, ids }))

test.each(ROWS)('$line is known to one dialect', ({ line, dialect, endpoint, ids }) => {
  const view = request(...split(line))

  const knowing = DIALECTS.filter((candidate) => candidate.recognise(view) !== undefined)

  expect(knowing.map(({ name }) => name)).toEqual([dialect])
  const recognition = recognised(knowing[0] as Dialect, view)
  expect(recognition.endpoint.name).toBe(endpoint)
  expect(recognition.pathIds ?? []).toEqual(ids)
})

test.each([
  'GET https://api.openai.com/v1/chat/completions/a/b',
  'POST http://127.0.0.1:11434/api/embeddings',
  'POST https://api.writer.com/v1/completions',
  'GET https://generativelanguage.googleapis.com/v1beta/models',
  'POST https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
  'POST https://huggingface.co/api/models/thenlper/gte-large',
  'POST https://bedrock-runtime.us-east-1.amazonaws.com/model/x/invoke',
  'POST https://api.cohere.com/v2/chat',
  'POST https://x.example/files',
  'POST https://x.example/api/messages',
  'POST https://x.example/responses',
])('%s is known to none of them', (line) => {
  const view = request(...split(line))

  expect(DIALECTS.filter((dialect) => dialect.recognise(view) !== undefined)).toEqual([])
})

test('a path of plain words is known behind any prefix where the body tells', () => {
  const url = 'https://api.deepseek.com/responses'

  expect(openaiResponses.recognise(request('POST', url, { input: 'hi' }))).toBeDefined()
})

test.each(ROWS)('$line has one rule a path', ({ line }) => {
  const view = request(...split(line))
  const knowing = DIALECTS.find((dialect) => dialect.recognise(view) !== undefined) as Dialect
  const { ids, volatile, requestIds } = recognised(knowing, view).endpoint

  // Two rules would rewrite what the other has written.
  for (const fields of [[...ids, ...volatile], requestIds]) {
    const paths = fields.map(({ path }) => path)
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([])
  }
})

test('a deployment is the model where the body names none', () => {
  const view = request(
    'POST',
    'https://x.openai.azure.com/openai/deployments/gpt%204/chat/completions',
    { messages: [] },
  )

  expect(recognised(openaiChat, view).model).toBe('gpt 4')
})
