import { json } from '@wiretape/testkit'
import { expect, test } from 'vitest'
import { useTapeFixture } from '../tape-fixture.ts'
import { message, MESSAGE_ID, response } from './responses.test-fixture.ts'

const fixture = useTapeFixture()
const { recordAndReplay } = fixture

const ID = 'conv_68af4029f1e08193a0d1c2b3a4958677'
const conversation = { id: ID, object: 'conversation', created_at: 1_780_000_001, metadata: {} }

test('a conversation is made, spoken in, looked through, changed and deleted by its own id', async () => {
  const items = { object: 'list', data: [message('Sol.')], first_id: MESSAGE_ID }
  fixture.provider.script(
    json(conversation),
    json(response({ output: [message('Sol.')], conversation: { id: ID } })),
    json({ ...items, last_id: MESSAGE_ID, has_more: false }),
    json(message('Sol.')),
    json({ ...conversation, metadata: { star: 'yes' } }),
    json(conversation),
    json({ id: ID, object: 'conversation.deleted', deleted: true }),
  )

  const { recorded, replayed } = await recordAndReplay(async (client) => {
    const { id } = await client.conversations.create({ metadata: {} })
    const said = await client.responses.create({
      model: 'gpt-test',
      input: 'Sun?',
      conversation: id,
    })
    const { data } = await client.conversations.items.list(id)
    const itemId = data[0]?.type === 'message' ? data[0].id : ''
    const item = await client.conversations.items.retrieve(itemId, { conversation_id: id })
    const updated = await client.conversations.update(id, { metadata: { star: 'yes' } })
    await client.conversations.items.delete(itemId, { conversation_id: id })
    const deleted = await client.conversations.delete(id)
    return { id, said: said.output_text, itemId, item, updated, deleted }
  })

  expect(recorded).toMatchObject({
    id: expect.stringMatching(/^conv_rec[0-9a-f]{12}_0$/) as string,
    said: 'Sol.',
    itemId: expect.stringMatching(/^msg_rec[0-9a-f]{12}_0$/) as string,
    item: { id: recorded.itemId },
    updated: { id: recorded.id, metadata: { star: 'yes' } },
    deleted: { id: recorded.id, deleted: true },
  })
  expect(replayed).toEqual(recorded)
  expect(fixture.provider.requests[1]?.json()).toMatchObject({ conversation: ID })
  expect(fixture.provider.requests.slice(2).map(({ method, url }) => `${method} ${url}`)).toEqual([
    `GET /v1/conversations/${ID}/items`,
    `GET /v1/conversations/${ID}/items/${MESSAGE_ID}`,
    `POST /v1/conversations/${ID}`,
    `DELETE /v1/conversations/${ID}/items/${MESSAGE_ID}`,
    `DELETE /v1/conversations/${ID}`,
  ])
})
