import { expect, test } from 'vitest'
import { canonicalBody } from './canonical.test-fixture.ts'
import { recognised, request, see } from './exchange.test-fixture.ts'
import { gemini } from './gemini.ts'

const STUDIO = 'https://generativelanguage.googleapis.com'
const VERTEX = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1'
const GENERATE = request('POST', `${STUDIO}/v1beta/models/gemini-2.5-pro:generateContent`, {})
const STREAMING = request(
  'POST',
  `${STUDIO}/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse`,
  {},
)
const ARRAY = request('POST', `${VERTEX}/publishers/google/models/m:streamGenerateContent`, {})

test.each([
  [`${STUDIO}/v1beta/models/gemini-2.5-pro:generateContent`, 'generateContent', 'gemini-2.5-pro'],
  [`${STUDIO}/v1beta/models/gemini-2.5-pro%3AcountTokens`, 'countTokens', 'gemini-2.5-pro'],
  [`${VERTEX}/publishers/google/models/m:generateContent?%24alt=json`, 'generateContent', 'm'],
  ['http://localhost:8787/google/v1beta/models/m:embedContent', 'embedContent', 'm'],
  ['https://gateway.example/models/m:batchEmbedContents', 'batchEmbedContents', 'm'],
  [
    `${VERTEX}/publishers/google/models/text-embedding-004:predict`,
    'predict',
    'text-embedding-004',
  ],
  [`${STUDIO}/v1beta/tunedModels/mine:generateContent`, 'generateContent', 'tunedModels/mine'],
])('%s is %s of %s', (url, method, model) => {
  const { endpoint, ...recognition } = recognised(gemini, request('POST', url, {}))

  expect(endpoint.name).toBe(`/v1beta/models/{model}:${method}`)
  expect(recognition).toEqual({ model, streaming: false })
})

test('a stream is server-sent events or an array, as it was asked for', () => {
  expect(recognised(gemini, STREAMING)).toMatchObject({ model: 'gemini-2.5-pro', streaming: true })
  expect(recognised(gemini, STREAMING).endpoint.streamFraming ?? 'sse').toBe('sse')
  expect(recognised(gemini, ARRAY)).toMatchObject({
    model: 'm',
    streaming: true,
    endpoint: { streamFraming: 'json-array' },
  })
})

test('calls that OGX wrote down are known', () => {
  const body = { model: 'publishers/google/models/gemini-2.0-flash', contents: [], config: {} }

  expect(
    recognised(gemini, request('POST', 'vertexai:///generate_content_stream', body)),
  ).toMatchObject({ model: 'gemini-2.0-flash', streaming: true })
  expect(recognised(gemini, request('POST', 'vertexai:///generate_content', body))).toMatchObject({
    model: 'gemini-2.0-flash',
    streaming: false,
  })
})

test.each([
  ['POST', `${STUDIO}/v1beta/openai/chat/completions`],
  ['POST', `${STUDIO}/v1beta/models/m:doesNotExist`],
  ['POST', `${VERTEX}/publishers/anthropic/models/claude:rawPredict`],
  ['GET', 'https://api.openai.com/v1/models'],
  ['GET', 'https://api.openai.com/v1/files/file-1'],
  ['POST', 'https://api.openai.com/v1/batches'],
])('%s %s is not Gemini’s', (method, url) => {
  expect(gemini.recognise(request(method, url))).toBeUndefined()
})

test.each([
  ['GET', `${STUDIO}/v1beta/files/abc-1`, '/v1beta/files/{file}', ['abc-1']],
  [
    'GET',
    `${STUDIO}/v1beta/files/abc-1:download?alt=media`,
    '/v1beta/files/{file}:download',
    ['abc-1'],
  ],
  ['POST', `${STUDIO}/upload/v1beta/files?upload_id=A`, '/v1beta/files', []],
  ['GET', `${STUDIO}/v1/files/abc-1`, '/v1beta/files/{file}', ['abc-1']],
  ['PATCH', `${VERTEX}/cachedContents/7`, '/v1beta/cachedContents/{cachedContent}', ['7']],
  [
    'DELETE',
    'http://localhost:1/v1beta/cachedContents/7',
    '/v1beta/cachedContents/{cachedContent}',
    ['7'],
  ],
  [
    'POST',
    `${STUDIO}/upload/v1beta/fileSearchStores/s-1:uploadToFileSearchStore`,
    '/v1beta/fileSearchStores/{store}:uploadToFileSearchStore',
    ['s-1'],
  ],
  [
    'GET',
    `${STUDIO}/v1beta/fileSearchStores/s-1/operations/o-2`,
    '/v1beta/fileSearchStores/{store}/operations/{operation}',
    ['s-1', 'o-2'],
  ],
  ['GET', `${STUDIO}/v1beta/batches/b-1`, '/v1beta/batches/{batch}', ['b-1']],
])('%s %s is %s of %j, which Google keeps', (...[method, url, name, pathIds]) => {
  const recognition = recognised(gemini, request(method, url))

  expect(recognition.endpoint.name).toBe(name)
  expect([recognition.pathIds, recognition.endpoint.stateful]).toEqual([pathIds, true])
})

test('the list of models keeps nothing', () => {
  const list = recognised(gemini, request('GET', `${STUDIO}/v1beta/models?pageSize=5`))
  const one = recognised(gemini, request('GET', `${STUDIO}/v1beta/models/gemini-2.5-pro`))

  expect([list.model, list.endpoint.stateful]).toEqual([null, false])
  expect([one.model, one.pathIds, one.endpoint.stateful]).toEqual([
    'gemini-2.5-pro',
    undefined,
    false,
  ])
})

const CHUNKS = [
  {
    candidates: [
      {
        content: {
          parts: [
            { text: 'I call 8hd01vsf', thoughtSignature: 'CiQBjz1rX9vXzx2kuVvH' },
            { functionCall: { id: '8hd01vsf', name: 'weather', args: { id: 'order-1' } } },
            { executableCode: { id: 'h0mwtrhs', code: 'print(1)' } },
            { codeExecutionResult: { id: 'h0mwtrhs', output: '1' } },
          ],
        },
      },
    ],
    createTime: '2025-10-10T15:57:26.830111Z',
    responseId: 'iCUhao2zJ-LHjuMP1vvH2Qk',
  },
  { candidates: [{ finishReason: 'STOP' }], responseId: 'iCUhao2zJ-LHjuMP1vvH2Qk' },
]

const NORMALIZED = [
  {
    candidates: [
      {
        content: {
          parts: [
            { text: 'I call 8hd01vsf', thoughtSignature: 'CiQBjz1rX9vXzx2kuVvH' },
            { functionCall: { id: 'recaaaaaaaaaaaa_0', name: 'weather', args: { id: 'order-1' } } },
            { executableCode: { id: 'recaaaaaaaaaaaa_1', code: 'print(1)' } },
            { codeExecutionResult: { id: 'recaaaaaaaaaaaa_1', output: '1' } },
          ],
        },
      },
    ],
    createTime: '1970-01-01T00:00:00Z',
    responseId: 'rec-aaaaaaaaaaaa',
  },
  { candidates: [{ finishReason: 'STOP' }], responseId: 'rec-aaaaaaaaaaaa' },
]

test('chunks of an event stream are named, and the last has a reason', () => {
  const text = CHUNKS.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('')

  const seen = see(gemini, STREAMING, text)

  expect(seen.normalized).toEqual(NORMALIZED)
  expect(new Set(seen.types)).toEqual(new Set(['wiretape.gemini.GenerateContentResponse']))
  expect([seen.endsAt, seen.replayed]).toEqual([1, text])
})

test('so are the elements of an array', () => {
  const text = `[${CHUNKS.map((chunk) => JSON.stringify(chunk, null, 2)).join('\n,\r\n')}\n]\n`

  const seen = see(gemini, ARRAY, { text })

  expect(seen.normalized).toEqual(NORMALIZED)
  expect([seen.endsAt, seen.replayed]).toEqual([1, text])
})

test.each([
  [{ candidates: [{ finishReason: 1 }] }],
  [{ promptFeedback: { blockReason: 'SAFETY' } }],
  [{ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }],
])('%j ends a stream too', (chunk) => {
  expect(see(gemini, STREAMING, `data: ${JSON.stringify(chunk)}\n\n`).endsAt).toBe(0)
})

test('errors are errors, whole and in a stream', () => {
  const text = '{"error":{"code":400}}'

  expect(see(gemini, GENERATE, { text, status: 400 }).types).toEqual(['wiretape.gemini.error'])
  expect(see(gemini, ARRAY, { text: `[${text}]`, status: 400 }).types).toEqual([
    'wiretape.gemini.error',
  ])
})

test('what Google keeps goes by its name, its times don’t count', () => {
  const view = request('POST', `${STUDIO}/upload/v1beta/files?upload_id=A`)
  const file = { name: 'files/mwp1', createTime: '2026-08-19T14:34:22Z', expirationTime: 'x' }

  const seen = see(gemini, view, { text: JSON.stringify({ file }) })

  expect(seen.normalized).toEqual([
    {
      file: {
        name: 'files/mwp1',
        createTime: '1970-01-01T00:00:00Z',
        expirationTime: '2100-01-01T00:00:00Z',
      },
    },
  ])
  expect(seen.types).toEqual(['wiretape.gemini.File'])
})

test('ids of calls are free in both spellings, what Google keeps counts by its name', () => {
  const view = request('POST', `${STUDIO}/v1beta/models/m:generateContent`, {
    cachedContent: 'cachedContents/7',
    contents: [
      { parts: [{ functionCall: { id: '8hd01vsf', args: { id: '8hd01vsf' } } }] },
      { parts: [{ functionResponse: { id: '8hd01vsf' } }] },
      { parts: [{ function_call: { id: 'pyd_1' } }, { function_response: { id: 'pyd_1' } }] },
      { parts: [{ fileData: { fileUri: 'https://x/files/a' } }, { thoughtSignature: 'CiQB' }] },
    ],
    labels: { team: 'a' },
  })

  expect(canonicalBody(gemini, view)).toMatchObject({
    cachedContent: 'cachedContents/7',
    contents: [
      { parts: [{ functionCall: { id: '<id 1>', args: { id: '8hd01vsf' } } }] },
      { parts: [{ functionResponse: { id: '<id 1>' } }] },
      { parts: [{ function_call: { id: '<id 2>' } }, { function_response: { id: '<id 2>' } }] },
      { parts: [{ fileData: { fileUri: 'https://x/files/a' } }, {}] },
    ],
  })
  expect(canonicalBody(gemini, view)).not.toHaveProperty('labels')
})
