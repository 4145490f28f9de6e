import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WireRequest } from '../request/wire.ts'
import { parseRecording } from '../recording/parse-recording.ts'
import { processState } from '../tape/process-state.ts'
import { createTape } from '../tape/tape.ts'
import { readText, type ScriptedAnswer, scriptLive } from '../tape/scripted-live.test-fixture.ts'
import { chatRecording } from './chat-recording.test-fixture.ts'
import { createMemoryStore } from './memory-store.ts'
import {
  ask,
  contentOf,
  DATE,
  filesOf,
  keysOf,
  lastAnswer,
  record,
  replay,
  SEED,
} from './rekey.test-fixture.ts'
import { rekeyCorpus } from './rekey.ts'
import { listPaths } from './store-contract.test-fixture.ts'

beforeEach(() => {
  vi.stubEnv('WIRETAPE_MODE', '')
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_CACHE', '/dev/null')
})

afterEach(() => {
  vi.unstubAllEnvs()
  processState().open.clear()
})

function askResponse(more: object): WireRequest {
  return {
    ...ask(''),
    url: 'https://api.openai.com/v1/responses',
    body: JSON.stringify({ model: 'm', input: 'on 2026-01-01', ...more }),
  }
}

function response(id: string): ScriptedAnswer {
  const body = { id, object: 'response', status: 'completed', model: 'm', output: [] }
  return { headers: [['content-type', 'application/json']], body: [JSON.stringify(body)] }
}

function askWhole(content: string): WireRequest {
  return {
    ...ask(content),
    body: JSON.stringify({ model: 'gpt-test', messages: [{ role: 'user', content }] }),
  }
}

function ogx(content: string): string {
  return chatRecording(content, 'ogx')
}

test('recordings move to the place that their key has by the new options, and replay', async () => {
  const recordings = createMemoryStore()
  await record(recordings, [ask('on 2026-01-01'), ask('plain')])
  const before = await contentOf(recordings)

  const report = await rekeyCorpus({ recordings, match: DATE })

  expect(report).toMatchObject({
    corpus: recordings.name,
    from: [{}],
    to: DATE,
    moved: [{ from: expect.any(String) as string, to: expect.any(String) as string }],
    stayed: 1,
    left: [],
    removed: [],
  })
  expect(await keysOf(recordings)).toEqual([{ rule: 'wiretape/1', match: DATE }])
  expect(await contentOf(recordings)).toEqual(before)
  expect(await replay(recordings, [ask('on 2030-09-09'), ask('plain')])).toEqual([
    lastAnswer(1),
    lastAnswer(),
  ])
})

test('a file says the key of its name, and every other byte of it stays', async () => {
  const recordings = createMemoryStore()
  await record(recordings, [ask('on 2026-01-01'), ask('on 2026-01-01')])
  const [path = ''] = await listPaths(recordings)
  const odd = Buffer.from((await recordings.read(path)) ?? [])
    .toString()
    .replace('"version": 1,', '"version":   1,\n  "mine": 1.0,')
    .replaceAll('\n', '\r\n')
  await recordings.write(path, Buffer.from(odd))

  const { moved } = await rekeyCorpus({ recordings, match: DATE })

  const files = await filesOf(recordings)
  const { to } = moved.find(({ from }) => from === path) ?? { to: '' }
  for (const place of moved.map((move) => move.to)) {
    const key = parseRecording(files[place] ?? '').recorded?.['key']
    expect(place).toContain((key as { readonly hash: string }).hash)
  }
  expect(files[to]?.replace(/"hash": "[0-9a-f]{64}"/, '')).toBe(
    odd.replace(/"hash": "[0-9a-f]{64}"/, ''),
  )
})

test('a dry run says the same, and changes nothing', async () => {
  const recordings = createMemoryStore()
  await record(recordings, [ask('on 2026-01-01'), ask('on 2026-01-02')])
  const before = await filesOf(recordings)

  const dry = await rekeyCorpus({ recordings, match: DATE, dryRun: true })

  expect(await filesOf(recordings)).toEqual(before)
  expect(await rekeyCorpus({ recordings, match: DATE })).toEqual(dry)
})

test('two keys that become one are numbered on by their time, those of one key in their order', async () => {
  const recordings = createMemoryStore()
  const [first, second] = [ask('on 2026-01-01'), ask('on 2026-01-02')]
  await record(recordings, [first, first, second, second])
  const times = new Map([3, 2, 1, 4].map((time, index) => [lastAnswer(3 - index), time]))
  for (const [path, text] of Object.entries(await filesOf(recordings))) {
    const time = times.get(/answer\d+/.exec(text)?.[0] ?? '')
    const timed = text.replace(/"at": "[^"]*"/, `"at": "2026-01-01T00:00:0${time}.000Z"`)
    await recordings.write(path, Buffer.from(timed))
  }
  const asks = [
    ask('on 1999-01-01'),
    ask('on 1999-01-01'),
    ask('on 1999-01-01'),
    ask('on 1999-01-01'),
  ]
  await rekeyCorpus({ recordings, match: DATE })

  // The second of the first day is older than its first, and still follows it.
  expect(await replay(recordings, asks)).toEqual(
    [1, 3, 2, 4].map((wanted) => [...times].find(([, time]) => time === wanted)?.[0]),
  )
  expect(await listPaths(recordings)).toHaveLength(5)
})

test('a key that becomes several is numbered from 1 for each', async () => {
  const recordings = createMemoryStore()
  const asks = [ask('on 2026-01-01'), ask('on 2026-01-02')]
  await record(recordings, asks, { match: DATE })
  const had = await replay(recordings, asks)

  await rekeyCorpus({ recordings, match: {} })

  expect(await replay(recordings, asks.toReversed())).toEqual(had.toReversed())
})

test('numbers have the gaps that they had', async () => {
  const recordings = createMemoryStore()
  const asks = [ask('on 2026-01-01'), ask('on 2026-01-01'), ask('on 2026-01-01')]
  await record(recordings, asks)
  const [second = ''] = await listPaths(recordings)
  await recordings.delete(second)

  await rekeyCorpus({ recordings, match: DATE })

  expect(await replay(recordings, asks)).toEqual([lastAnswer(2), '-', lastAnswer()])
})

test('a recording whose request was edited stays, with the options that it is found by', async () => {
  const recordings = createMemoryStore()
  await record(recordings, [ask('on 2026-01-01'), ask('plain', { seed: 1 })])
  const files = await filesOf(recordings)
  const [path = '', text = ''] =
    Object.entries(files).find(([, file]) => file.includes('on 2026')) ?? []
  await recordings.write(path, Buffer.from(text.replace('on 2026', 'edited 2026')))

  const report = await rekeyCorpus({ recordings, match: { ...DATE, ...SEED } })

  expect(report).toMatchObject({ left: [path], stayed: 0 })
  expect(await keysOf(recordings)).toHaveLength(2)
  expect(await replay(recordings, [ask('on 2026-01-01'), ask('plain')])).toEqual([
    lastAnswer(1),
    lastAnswer(),
  ])
})

test('without options all go to the newest that the manifest has, and the older ones leave it', async () => {
  const recordings = createMemoryStore()
  await record(recordings, [ask('on 2026-01-01')])
  await record(recordings, [ask('on 2026-01-02, again')], { match: DATE })

  const { to, moved } = await rekeyCorpus({ recordings })

  expect({ to, moved: moved.length }).toEqual({ to: DATE, moved: 1 })
  expect(await keysOf(recordings)).toEqual([{ rule: 'wiretape/1', match: DATE }])
  expect(await replay(recordings, [ask('on 2030-01-01'), ask('on 2030-01-01, again')])).toEqual([
    lastAnswer(1),
    lastAnswer(),
  ])
})

test('a test that belongs to the key still does', async () => {
  const recordings = createMemoryStore()
  for (const testId of ['a', 'b'])
    await record(recordings, [ask('on 2026-01-01')], { isolation: 'test', testId })

  await rekeyCorpus({ recordings, match: DATE })

  for (const [testId, answer] of [
    ['a', lastAnswer(1)],
    ['b', lastAnswer()],
  ] as const)
    expect(await replay(recordings, [ask('on 2031-01-01')], { isolation: 'test', testId })).toEqual(
      [answer],
    )
})

test('an id in a recording still leads to the provider’s own', async () => {
  const recordings = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings })
  const first = await readText(
    await tape.handle(askResponse({}), scriptLive(response('resp_original1')).live),
  )
  await tape.close()
  const { id } = JSON.parse(first) as { id: string }

  await rekeyCorpus({
    recordings,
    match: { replace: [{ path: 'body.input', pattern: '\\d+', with: '#' }] },
  })

  const scripted = scriptLive(response('resp_original2'))
  const later = createTape({ mode: 'record-if-missing', recordings })
  await readText(await later.handle(askResponse({ previous_response_id: id }), scripted.live))
  await later.close()
  expect(Buffer.from(scripted.sent[0]?.body ?? []).toString()).toContain('resp_original1')
  const { moved } = await rekeyCorpus({ recordings, match: {} })
  expect(moved).toHaveLength(2)
})

test('recordings of tools stay', async () => {
  const recordings = createMemoryStore()
  const tape = createTape({ mode: 'record', recordings })
  await tape.call({ provider: 'p', tool_name: 't' }, {}, () => 1)
  await tape.close()

  expect(await rekeyCorpus({ recordings, match: DATE })).toMatchObject({ moved: [], stayed: 1 })
})

test('a file that a person put elsewhere stays, unless its number is needed', async () => {
  const recordings = createMemoryStore()
  await record(recordings, [ask('on 2026-01-01')])
  const [path = ''] = await listPaths(recordings)
  await recordings.write('by-hand/first.json', (await recordings.read(path)) ?? new Uint8Array())
  await recordings.delete(path)

  expect(await rekeyCorpus({ recordings, match: DATE })).toMatchObject({ moved: [], stayed: 1 })
  expect(await replay(recordings, [ask('on 2032-01-01')])).toEqual([lastAnswer()])

  await rekeyCorpus({ recordings, match: {} })
  await record(recordings, [ask('on 2026-01-02')])
  await rekeyCorpus({ recordings, match: DATE })
  expect(await replay(recordings, [ask('on 2032-01-01'), ask('on 2032-01-01')])).toEqual([
    lastAnswer(1),
    lastAnswer(),
  ])
})

test('OGX’s files stay and still answer, unless they are adopted', async () => {
  const recordings = createMemoryStore({
    'responses/a.json': ogx('on 2026-01-01'),
    'responses/models-b.json': ogx('listed'),
  })

  expect(await rekeyCorpus({ recordings, match: DATE })).toMatchObject({ moved: [], stayed: 2 })
  expect(await replay(recordings, [askWhole('on 2030-01-01')])).toEqual(['ogx'])

  const { moved } = await rekeyCorpus({ recordings, adopt: true })

  expect(moved.map(({ from }) => from)).toEqual(['responses/a.json'])
  const text = (await filesOf(recordings))[moved[0]?.to ?? ''] ?? ''
  const { recorded, ...rest } = JSON.parse(text) as Record<string, unknown>
  expect(rest).toEqual(JSON.parse(ogx('on 2026-01-01')))
  expect(recorded).toMatchObject({ key: { rule: 'wiretape/1', occurrence: 1 } })
  expect(await replay(recordings, [askWhole('on 2031-01-01')])).toEqual(['ogx'])
  expect(await rekeyCorpus({ recordings, adopt: true })).toMatchObject({ moved: [], stayed: 2 })
})

test('long base64 of a request counts, and its blob stays where it is', async () => {
  const recordings = createMemoryStore()
  const image = Buffer.alloc(60_000, 7).toString('base64')
  await record(recordings, [ask(image, { seed: 1 })])

  const { moved } = await rekeyCorpus({ recordings, match: SEED })

  expect(moved).toHaveLength(1)
  expect((await listPaths(recordings))[0]).toMatch(/^blobs\//)
  expect(await replay(recordings, [ask(image, { seed: 2 })])).toEqual([lastAnswer()])
  expect(await replay(recordings, [ask(image.replace('B', 'C'), { seed: 2 })])).toEqual(['-'])
})
