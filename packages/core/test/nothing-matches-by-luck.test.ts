import { expect, test } from 'vitest'
import type { WiretapeError } from '../src/errors/wiretape-error.ts'
import type { Difference } from '../src/request/differences.ts'
import { createTape } from '../src/tape/tape.ts'
import { type Conversation, type Edit, set } from './conversations/conversation.test-fixture.ts'
import { CONVERSATIONS } from './conversations/conversations.test-fixture.ts'
import { openaiChat } from './conversations/openai-chat.test-fixture.ts'
import { errorOf, isolateTapes, jsonRequest, never, recordedStore } from './tapes.test-fixture.ts'

isolateTapes()

function differencesOf({ details }: WiretapeError): readonly Difference[] {
  return (details['nearest'] as { differences: readonly Difference[] } | null)?.differences ?? []
}

/** The miss of a recorded request that was changed. */
async function missOf({ url, body, answer }: Conversation, edit: Edit): Promise<WiretapeError> {
  const line = `POST ${url}`
  const tape = createTape({ recordings: await recordedStore(jsonRequest(line, body), answer) })
  return errorOf(tape.handle(jsonRequest(line, edit(body)), never))
}

const CHANGES = CONVERSATIONS.flatMap(([dialect, conversation]) =>
  conversation.changes.map(
    ([what, edit, differsAt]) => [dialect, what, edit, differsAt, conversation] as const,
  ),
)

test.each(CHANGES)(
  '%s: %s makes it another request, and the miss says where',
  async (...[dialect, , edit, differsAt, conversation]) => {
    const miss = await missOf(conversation, edit)

    expect(miss).toMatchObject({ code: 'WT_RECORDING_NOT_FOUND', details: { dialect } })
    expect(differencesOf(miss)[0]?.path).toBe(differsAt)
    expect(miss.message).toContain(`\n  differs at ${differsAt}\n`)
  },
)

test.each(CONVERSATIONS)('%s: as it was recorded it is answered', async (_, conversation) => {
  const request = jsonRequest(`POST ${conversation.url}`, conversation.body)
  const tape = createTape({ recordings: await recordedStore(request, conversation.answer) })

  await expect(tape.handle(request, never)).resolves.toMatchObject({ status: 200 })
})

test('one bit of a picture that lies in a blob is seen, and shown where it is', async () => {
  const path = 'messages[1].content[1].image_url.url'
  const picture = `data:image/png;base64,${'iVBORw0KGgoA'.repeat(8192)}`
  const big = { ...openaiChat, body: set(path, `${picture}AAAA`)(openaiChat.body) }
  const request = jsonRequest(`POST ${big.url}`, big.body)
  const tape = createTape({ recordings: await recordedStore(request, big.answer) })

  const miss = await missOf(big, set(path, `${picture}AAAB`))

  expect(differencesOf(miss)).toEqual([
    {
      path: `body.${path}`,
      recorded: expect.stringMatching(/^….{40}A"$/) as string,
      asked: expect.stringMatching(/^….{40}B"$/) as string,
    },
  ])
  expect(Buffer.byteLength(miss.message)).toBeLessThan(2048)
  await expect(tape.handle(request, never)).resolves.toMatchObject({ status: 200 })
})
