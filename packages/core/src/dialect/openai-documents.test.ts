import { expect, test } from 'vitest'
import { parseJson } from '../json/parse.ts'
import { printJson } from '../json/print.ts'
import { recognised, request, see, typedEvents } from './exchange.test-fixture.ts'
import { openaiAudio } from './openai-audio.ts'
import { openaiEmbeddings } from './openai-embeddings.ts'
import { openaiImages } from './openai-images.ts'
import { openaiModels } from './openai-models.ts'
import { openaiModerations } from './openai-moderations.ts'

const API = 'https://api.openai.com/v1'

test('embeddings keep every digit, and lose the id that some servers give them', () => {
  const view = request('POST', `${API}/embeddings`, { model: 'm', input: 'a' })
  const body = '{"id":"embd-8a98","created":63398,"data":[{"embedding":[-0.02,1.0,1e-7]}]}'

  const seen = see(openaiEmbeddings, view, { text: body })

  expect(seen.types).toEqual(['openai.types.create_embedding_response.CreateEmbeddingResponse'])
  expect(seen.normalized).toMatchObject([{ id: 'rec-aaaaaaaaaaaa', created: 0 }])
  expect(seen.replayed).toBe(body)
})

test('a moderation has an id of its own kind', () => {
  const view = request('POST', `${API}/moderations`, { input: 'a' })

  expect(see(openaiModerations, view, { text: '{"id":"modr-1"}' }).normalized).toEqual([
    { id: 'modr-recaaaaaaaaaaaa_0' },
  ])
})

test('a list of models is left as it is: a name is no id', () => {
  const view = request('GET', `${API}/models`)
  const body = '{"object":"list","data":[{"id":"gpt-5","object":"model","created":1780000000}]}'

  const seen = see(openaiModels, view, { text: body })

  expect(seen.normalized).toEqual([JSON.parse(body)])
  expect(seen.replayed).toBe(body)
})

test('the models that OGX kept one by one stand in a list on the wire', () => {
  const { endpoint } = recognised(
    openaiModels,
    request('POST', 'http://localhost:8000/v1/v1/models'),
  )
  const kept = parseJson('[{"__type__":"openai.types.model.Model","__data__":{"id":"m"}}]')

  const sent = endpoint.wrap?.(kept)

  expect(sent && printJson(sent)).toBe('{"object":"list","data":[{"id":"m"}]}')
})

test('the model of a path keeps its slashes', () => {
  const view = request('DELETE', `${API}/models/ft%3Agpt/x`)

  expect(recognised(openaiModels, view)).toMatchObject({
    model: 'ft:gpt/x',
    endpoint: { stateful: true },
  })
})

test('a stream of an image ends when it is completed', () => {
  const view = request('POST', `${API}/images/generations`, { prompt: 'a', stream: true })
  const text = typedEvents([
    { type: 'image_generation.partial_image', b64_json: 'AA==', created_at: 1_780_000_000 },
    { type: 'image_generation.completed', b64_json: 'AAA=', created_at: 1_780_000_001 },
  ])

  const seen = see(openaiImages, view, text)

  expect(seen.endsAt).toBe(1)
  expect(seen.normalized[1]).toMatchObject({ created_at: 0 })
  expect(seen.replayed).toBe(text)
  expect(seen.wire).toEqual({ framing: 'sse', ending: 'complete' })
})

test('a stream of a transcription ends when its text is done', () => {
  const view = request('POST', `${API}/audio/transcriptions`)
  const text = [
    { type: 'transcript.text.delta', delta: 'I' },
    { type: 'transcript.text.done', text: 'I' },
  ]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .join('')

  const seen = see(openaiAudio, view, text)

  expect(seen.endsAt).toBe(1)
  expect(seen.replayed).toBe(text)
})

test('speech is a stream of events only in its sse format', () => {
  const events = request('POST', `${API}/audio/speech`, { stream_format: 'sse' })
  const bytes = request('POST', `${API}/audio/speech`, { stream_format: 'audio' })

  expect(recognised(openaiAudio, events).streaming).toBe(true)
  expect(recognised(openaiAudio, bytes).streaming).toBe(false)
})
