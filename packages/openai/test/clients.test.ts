import type { Tape } from '@wiretape/core'
import { withTape } from '@wiretape/openai'
import { chatCompletion, chatProvider, createIds, json } from '@wiretape/testkit'
import { OpenAI } from 'openai'
import { expect, test } from 'vitest'
import { ask, collect, useTapeFixture } from './tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay, tapeFor, clientFor } = fixture

const request = { model: 'gpt-test', messages: [{ role: 'user' as const, content: 'Sun?' }] }

function options(): ConstructorParameters<typeof OpenAI>[0] {
  return { apiKey: 'sk-unused', baseURL: `${fixture.provider.url}/v1` }
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : String(input)
}

async function textOf(client: OpenAI): Promise<string | null | undefined> {
  return (await client.chat.completions.create(request)).choices[0]?.message.content
}

test('the `fetch` that a client was made with fetches its answers, and is not asked on replay', async () => {
  fixture.provider.script(json(chatCompletion({ ids: createIds(1), content: ['Sol.'] })))
  const fetched: string[] = []
  const connect = (tape: Tape): OpenAI =>
    withTape(
      new OpenAI({
        ...options(),
        fetch: (input, init) => {
          fetched.push(addressOf(input))
          return fetch(input, init)
        },
      }),
      tape,
    )

  const { recorded, replayed } = await recordAndReplay(textOf, connect)

  expect([recorded, replayed]).toEqual(['Sol.', 'Sol.'])
  expect(fetched).toEqual([`${fixture.provider.url}/v1/chat/completions`])
})

test('headers, query and fetch options of a client go out with what is recorded', async () => {
  fixture.provider.script(json(chatCompletion({ ids: createIds(2), content: ['Sol.'] })))
  const inits: (RequestInit | undefined)[] = []
  const connect = (tape: Tape): OpenAI =>
    withTape(
      new OpenAI({
        ...options(),
        organization: 'org-1',
        project: 'proj_1',
        defaultHeaders: { 'x-team': 'stars' },
        defaultQuery: { tag: 'a/b' },
        fetchOptions: { referrerPolicy: 'no-referrer' },
        fetch: (input, init) => {
          inits.push(init)
          return fetch(input, init)
        },
      }),
      tape,
    )

  const { recorded, replayed } = await recordAndReplay(textOf, connect)

  expect([recorded, replayed]).toEqual(['Sol.', 'Sol.'])
  expect(inits).toMatchObject([{ referrerPolicy: 'no-referrer' }])
  expect(fixture.provider.requests[0]).toMatchObject({
    url: '/v1/chat/completions?tag=a%2Fb',
    headers: {
      authorization: 'Bearer sk-unused',
      'openai-organization': 'org-1',
      'openai-project': 'proj_1',
      'x-team': 'stars',
    },
  })
})

test('a client derived from a taped one is taped, on the same tape', async () => {
  await using chat = await chatProvider({ seed: 41 })
  const tape = tapeFor('record')
  const derived = clientFor(tape, chat).withOptions({ timeout: 5000, maxRetries: 0 })
  const recorded = await collect(ask(derived))
  await tape.close()

  const replaying = tapeFor('replay')
  const replayed = await collect(ask(clientFor(replaying, chat).withOptions({ timeout: 5000 })))
  await replaying.close()

  expect(derived).toMatchObject({ timeout: 5000, maxRetries: 0 })
  expect(tape.report().recorded).toHaveLength(1)
  expect(replayed).toEqual(recorded)
  expect(chat.requests).toHaveLength(1)
})

test('a subclass stays one, and the client that was given stays as it was', async () => {
  class OwnClient extends OpenAI {
    readonly planet = 'Earth'
  }
  fixture.provider.script(
    json(chatCompletion({ ids: createIds(3), content: ['Sol.'] })),
    json(chatCompletion({ ids: createIds(4), content: ['Helios.'] })),
  )
  const own = new OwnClient(options())
  const tape = tapeFor('record')

  const taped = withTape(own, tape)
  const texts = [await textOf(taped), await textOf(own)]
  await tape.close()

  expect(taped).toBeInstanceOf(OwnClient)
  expect(taped.planet).toBe('Earth')
  expect(texts).toEqual(['Sol.', 'Helios.'])
  expect(tape.report().recorded).toHaveLength(1)
})

test('a key that is fetched before each request is fetched by nobody on replay', async () => {
  let keys = 0
  fixture.provider.script(json(chatCompletion({ ids: createIds(5), content: ['Sol.'] })))
  const connect = (tape: Tape): OpenAI =>
    withTape(new OpenAI({ ...options(), apiKey: async () => `sk-${(keys += 1)}` }), tape)

  const { recorded, replayed } = await recordAndReplay(textOf, connect)

  expect([recorded, replayed]).toEqual(['Sol.', 'Sol.'])
  expect(fixture.provider.requests[0]?.headers).toMatchObject({ authorization: 'Bearer sk-1' })
  expect(keys).toBe(1)
})

test('a workload’s identity is exchanged while recording, unrecorded, and by nobody on replay', async () => {
  let tokens = 0
  const exchanged: unknown[] = []
  fixture.provider.script(json(chatCompletion({ ids: createIds(6), content: ['Sol.'] })))
  const connect = (tape: Tape): OpenAI =>
    withTape(
      new OpenAI({
        baseURL: `${fixture.provider.url}/v1`,
        workloadIdentity: {
          identityProviderId: 'idp',
          serviceAccountId: 'account',
          provider: { tokenType: 'jwt', getToken: async () => `jwt-${(tokens += 1)}` },
        },
        fetch: async (input, init) => {
          if (!addressOf(input).startsWith('https://auth.openai.com/')) return fetch(input, init)
          exchanged.push(init?.body)
          return Response.json({ access_token: 'access-1', expires_in: 3600 })
        },
      }),
      tape,
    )

  const { recorded, replayed } = await recordAndReplay(textOf, connect)

  expect([recorded, replayed]).toEqual(['Sol.', 'Sol.'])
  expect(exchanged).toEqual([expect.stringContaining('"subject_token":"jwt-1"')])
  expect(fixture.provider.requests[0]?.headers).toMatchObject({ authorization: 'Bearer access-1' })
  expect(tokens).toBe(1)
})
