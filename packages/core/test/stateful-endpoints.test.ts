import { expect, test } from 'vitest'
import type { WireRequest } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { readText, scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape, type Tape } from '../src/tape/tape.ts'
import { ask, errorOf, isolateTapes, jsonAnswer, jsonRequest, never } from './tapes.test-fixture.ts'

isolateTapes()

const OPENAI = 'https://api.openai.com/v1'

/** Requests that make, change or delete something, each with an answer of the provider. */
const STATEFUL: readonly (readonly [WireRequest, object])[] = [
  [jsonRequest(`POST ${OPENAI}/files`, { purpose: 'batch' }), { id: 'file-9rTjVW6yDHXqKpLm' }],
  [jsonRequest(`DELETE ${OPENAI}/files/file-abc`), { id: 'file-abc', deleted: true }],
  [jsonRequest(`POST ${OPENAI}/vector_stores`, { name: 'v' }), { id: 'vs_9rTjVW6yDHXqKpLm' }],
  [jsonRequest(`POST ${OPENAI}/batches`, { endpoint: '/v1/x' }), { id: 'batch_9rTjVW6yDHXq' }],
  [jsonRequest(`POST ${OPENAI}/conversations`, {}), { id: 'conv_9rTjVW6yDHXqKpLm' }],
  [jsonRequest(`POST ${OPENAI}/threads`, {}), { id: 'thread_9rTjVW6yDHXqKpLm' }],
  [jsonRequest(`DELETE ${OPENAI}/responses/resp_abc`), { id: 'resp_abc', deleted: true }],
  [jsonRequest(`POST ${OPENAI}/responses/resp_abc/cancel`), { id: 'resp_abc' }],
  [jsonRequest(`POST ${OPENAI}/chat/completions/c`, { metadata: {} }), { id: 'c' }],
  [jsonRequest(`DELETE ${OPENAI}/models/ft:m`), { id: 'ft:m', deleted: true }],
  [
    jsonRequest('POST https://api.anthropic.com/v1/messages/batches', { requests: [] }),
    { id: 'msgbatch_013Zva2CMHLNnXjNJJKqJ2EF' },
  ],
  [
    jsonRequest('POST https://generativelanguage.googleapis.com/v1beta/cachedContents', {}),
    { name: 'cachedContents/4vd9t3p0qk1x' },
  ],
  [jsonRequest('POST http://localhost:11434/api/pull', { model: 'm', stream: false }), {}],
  [jsonRequest('DELETE http://localhost:11434/api/delete', { model: 'm' }), {}],
]

const NAMED = STATEFUL.map(
  ([request, answer]) =>
    [`${request.method} ${new URL(request.url).pathname}`, request, answer] as const,
)

test.each(NAMED)('%s counts per test: two tests each fetch their own', async (...row) => {
  const [, request, answer] = row
  const recordings = createMemoryStore()
  const { live, sent } = scriptLive(jsonAnswer({ ...answer, of: 1 }), jsonAnswer({ of: 2 }))
  const tape = createTape({ mode: 'record-if-missing', recordings })
  const ownOf = async (from: Tape): Promise<unknown[]> => [
    ((await ask(from.scope('one'), request, live)) as { of: number }).of,
    ((await ask(from.scope('other'), request, live)) as { of: number }).of,
  ]

  const recorded = await ownOf(tape)
  await tape.close()
  const replaying = createTape({ recordings })
  const replayed = await ownOf(replaying)
  await replaying.close()

  expect(recorded).toEqual([1, 2])
  expect(replayed).toEqual([1, 2])
  expect(sent).toHaveLength(2)
})

test('two tests that make a file at once have two files, and ask for each its own', async () => {
  const recordings = createMemoryStore()
  const { live, sent } = scriptLive(
    ...['aaaaaaaaaaaa', 'bbbbbbbbbbbb'].map((id) => jsonAnswer({ id: `file-${id}` })),
    ...['of a', 'of b'].map((content) => jsonAnswer({ content })),
  )
  const tape = createTape({ mode: 'record', recordings })
  const scopes = [tape.scope('a'), tape.scope('b')]
  const make = jsonRequest(`POST ${OPENAI}/files`, { purpose: 'batch' })

  const files = (await Promise.all(scopes.map((scope) => ask(scope, make, live)))) as {
    id: string
  }[]
  for (const [index, scope] of scopes.entries())
    await ask(scope, jsonRequest(`GET ${OPENAI}/files/${files[index]?.id}/content`), live)
  await tape.close()

  expect(new Set(files.map(({ id }) => id)).size).toBe(2)
  expect(sent.slice(2).map(({ url }) => url)).toEqual([
    `${OPENAI}/files/file-aaaaaaaaaaaa/content`,
    `${OPENAI}/files/file-bbbbbbbbbbbb/content`,
  ])
})

test('what only asks a model is shared by two tests', async () => {
  const request = jsonRequest(`POST ${OPENAI}/responses`, { model: 'gpt-5', input: 'Sun?' })
  const { live, sent } = scriptLive(jsonAnswer({ id: 'resp_1', output: [] }))
  const tape = createTape({ mode: 'record-if-missing', recordings: createMemoryStore() })

  await readText(await tape.scope('one').handle(request, live))
  await readText(await tape.scope('other').handle(request, live))
  await tape.close()

  expect(sent).toHaveLength(1)
})

test('a third test’s miss says whose the recordings are', async () => {
  const recordings = createMemoryStore()
  const request = jsonRequest(`POST ${OPENAI}/files`, { purpose: 'batch' })
  const tape = createTape({ mode: 'record', recordings })
  await ask(tape.scope('one'), request, scriptLive(jsonAnswer({ id: 'file-1' })).live)
  await tape.close()

  const miss = await errorOf(createTape({ recordings }).scope('third').handle(request, never))

  expect(miss.message).toContain(
    '\n  differs at test_id\n    recorded: "one"\n    asked:    "third"\n',
  )
})
