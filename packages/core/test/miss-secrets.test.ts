import { expect, test } from 'vitest'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { chat } from './misses.test-fixture.ts'
import {
  ask,
  errorOf,
  isolateTapes,
  jsonAnswer,
  jsonRequest,
  never,
  recordedStore,
} from './tapes.test-fixture.ts'

isolateTapes()

const KEY = 'sk-proj-aB3dEfGh1jKlMn0pQrStUvWxYz2345678901AbCdEfGhIjKl'

test.each([
  ['in a prompt', chat(`use ${KEY} please`)],
  ['at the start of a long prompt', chat(`${KEY} ${'and so on '.repeat(100)}`)],
  [
    'in a member of its name',
    chat('q', { metadata: { api_key: KEY, password: 'hunter2hunter2' } }),
  ],
  ['in a tool’s header', chat('q', { tools: [{ type: 'mcp', headers: { 'X-Api-Key': KEY } }] })],
  ['in JSON in a string', chat('q', { arguments: JSON.stringify({ api_key: KEY }) })],
  [
    'in a query',
    { ...chat('r'), url: `https://api.openai.com/v1/chat/completions?api_key=${KEY}` },
  ],
  ['in a path', { ...chat('r'), url: `https://x.example/${KEY}/y` }],
  ['as a user and password', { ...chat('r'), url: `https://hunter2hunter2:${KEY}@x.example/y` }],
  ['in a header', { ...chat('r'), headers: [['authorization', `Bearer ${KEY}`]] as const }],
])(
  'a secret %s is neither in the message of a miss, nor in its details, nor in the report',
  async (_, request) => {
    const recordings = await recordedStore(chat('q'), { choices: [] })
    const tape = createTape({ recordings })

    const miss = await errorOf(tape.handle(request, never))

    for (const text of [miss.message, JSON.stringify(miss.details), JSON.stringify(tape.report())])
      expect(text).not.toMatch(/sk-proj|aB3dEfGh|hunter2/)
  },
)

test('a recorded secret that differs is not shown either', async () => {
  const recordings = await recordedStore(chat(`one ${KEY} and more`), { choices: [] })

  const miss = await errorOf(createTape({ recordings }).handle(chat('two'), never))

  expect(miss.message).toContain('    recorded: "one <redacted> and more"\n    asked:    "two"\n')
})

test('a secret that is the name of a member is not in the path of a difference', async () => {
  const recordings = await recordedStore(chat('q'), { choices: [] })
  const request = chat('q', { metadata: { [KEY]: 1 } })

  const miss = await errorOf(createTape({ recordings }).handle(request, never))

  expect(miss.message).toContain('    asked:    {"<redacted>":1}\n')
  expect(miss.message + JSON.stringify(miss.details)).not.toContain(KEY)
})

test('a secret that is the name of a member above a difference is not in its path either', async () => {
  const recordings = await recordedStore(chat('q', { metadata: { a: 1 } }), { choices: [] })
  const request = chat('q', { metadata: { a: 1, [KEY]: 2 } })

  const miss = await errorOf(createTape({ recordings }).handle(request, never))

  expect(miss.message).toContain('\n  differs at body.metadata["<redacted>"]\n')
  expect(miss.message + JSON.stringify(miss.details)).not.toContain(KEY)
})

test('two requests that differ in nothing that may be shown are said to', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, redact: false })
  const { live } = scriptLive(jsonAnswer({ choices: [] }))
  await ask(recording, chat(`use ${KEY}`), live)
  await recording.close()

  const miss = await errorOf(
    createTape({ recordings, redact: false }).handle(chat(`use ${KEY.replace('3', '4')}`), never),
  )

  expect(miss.message).toContain('.json\n  differs only in secrets, which are not shown\n→ ')
  expect(miss.message + JSON.stringify(miss.details)).not.toContain('sk-proj')
})

test.each([
  ['its miss', true],
  ['the report', false],
])('a secret in the address of what a hook caught is not in %s', async (_, inMiss) => {
  const tape = createTape({ recordings: createMemoryStore() })
  const url = `https://hunter2hunter2:hunter3hunter3@x.example/${KEY}/y?api_key=${KEY}`

  const miss = await errorOf(tape.background().handle(jsonRequest(`GET ${url}`), never))

  const said = inMiss ? [miss.message, miss.details] : tape.report()
  expect(JSON.stringify(said)).toContain('https://x.example/%3Copenai-api-key%3E/y')
  expect(JSON.stringify(said)).not.toMatch(/sk-proj|hunter/)
})

test('a secret in a path is not in the error of a tape that was closed', async () => {
  const tape = createTape({ recordings: createMemoryStore() })
  await tape.close()

  const error = await errorOf(tape.handle(jsonRequest(`GET https://x.example/${KEY}/y`), never))

  expect(error.message).toBe(
    'WT_TAPE_CLOSED: GET /%3Copenai-api-key%3E/y came after the tape was closed\n→ close the tape after the last request: await tape.close() in afterAll',
  )
})

test('a secret in a file that can’t be read is not shown', async () => {
  const recordings = createMemoryStore({
    'a.json': JSON.stringify({ request: KEY.slice(0, 40), response: {} }),
  })

  const miss = await errorOf(createTape({ recordings }).handle(chat('q'), never))

  expect(miss.message).toContain("can't be read: ")
  expect(miss.message + JSON.stringify(miss.details)).not.toContain('sk-proj')
})
