import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestKey } from '../src/request/recording-key.ts'
import type { Conversation } from './conversations/conversation.test-fixture.ts'
import { CONVERSATIONS } from './conversations/conversations.test-fixture.ts'
import { anySpelling, renameIds, spell } from './spelling.test-fixture.ts'

function keyOf({ url }: Conversation, body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return requestKey({ method: 'POST', url, body: text }).hash
}

test.each(CONVERSATIONS)('%s: no spelling of a request changes its key', (_, conversation) => {
  const { body } = conversation
  const key = keyOf(conversation, body)

  fc.assert(
    fc.property(fc.gen(), (generator) => {
      expect(keyOf(conversation, spell(body, anySpelling(generator)))).toBe(key)
    }),
  )
})

test.each(CONVERSATIONS)('%s: no names of its ids change its key', (_, conversation) => {
  const { body, ids } = conversation
  const key = keyOf(conversation, body)
  const names = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), {
    minLength: ids.length,
    maxLength: ids.length,
  })

  fc.assert(
    fc.property(names, (given) => {
      const renamed = new Map(ids.map((id, index) => [id, given[index] ?? '']))

      expect(keyOf(conversation, renameIds(body, renamed))).toBe(key)
    }),
  )
})

test.each(CONVERSATIONS)('%s: two ids become one are another request', (_, conversation) => {
  const { body, ids } = conversation
  const key = keyOf(conversation, body)

  const merged = ids.flatMap((id) =>
    ids.filter((other) => other !== id).map((other) => renameIds(body, new Map([[id, other]]))),
  )

  expect(merged.map((other) => keyOf(conversation, other))).not.toContain(key)
})

test.each(CONVERSATIONS)('%s: no two of its changes have one key', (_, conversation) => {
  const { body, changes } = conversation

  const keys = [body, ...changes.map(([, edit]) => edit(body))].map((one) =>
    keyOf(conversation, one),
  )

  expect(new Set(keys).size).toBe(changes.length + 1)
})
