import OpenAI, { AzureOpenAI } from 'openai'
import { expect, test } from 'vitest'
import { chatProvider, rateLimited } from '../src/index.ts'

const question = [{ role: 'user' as const, content: 'What is the sun called?' }]

test.each(['/v1', '/openai/v1', ''])(
  'chat is answered under %j, never the same twice',
  async (prefix) => {
    await using provider = await chatProvider()
    const client = new OpenAI({ apiKey: 'test', baseURL: provider.url + prefix })

    const first = await client.chat.completions.create({ model: 'm', messages: question })
    const second = await client.chat.completions.create({ model: 'm', messages: question })

    expect(first.model).toBe('m')
    expect(first.choices[0]?.message.content).toMatch(/^#1 Sól/)
    expect(second.choices[0]?.message.content).toMatch(/^#2 Sól/)
    expect(second.id).not.toBe(first.id)
  },
)

test('chat is streamed with usage and padding as asked', async () => {
  await using provider = await chatProvider()
  const client = new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1` })

  const runner = client.chat.completions.stream({
    model: 'm',
    messages: question,
    n: 2,
    stream_options: { include_usage: true },
  })
  const padding: unknown[] = []
  runner.on('chunk', (chunk) => padding.push('obfuscation' in chunk))
  const whole = await runner.finalChatCompletion()

  expect(whole.choices.map((choice) => choice.message.content)).toEqual([
    '#1 Sól — the sun ☀️, 太陽, l’été 👩‍🚀.',
    '1: #1 Sól — the sun ☀️, 太陽, l’été 👩‍🚀.',
  ])
  expect(whole.usage?.total_tokens).toBe(18)
  expect(padding).not.toContain(false)
})

test('a deployment of Azure is answered with its model', async () => {
  await using provider = await chatProvider({ gzip: true })
  const client = new AzureOpenAI({
    apiKey: 'test',
    endpoint: provider.url,
    apiVersion: '2024-10-21',
  })

  const completion = await client.chat.completions.create({ model: 'dep', messages: question })

  expect(provider.requests[0]?.url).toMatch(/^\/openai\/deployments\/dep\/chat\/completions\?api/)
  expect(completion.model).toBe('dep')
})

test('a reply of the test is answered, with tool calls', async () => {
  await using provider = await chatProvider({
    reply: (body, call) => ({
      content: [],
      toolCalls: [{ name: 'weather', arguments: { call, model: body['model'] } }],
    }),
  })
  const client = new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1` })

  const whole = await client.chat.completions
    .stream({ model: 'm', messages: question })
    .finalChatCompletion()

  const [call] = whole.choices[0]?.message.tool_calls ?? []
  expect(call).toMatchObject({ function: { name: 'weather', arguments: '{"call":1,"model":"m"}' } })
  expect(whole.choices[0]?.finish_reason).toBe('tool_calls')
})

test('ids differ from provider to provider, unless they share a seed', async () => {
  expect(await readId()).not.toBe(await readId())
  expect(await readId(4)).toBe(await readId(4))
})

test('embeddings, models and errors are answered as OpenAI does', async () => {
  await using provider = await chatProvider({ models: ['m'], gzip: true })
  const client = new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1` })

  const list = await client.embeddings.create({ model: 'e', input: ['a', 'b'], dimensions: 4 })
  const models = await client.models.list()
  const unknown = await fetch(`${provider.url}/v1/nothing`, { method: 'POST' })
  const damaged = await fetch(`${provider.url}/v1/chat/completions`, { method: 'POST', body: '{' })

  expect(list.data.map((item) => item.embedding.length)).toEqual([4, 4])
  expect(provider.requests[0]?.json()).toHaveProperty('encoding_format', 'base64')
  expect(models.data.map((model) => model.id)).toEqual(['m'])
  expect(unknown.status).toBe(404)
  expect(await unknown.json()).toMatchObject({
    error: { message: 'Invalid URL (POST /v1/nothing)', type: 'invalid_request_error' },
  })
  expect(unknown.headers.get('x-request-id')).toMatch(/^req_/)
  expect(damaged.status).toBe(400)
})

test('what is scripted goes before, and an SDK retries after the time it is told', async () => {
  await using provider = await chatProvider()
  provider.script(rateLimited({ retryAfterMs: 5 }))
  const client = new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1` })

  const completion = await client.chat.completions.create({ model: 'm', messages: question })

  expect(completion.choices[0]?.message.content).toMatch(/^#1 /)
  expect(provider.requests).toHaveLength(2)
})

async function readId(seed?: number): Promise<string> {
  await using provider = await chatProvider({ seed })
  const client = new OpenAI({ apiKey: 'test', baseURL: `${provider.url}/v1` })
  return (await client.chat.completions.create({ model: 'm', messages: question })).id
}
