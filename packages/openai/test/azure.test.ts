import type { Tape } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import { chatCompletion, createIds, embeddings, json } from '@wiretape/testkit'
import { AzureOpenAI } from 'openai'
import { expect, test } from 'vitest'
import { message, response } from './resources/responses.test-fixture.ts'
import { useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const apiVersion = '2024-10-21'
const messages = [{ role: 'user' as const, content: 'Sun?' }]

function connect(
  tape: Tape,
  options: ConstructorParameters<typeof AzureOpenAI>[0] = {},
): AzureOpenAI {
  const { url: endpoint } = fixture.provider
  return withTape(new AzureOpenAI({ endpoint, apiVersion, apiKey: 'azure-key', ...options }), tape)
}

function asked(): string[] {
  return fixture.provider.requests.map(({ url }) => url)
}

test('each resource goes to its deployment, named by the model where the client has none', async () => {
  fixture.provider.script(
    json(chatCompletion({ ids: createIds(1), content: ['Sol.'] })),
    json(embeddings({ input: 'Sol', encodingFormat: 'base64' })),
    json({ text: 'Sol.' }),
    json(response({ output: [message('Sol.')] })),
  )

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const chat = await client.chat.completions.create({ model: 'chat-dep', messages })
    const vector = await client.embeddings.create({ model: 'embed-dep', input: 'Sol' })
    const file = new File([Buffer.from([255, 0, 1])], 'a.wav')
    const heard = await client.audio.transcriptions.create({ model: 'audio-dep', file })
    const said = await client.responses.create({ model: 'chat-dep', input: 'Sun?' })
    return {
      chat: chat.choices[0]?.message.content,
      dimensions: vector.data[0]?.embedding.length,
      heard: heard.text,
      said: said.output_text,
    }
  }, connect)

  expect(recorded).toEqual({ chat: 'Sol.', dimensions: 8, heard: 'Sol.', said: 'Sol.' })
  expect(replayed).toEqual(recorded)
  expect(asked()).toEqual([
    `/openai/deployments/chat-dep/chat/completions?api-version=${apiVersion}`,
    `/openai/deployments/embed-dep/embeddings?api-version=${apiVersion}`,
    `/openai/deployments/audio-dep/audio/transcriptions?api-version=${apiVersion}`,
    `/openai/responses?api-version=${apiVersion}`,
  ])
})

test('a token of Entra ID is fetched while recording, and by nobody on replay', async () => {
  let tokens = 0
  const azureADTokenProvider = async (): Promise<string> => `token-${(tokens += 1)}`
  fixture.provider.script(json(chatCompletion({ ids: createIds(2), content: ['Sol.'] })))

  const { recorded, replayed } = await recordAndReplay(
    async (client) => {
      const answer = await client.chat.completions.create({ model: 'chat-dep', messages })
      return { isAzure: client instanceof AzureOpenAI, text: answer.choices[0]?.message.content }
    },
    (tape) => connect(tape, { apiKey: undefined, azureADTokenProvider }),
  )

  expect(recorded).toEqual({ isAzure: true, text: 'Sol.' })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[0]?.headers).toMatchObject({ authorization: 'Bearer token-1' })
  expect(tokens).toBe(1)
})
