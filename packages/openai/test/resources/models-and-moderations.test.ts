import { json } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const model = { id: 'gpt-test', object: 'model', created: 1_687_882_411, owned_by: 'openai' }

test('models are listed and read, with the time at which they were made', async () => {
  fixture.provider.script(json({ object: 'list', data: [model] }), json(model))

  const { recorded, replayed } = await recordAndReplay(async ({ models }) => {
    const ids: string[] = []
    for await (const { id } of models.list()) ids.push(id)
    return { ids, read: await models.retrieve('gpt-test') }
  })

  expect(recorded).toEqual({ ids: ['gpt-test'], read: model })
  expect(replayed).toEqual(recorded)
})

test('a fine-tuned model is deleted', async () => {
  const id = 'ft:gpt-4o-mini:acme:suffix:abc123'
  fixture.provider.script(json({ id, object: 'model', deleted: true }))

  const { recorded, replayed } = await recordAndReplay(({ models }) => models.delete(id))

  expect(recorded).toMatchObject({ id, deleted: true })
  expect(replayed).toEqual(recorded)
})

test('a text is moderated', async () => {
  const results = [{ flagged: false, category_scores: { violence: 0.000012345678 } }]
  fixture.provider.script(
    json({ id: 'modr-9rTjVW6yDHXqKpLm3sB1nZaQ', model: 'omni-moderation-latest', results }),
  )

  const { recorded, replayed } = await recordAndReplay((client) =>
    client.moderations.create({ input: 'Sol' }),
  )

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^modr-rec[0-9a-f]{12}_0$/) as string,
    results,
  })
  expect(replayed).toEqual(recorded)
})
