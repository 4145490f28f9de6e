import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { WireRequest } from '../src/request/wire.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import {
  chatEvent,
  chatReads,
  chatRequest,
  readText,
  scriptLive,
} from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
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
const corpus = useCorpusFolder()

const KEY = 'sk-proj-aB3dEfGh1jKlMn0pQrStUvWxYz2345678901AbCdEfGhIjKl'

function chat(content: string, more: object = {}): WireRequest {
  return jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-4o',
    messages: [{ role: 'user', content }],
    ...more,
  })
}

async function pathsIn(store: Store): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list()) if (path !== 'wiretape.json') paths.push(path)
  return paths
}

test('where there is no corpus at all, the miss says where it was looked for, and nothing is made', async () => {
  const parent = corpus.folder()
  const folder = join(parent, 'recordings')
  const tape = createTape({ recordings: folder })

  const miss = await errorOf(tape.handle(chat('q'), never))

  expect(miss.message).toBe(
    `WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)\n  looked in: ${folder}\n  nothing is recorded for this endpoint\n→ to record it: WIRETAPE_MODE=record-if-missing npm test`,
  )
  await expect(tape.close()).rejects.toBe(miss)
  expect(readdirSync(parent)).toEqual([])
})

test('an endpoint of which nothing is recorded says so, whatever else there is', async () => {
  const recordings = await recordedStore(chat('q'), { choices: [] })
  const request = jsonRequest('POST https://api.openai.com/v1/embeddings', {
    model: 'gpt-4o',
    input: 'q',
  })

  const miss = await errorOf(createTape({ recordings }).handle(request, never))

  expect(miss.message).toBe(
    `WT_RECORDING_NOT_FOUND: no recording answers POST /v1/embeddings (gpt-4o)\n  looked in: ${recordings.name}\n  nothing is recorded for this endpoint\n→ to record it: WIRETAPE_MODE=record-if-missing npm test`,
  )
})

test('the nearest is the one with the fewest differences, then the one with the likest text', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const places: string[] = []
  for (const request of [
    chat('How far is the Moon from the Earth?', { temperature: 1, seed: 7 }),
    chat('Who painted the Night Watch?'),
    chat('How far is the Moon?'),
  ]) {
    const before = await pathsIn(recordings)
    await ask(recording, request, scriptLive(jsonAnswer({ choices: [] })).live)
    places.push(...(await pathsIn(recordings)).filter((path) => !before.includes(path)))
  }
  await recording.close()

  const miss = await errorOf(createTape({ recordings }).handle(chat('How far is the Sun?'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      `  looked in: ${recordings.name}`,
      `  nearest: ${recordings.locate(places[2] ?? '')}`,
      '  differs at body.messages[0].content',
      '    recorded: "How far is the Moon?"',
      '    asked:    "How far is the Sun?"',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test',
    ].join('\n'),
  )
})

test('what was used up says how often it was asked, and names the last recording', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const { live } = scriptLive(jsonAnswer({ choices: [] }), jsonAnswer({ choices: [] }))
  await ask(recording, chat('q'), live)
  await ask(recording, chat('q'), live)
  await recording.close()
  const [last = ''] = (await pathsIn(recordings)).filter((path) => path.endsWith('-2.json'))
  const scope = createTape({ recordings }).scope('t')
  await scope.handle(chat('q'), never)
  await scope.handle(chat('q'), never)

  const miss = await errorOf(scope.handle(chat('q'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      '  test: t',
      `  looked in: ${recordings.name}`,
      `  it was asked 3 times in this scope, and recorded 2 times: ${recordings.locate(last)}`,
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test -- -t "t"',
    ].join('\n'),
  )
})

test("under isolation 'test' the miss of one test says that another has it", async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings, isolation: 'test', testId: 'theirs' })
  await ask(recording, chat('q'), scriptLive(jsonAnswer({ choices: [] })).live)
  await recording.close()
  const [path = ''] = await pathsIn(recordings)
  const tape = createTape({ recordings, isolation: 'test', testId: 'mine' })

  const miss = await errorOf(tape.handle(chat('q'), never))

  expect(miss.message).toBe(
    [
      'WT_RECORDING_NOT_FOUND: no recording answers POST /v1/chat/completions (gpt-4o)',
      '  test: mine',
      `  looked in: ${recordings.name}`,
      `  nearest: ${recordings.locate(path)}`,
      '  differs at test_id',
      '    recorded: "theirs"',
      '    asked:    "mine"',
      '→ to record it: WIRETAPE_MODE=record-if-missing npm test -- -t "mine"',
    ].join('\n'),
  )
})

test('a stream that was cut is fetched again by record-if-missing, and replaced', async () => {
  const recordings = createMemoryStore()
  const recording = createTape({ mode: 'record', recordings })
  const { live } = scriptLive({ body: [chatEvent('cut')] })
  const cut = await readText(await recording.handle(chatRequest('q'), live))
  await recording.close()

  const replaying = createTape({ recordings })
  const played = await readText(await replaying.handle(chatRequest('q'), never))
  await replaying.close()
  const again = scriptLive({ body: chatReads('whole') })
  const missing = createTape({ mode: 'record-if-missing', recordings })
  const fetched = await readText(await missing.handle(chatRequest('q'), again.live))
  await missing.close()
  const last = createTape({ mode: 'record-if-missing', recordings })

  expect(played).toBe(cut)
  expect(again.sent).toHaveLength(1)
  expect(fetched).toContain('"content":"whole"')
  expect(await readText(await last.handle(chatRequest('q'), never))).toBe(fetched)
})

test('a stream that is cut again leaves the recording cut, and is fetched the next time', async () => {
  const recordings = createMemoryStore()
  const { live, sent } = scriptLive({ body: [chatEvent('a')] }, { body: [chatEvent('b')] })
  for (let run = 0; run < 2; run++) {
    const tape = createTape({ mode: 'record-if-missing', recordings })
    await readText(await tape.handle(chatRequest('q'), live))
    await tape.close()
  }

  const played = await createTape({ recordings }).handle(chatRequest('q'), never)

  expect(sent).toHaveLength(2)
  expect(await readText(played)).toContain('"content":"b"')
})

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
