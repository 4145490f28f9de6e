import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { string } from '../json/access.ts'
import { parseJson } from '../json/parse.ts'
import { ogxFileStem, ogxHash, ogxHashOf } from './ogx-rule.ts'

// Expected hashes are hashlib.sha256(json.dumps(x, sort_keys=True).encode()).hexdigest() of the x
// in the comment, expected texts are re.sub's, both by Python 3.11.

const body = `{"model": "m", "temperature": 0.123456, "max_tokens": 3,
  "messages": [{"role": "user", "content": "score: 0.75 café"}]}`

test('the seed recordings have the names that the rule gives', () => {
  const folder = new URL('../../../../recordings/seed/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))

  const stems = names.map((name) =>
    ogxFileStem(parseJson(readFileSync(new URL(name, folder), 'utf8'))),
  )

  expect(names.length).toBeGreaterThan(0)
  expect(stems.map((stem) => `${stem}.json`)).toEqual(names)
})

// normalized = {'model': 'm', 'temperature': 0.12346, 'max_tokens': 3,
//   'messages': [{'role': 'user', 'content': 'score: __NORMALIZED__ café'}]}
// {'body': normalized, 'endpoint': '/v1/v1/chat/completions', 'method': 'POST', 'test_id': 't'}
test('an inference is hashed by body, path, method and test', () => {
  const request = `{"method": "post", "url": "https://a.example/v1/v1/chat/completions?a=1"`
  const recording = parseJson(`{"test_id": "t", "request": ${request}, "body": ${body}}}`)

  const hash = ogxHash(recording)

  expect(hash).toBe('350a82effd1c6ef943f404ceaae92fc1f98a968fd33a8047582de4d869ca309b')
})

// the same with 'test_id': None
test.each(['', '"test_id": null, '])('without a test the id is null (%j)', (testId) => {
  const request = `{"method": "POST", "url": "https://a.example/v1/v1/chat/completions"`
  const recording = parseJson(`{${testId}"request": ${request}, "body": ${body}}}`)

  const hash = ogxHash(recording)

  expect(hash).toBe('8b7db404b891e04552374c4ac7c9690cd692b3ca32a5d106438bc6cc2b155842')
})

// {'body': normalized, 'endpoint': '/generate_content', 'method': 'POST', 'test_id': 't'}
test('a call of google-genai is hashed by the path of its made-up url', () => {
  const request = `{"method": "POST", "url": "vertexai:///generate_content", "body": ${body}}`
  const recording = parseJson(`{"test_id": "t", "request": ${request}}`)

  const hash = ogxHash(recording)

  expect(hash).toBe('fe4f00d7314601924c809eae4a9f485cdef7ed3fc327a6a581d5c38a0e7b2a26')
})

// {'method': 'POST', 'payload': normalized, 'test_id': 't',
//   'url': 'http://localhost:8321/v1/messages'}
test('a raw POST is hashed by its whole url and the test id of the request', () => {
  const request = `{"test_id": "t", "url": "http://localhost:8321/v1/messages", "method": "POST"`
  const recording = parseJson(`{"test_id": "u", "request": ${request}, "payload": ${body}}}`)

  const hash = ogxHash(recording)

  expect(hash).toBe('420f2cd1d80c5574bfe6ab33611c9ca801b1c738625518e8fe201f27fb954457')
})

// {'kwargs': {'query': 'score: 0.75', 'n': 1.0, 't': 0.123456}, 'provider': 'tavily',
//   'tool_name': 'web_search'}
test('a tool call is hashed as it stands', () => {
  const recording = parseJson(`{"test_id": "t", "request": {"test_id": "t", "provider": "tavily",
    "tool_name": "web_search", "kwargs": {"query": "score: 0.75", "n": 1.0, "t": 0.123456}}}`)

  const hash = ogxHash(recording)

  expect(hash).toBe('0ef58630a6e78f36853af4f08a7c5ac5ad7254395a8b185e049e724e1bdafc5e')
})

test.each(['{"request": {"api": "files", "file_id": "f"}}', '{}', '[]', '{"request": null}'])(
  'a recording without a request that OGX has a key for has no hash: %s',
  (text) => {
    const recording = parseJson(text)

    const hash = ogxHash(recording)

    expect(hash).toBeUndefined()
    expect(ogxFileStem(recording)).toBeUndefined()
  },
)

// {'body': {'extra_body': {'a': 1}, 'extra_query': {},
//   'nested': {'extra_body': {'project_id': 'p'}, 'stream_options': {}},
//   'list': [{'extra_body': {}, 'stream_options': {}}]},
//   'endpoint': '/v1/x', 'method': 'POST', 'test_id': 't'}
test('project ids go from roots and items of arrays, stream options from bedrock roots', () => {
  const url = 'https://bedrock.example.com/v1/x;y'
  const node = parseJson(`{"extra_body": {"project_id": "p", "a": 1},
    "extra_query": {"project_id": "p"},
    "nested": {"extra_body": {"project_id": "p"}, "stream_options": {}},
    "list": [{"extra_body": {"project_id": "p"}, "stream_options": {}}],
    "stream_options": {"include_usage": true}}`)

  const hash = ogxHashOf({ method: 'POST', url, body: node, testId: 't' })

  expect(hash).toBe('78a46c2522d992f3b9bf302b3b3380df7e1ba4230a3eeeef9c9001d3e24b09a3')
})

test('stream options count where the host is no bedrock, and for a raw POST to one', () => {
  const plain = parseJson('{}')
  const optioned = parseJson('{"stream_options": {}}')
  const url = 'https://bedrock.example.com/v1/x'
  const request = { method: 'POST', url, body: plain, testId: 't' }
  const elsewhere = { ...request, url: 'https://a.example/bedrock' }
  const raw = { ...request, shape: 'http' } as const

  expect(ogxHashOf({ ...request, body: optioned })).toBe(ogxHashOf(request))
  expect(ogxHashOf({ ...elsewhere, body: optioned })).not.toBe(ogxHashOf(elsewhere))
  expect(ogxHashOf({ ...raw, body: optioned })).not.toBe(ogxHashOf(raw))
})

const uuid = '0f3c1f9e-1234-4abc-9def-0123456789ab'

test.each([
  ['score: 0.8234567, attributes: {a}x', 'score: __NORMALIZED__x'],
  ['score:\u00a0\u001c-1.5e-7x', 'score: __NORMALIZED__x'],
  ['score:\ufeff1', 'score:\ufeff1'],
  ['score: .5 score: 5.', 'score: __NORMALIZED__ score: __NORMALIZED__.'],
  ['score: +\u0663', 'score: __NORMALIZED__'],
  ['x ,\n attributes: {\n}y attributes:{', 'x y attributes:{'],
  ['a  attributes:{}, attributes: {}b', 'ab'],
  [`document_id: ${uuid} <|${uuid}|>`, 'document_id: __NORMALIZED__ <|__NORMALIZED__|>'],
  [`document_id: ${uuid.toUpperCase()}`, `document_id: ${uuid.toUpperCase()}`],
  ['3.14159265 2.7182 1.234 -0.00000001 12.0000', '3.14159 2.71820 1.234 -0.00000 12.00000'],
  ['0.015625 0.046875', '0.01562 0.04688'],
  ['1.23456.78901 5-1.23456', '1.23456.78901 5-1.23456'],
  ['\u0663.\u0661\u0664\u0661\u0665\u0669\u0662 \u{1d7d7}.\u{1d7d6}765', '3.14159 9.87650'],
  [`${'7'.repeat(400)}.0000`, 'inf'],
])('the text %j is normalised as by Python', (text, expected) => {
  const parts = { method: 'POST', url: 'https://a.example/v1/x', testId: null }

  const hash = ogxHashOf({ ...parts, body: string(text) })

  // No pattern matches an expected text so as to change it, hence it stands for itself.
  expect(hash).toBe(ogxHashOf({ ...parts, body: string(expected) }))
  expect(hash).not.toBe(ogxHashOf({ ...parts, body: string(`${expected}.`) }))
})

test('long runs of blanks and digits are normalised in linear time', () => {
  const text = `${' '.repeat(200_000)}x${'7'.repeat(200_000)}`
  const start = performance.now()

  ogxHashOf({ method: 'POST', url: 'https://a.example/', body: string(text), testId: null })

  expect(performance.now() - start).toBeLessThan(2000)
})

const models = ['b', 'a', 'b'].map((id) => `{"__data__": {"id": "${id}", "object": "model"}}`)

// {'body': {}, 'endpoint': path, 'method': 'GET'}, with 'test_id': 't' for the second;
// the digest is sha256(b'a|b')[:8]
test.each([
  ['/v1/models', 'models-fe6ec7355022a96382bc53857462b0dd784af5b4e7932d9e16bf4ab5514e8b35'],
  ['/v1/v1/models', 'models-b8698b6869304a21e0a8e4b8a92dd857179e5f2ed4b6930824278709eaf7fa54'],
])('a list of models at %s is named by hash and digest', (path, expected) => {
  const recording = parseJson(`{"test_id": "t", "request": {"method": "GET", "body": {},
    "url": "https://a.example${path}", "endpoint": "/v1/models"},
    "response": {"body": [${models.join(', ')}]}}`)

  const stem = ogxFileStem(recording)

  expect(stem).toBe(`${expected}-0eab8a0a`)
})

// {'body': {}, 'endpoint': '/api/tags', 'method': 'GET'}; sha256(b'x:1|y:1')[:8]
test('a list of Ollama is named by the model of each item', () => {
  const recording = parseJson(`{"test_id": "t", "request": {"method": "GET", "body": {},
    "url": "http://localhost:11434/api/tags", "endpoint": "/api/tags"},
    "response": {"body": {"__data__": {"models": [{"model": "y:1"}, {"model": "x:1"}]}}}}`)

  const stem = ogxFileStem(recording)

  expect(stem).toBe(
    'models-869b431df1103e803c9ab706f059b04f009dde116bb8a1951def16bf66d1fab4-64c36745',
  )
})

test.each(['null', '[{}]'])('a list of models without ids has no name: %s', (answer) => {
  const recording = parseJson(`{"request": {"method": "GET", "body": {},
    "url": "https://a.example/v1/models", "endpoint": "/v1/models"},
    "response": {"body": ${answer}}}`)

  expect(ogxFileStem(recording)).toBeUndefined()
})
