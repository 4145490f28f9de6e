import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WiretapeError } from '../errors/wiretape-error.ts'
import type { MatchOptions } from '../request/match-options.ts'
import type { WireRequest } from '../request/wire.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { listPaths } from '../store/store-contract.test-fixture.ts'
import type { Store } from '../store/store.ts'
import type { TapeOptions } from './options.ts'
import { processState } from './process-state.ts'
import { recordingsIn } from './recorded-files.test-fixture.ts'
import { chatReads, readText, scriptLive } from './scripted-live.test-fixture.ts'
import { createTape } from './tape.ts'

const DATE: MatchOptions = {
  replace: [{ path: 'body.messages[].content', pattern: /\d{4}-\d\d-\d\d/, with: '<date>' }],
}

beforeEach(() => {
  vi.stubEnv('WIRETAPE_MODE', '')
  vi.stubEnv('CI', '')
  vi.stubEnv('WIRETAPE_CACHE', '/dev/null')
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  processState().open.clear()
})

function ask(system: string, more: object = {}): WireRequest {
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: 'hi' },
  ]
  return {
    method: 'POST',
    url: 'https://api.openai.com/v1/chat/completions',
    headers: [['content-type', 'application/json']],
    body: JSON.stringify({ model: 'gpt-test', messages, stream: true, ...more }),
  }
}

async function never(): Promise<never> {
  throw new Error('a replay went live')
}

/** Asks these in turn, of a provider that answers `one`, `two` … */
async function play(options: TapeOptions, ...requests: readonly WireRequest[]): Promise<string[]> {
  const tape = createTape(options)
  const answers = ['one', 'two', 'three'].map((text) => ({ body: chatReads(text) }))
  const { live } = scriptLive(...answers)
  const texts: string[] = []
  for (const request of requests) {
    const response = await tape.handle(request, options.mode === 'replay' ? never : live)
    texts.push(/"content":"(\w+)"/.exec(await readText(response))?.[1] ?? '')
  }
  await tape.close()
  return texts
}

async function manifestOf(store: Store): Promise<unknown> {
  return JSON.parse(Buffer.from((await store.read('wiretape.json')) ?? []).toString())
}

function readOnly(store: Store): Store {
  return { ...store, writable: false }
}

test('a date in the system prompt is replaced in the key, and the file keeps it', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'record', recordings, match: DATE }, ask('Be kind. It is 2026-01-01.'))

  expect(
    await play({ mode: 'replay', recordings, match: DATE }, ask('Be kind. It is 2027-05-06.')),
  ).toEqual(['one'])
  await expect(
    play({ mode: 'replay', recordings, match: DATE }, ask('Be curt. It is 2027-05-06.')),
  ).rejects.toThrow('WT_RECORDING_NOT_FOUND')
  const [recording] = Object.values(await recordingsIn(recordings))
  expect(JSON.stringify(recording?.request.body)).toContain('It is 2026-01-01.')
  expect(recording?.recorded).toMatchObject({ key: { rule: 'wiretape/1', occurrence: 1 } })
})

test('options stand in the manifest from the first recording on, not before', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'replay', recordings, match: DATE }, ask('a')).catch(() => undefined)
  expect(await listPaths(recordings)).toEqual([])

  await play({ mode: 'record', recordings, match: DATE }, ask('a'))

  expect(await manifestOf(recordings)).toEqual({
    format: 1,
    keys: [
      {
        rule: 'wiretape/1',
        match: {
          replace: [
            { path: 'body.messages[].content', pattern: '\\d{4}-\\d\\d-\\d\\d', with: '<date>' },
          ],
        },
      },
    ],
  })
})

test('a tape without the option takes what the corpus says', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'record', recordings, match: DATE }, ask('2026-01-01'))
  const before = await manifestOf(recordings)

  // Counted by the corpus's options too: the second is the second.
  expect(
    await play({ mode: 'record-if-missing', recordings }, ask('2026-01-02'), ask('2026-01-03')),
  ).toEqual(['one', 'one'])
  expect(await listPaths(recordings)).toHaveLength(3)
  expect(await manifestOf(recordings)).toEqual(before)
})

test('other options lose nothing: what was recorded still answers, and the new ones go in front', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'record', recordings }, ask('It is 2026-01-01.'))
  const options = { recordings, match: DATE }

  expect(await play({ ...options, mode: 'replay' }, ask('It is 2026-01-01.'))).toEqual(['one'])
  expect(await manifestOf(recordings)).toEqual({ format: 1, keys: [{ rule: 'wiretape/1' }] })
  expect(
    await play(
      { ...options, mode: 'record-if-missing' },
      ask('It is 2026-01-01.'),
      ask('Something else, 2026-01-01.'),
    ),
  ).toEqual(['one', 'one'])

  expect(await manifestOf(recordings)).toMatchObject({
    keys: [{ match: { replace: [{ with: '<date>' }] } }, { rule: 'wiretape/1' }],
  })
  expect(await play({ ...options, mode: 'replay' }, ask('It is 2026-01-01.'))).toEqual(['one'])
  expect(await play({ ...options, mode: 'replay' }, ask('Something else, 2030-01-01.'))).toEqual([
    'one',
  ])
})

test('options that come back go in front again, and stand there once', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'record', recordings, match: DATE }, ask('a'))
  await play({ mode: 'record', recordings, match: {} }, ask('b'))
  await play({ mode: 'record', recordings, match: DATE }, ask('c'))

  expect(await manifestOf(recordings)).toMatchObject({
    keys: [{ match: { replace: [{ with: '<date>' }] } }, { rule: 'wiretape/1' }],
  })
  expect(((await manifestOf(recordings)) as { keys: unknown[] }).keys).toHaveLength(2)
})

test('recordings without a manifest keep their options when one is written', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'record', recordings }, ask('It is 2026-01-01.'))
  await recordings.delete('wiretape.json')

  await play({ mode: 'record', recordings, match: DATE }, ask('new'))

  expect(((await manifestOf(recordings)) as { keys: unknown[] }).keys).toHaveLength(2)
  expect(await play({ mode: 'replay', recordings }, ask('It is 2026-01-01.'))).toEqual(['one'])
})

test('each layer is looked up by its own options', async () => {
  const [dated, plain, upper] = [createMemoryStore(), createMemoryStore(), createMemoryStore()]
  await play({ mode: 'record', recordings: dated, match: DATE }, ask('dated 2026-01-01'))
  await play(
    { mode: 'record', recordings: plain, match: { ignore: ['body.seed'] } },
    ask('plain', { seed: 1 }),
  )
  const layers = [upper, readOnly(dated), readOnly(plain)]
  const options: TapeOptions = { mode: 'replay', recordings: layers, match: { include: ['host'] } }

  expect(await play(options, ask('dated 2030-01-01'))).toEqual(['one'])
  expect(await play(options, ask('plain', { seed: 2 }))).toEqual(['one'])
  await expect(play(options, ask('dated 2026-01-01', { seed: 2 }))).rejects.toThrow(
    'WT_RECORDING_NOT_FOUND',
  )
  await expect(play(options, ask('plain 2026-01-01', { seed: 1 }))).rejects.toThrow(
    'WT_RECORDING_NOT_FOUND',
  )
})

test('an earlier occurrence that is copied up says the key that it has there', async () => {
  const [lower, upper] = [createMemoryStore(), createMemoryStore()]
  await play({ mode: 'record', recordings: lower }, ask('2026-01-01'))

  await play(
    { mode: 'record-if-missing', recordings: [upper, readOnly(lower)], match: DATE },
    ask('2026-01-01'),
    ask('2026-01-01'),
  )

  const files = Object.entries(await recordingsIn(upper))
  expect(files.map(([path]) => path)).toEqual([
    'openai-chat/gpt-test/…-2.json',
    'openai-chat/gpt-test/….json',
  ])
  const keys = files.map(([, { recorded }]) => recorded?.['key'] as { readonly hash: string })
  expect(new Set(keys.map(({ hash }) => hash)).size).toBe(1)
  expect((await listPaths(upper))[0]).toContain(keys[0]?.hash)
  expect(await play({ mode: 'replay', recordings: upper }, ask('2027-07-07'))).toEqual(['one'])
})

test('a miss shows no difference that does not count where the nearest recording is', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'record', recordings, match: DATE }, ask('Kind, 2026-01-01'))

  const miss = (await play(
    { mode: 'replay', recordings: [createMemoryStore(), readOnly(recordings)], match: {} },
    ask('Curt, 2027-01-01'),
  ).catch((error: unknown) => error)) as WiretapeError

  expect(miss.message).toContain('    recorded: "Kind, <date>"\n    asked:    "Curt, <date>"')
})

test('a transform of wiretape.config.mjs is run for the tape, and one that is missing is an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wiretape-match-'))
  try {
    await writeFile(join(folder, 'package.json'), '{}')
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    const recordings = createMemoryStore()
    const options: TapeOptions = { recordings, match: { transform: 'unnamed' } }
    await expect(play({ ...options, mode: 'record' }, ask('a'))).rejects.toThrow(
      `WT_TRANSFORM_MISSING: the option match names the transform 'unnamed', and ${join(folder, 'wiretape.config.mjs')} is not there`,
    )
    await writeFile(
      join(folder, 'wiretape.config.mjs'),
      'export const transforms = { unnamed: ({ body: { name, ...body }, ...rest }) => ({ ...rest, body }) }',
    )

    await play({ ...options, mode: 'record' }, ask('a', { name: 'x' }))

    expect(await play({ mode: 'replay', recordings }, ask('a', { name: 'y' }))).toEqual(['one'])
    expect(await manifestOf(recordings)).toMatchObject({
      keys: [{ match: { transform: 'unnamed' } }],
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('tapes that record side by side with other options both stay in the manifest', async () => {
  const recordings = createMemoryStore()

  await Promise.all([
    play({ mode: 'record', recordings, match: DATE }, ask('a')),
    play({ mode: 'record', recordings, match: { include: ['host'] } }, ask('b')),
    play({ mode: 'record', recordings, match: { ignore: ['body.seed'] } }, ask('c')),
  ])

  expect(((await manifestOf(recordings)) as { keys: unknown[] }).keys).toHaveLength(3)
})

test('a request for a stream is served by a whole answer under the same options', async () => {
  const recordings = createMemoryStore()
  await play({ mode: 'record', recordings, match: DATE }, ask('2026-01-01'))
  const tape = createTape({ mode: 'replay', recordings, crossStream: true })

  const response = await tape.handle(ask('2027-01-01', { stream: undefined }), never)

  expect(JSON.parse(await readText(response))).toMatchObject({
    choices: [{ message: { content: 'one' } }],
  })
  await tape.close()
})
