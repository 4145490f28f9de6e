import { chatStream, json, sse } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const request = { model: 'gpt-3.5-turbo-instruct', prompt: 'The Latin name of the Sun is' }

function completion(text: string, finishReason: string | null): object {
  return {
    id: 'cmpl-8PzX3kQ1vB7nM5tR2yW9sL4dHc6fJ',
    object: 'text_completion',
    created: 1_780_000_001,
    model: request.model,
    choices: [{ text, index: 0, logprobs: null, finish_reason: finishReason }],
  }
}

test('a legacy completion, whole', async () => {
  fixture.provider.script(json(completion(' Sol.', 'stop')))

  const { recorded, replayed } = await recordAndReplay((client) =>
    client.completions.create(request),
  )

  expect(recorded).toMatchObject({ created: 0, choices: [{ text: ' Sol.' }] })
  expect(replayed).toEqual(recorded)
})

test('a legacy completion, streamed', async () => {
  const chunks = [completion(' So', null), completion('l.', null), completion('', 'stop')]
  fixture.provider.script(sse(chatStream(chunks)))

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const texts: string[] = []
    for await (const { choices } of await client.completions.create({ ...request, stream: true }))
      texts.push(choices[0]?.text ?? '')
    return texts
  })

  expect(recorded).toEqual([' So', 'l.', ''])
  expect(replayed).toEqual(recorded)
})
