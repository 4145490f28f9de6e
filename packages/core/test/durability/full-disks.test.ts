import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { createTapeFetch } from '../../src/fetch/tape-fetch.ts'
import { createDirectoryStore } from '../../src/store/directory-store.ts'
import { namesBelow } from '../../src/store/faulty-file-system.test-fixture.ts'
import {
  chatReads,
  chatRequest,
  readText,
  scriptLive,
} from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { useCorpusFolder } from '../corpus-folder.test-fixture.ts'
import { errorOf, isolateTapes, never } from '../tapes.test-fixture.ts'

const faults = await vi.hoisted(async () => {
  const path = '../../src/store/faulty-file-system.test-fixture.ts'
  const { createFaults } = (await import(
    path
  )) as typeof import('../../src/store/faulty-file-system.test-fixture.ts')
  return createFaults()
})

vi.mock('node:fs/promises', async (importReal) => faults.wrap(await importReal()))

isolateTapes()
const corpus = useCorpusFolder()

beforeEach(() => faults.reset())

const ANSWER = expect.stringContaining('"content":"a"')

test.each(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EIO'])(
  'where a recording can not be written (%s), the call goes on and close says so, with the cause',
  async (code) => {
    const recordings = corpus.folder()
    const tape = createTape({ mode: 'record', recordings })
    faults.fail('write', code)

    const text = await readText(
      await tape.handle(chatRequest('q'), scriptLive({ body: chatReads('a') }).live),
    )
    const result = await tape.call({ provider: 'p', tool_name: 't' }, {}, () => 'result')

    expect([text, result]).toEqual([ANSWER, 'result'])
    const error = await errorOf(tape.close())
    const errors = error.details['errors'] as readonly Error[]
    expect(error.code).toBe('WT_TAPE_FAILED')
    for (const each of errors)
      expect(each).toMatchObject({ code: 'WT_RECORDING_NOT_WRITTEN', cause: { code } })
    expect(errors).toHaveLength(2)
    expect(tape.report().recorded).toEqual([])
    expect(namesBelow(recordings)).toEqual([])
  },
)

test('a disk that is full for one answer has room for the next, under the same number', async () => {
  const recordings = corpus.folder()
  const tape = createTape({ mode: 'record', recordings })
  const { live } = scriptLive({ body: chatReads('lost') }, { body: chatReads('a') })
  faults.fail('write', 'ENOSPC')
  await readText(await tape.handle(chatRequest('q'), live))
  faults.reset()
  await readText(await tape.handle(chatRequest('q'), live))

  expect((await errorOf(tape.close())).message).toContain('ENOSPC')

  const replaying = createTape({ recordings })
  expect(await readText(await replaying.handle(chatRequest('q'), never))).toEqual(ANSWER)
})

test('what can not be made durable is said by close', async () => {
  const tape = createTape({ mode: 'record', recordings: corpus.folder() })
  await readText(await tape.handle(chatRequest('q'), scriptLive({ body: chatReads('a') }).live))
  faults.fail('sync', 'EIO')

  await expect(tape.close()).rejects.toMatchObject({
    code: 'WT_RECORDING_NOT_WRITTEN',
    cause: { code: 'EIO' },
  })
})

test('a corpus that can not be written replays, and fetches nothing that it lacks', async () => {
  const folder = corpus.folder()
  const recording = createTape({ mode: 'record', recordings: folder })
  await readText(
    await recording.handle(chatRequest('q'), scriptLive({ body: chatReads('a') }).live),
  )
  await recording.close()
  const before = namesBelow(folder)
  const store = createDirectoryStore(folder, { writable: false })
  const tape = createTape({ mode: 'record-if-missing', recordings: store })

  expect(await readText(await tape.handle(chatRequest('q'), never))).toEqual(ANSWER)

  const error = await errorOf(tape.handle(chatRequest('other'), never))
  expect(error.message).toBe(
    `WT_RECORDING_NOT_WRITTEN: POST /v1/chat/completions (gpt-test) can't be recorded: none of ${folder} can be written\n→ put a folder of your own first: recordings: ['./recordings', '@acme/recordings']`,
  )
  await expect(tape.close()).rejects.toBe(error)
  expect(namesBelow(folder)).toEqual(before)
})

test('a replay writes nothing to its corpus, not even where it misses', async () => {
  const folder = corpus.folder()
  const tape = createTape({ recordings: folder })
  faults.done.length = 0

  await errorOf(tape.handle(chatRequest('q'), never))
  await tape.close().catch(() => undefined)

  expect(faults.done.filter(([, path]) => path.startsWith(folder))).toEqual([])
})

test('an answer without a body is in its file before its head is given', async () => {
  const folder = corpus.folder()
  const tape = createTape({ mode: 'record', recordings: folder })
  const fetch = createTapeFetch(tape, { fetch: async () => new Response(null, { status: 204 }) })

  await fetch('https://api.openai.com/v1/files/file-1', { method: 'DELETE' })

  expect(namesBelow(folder)).toHaveLength(2)
  await tape.close()
})

test('a folder that went away while recording is made again', async () => {
  const folder = corpus.folder()
  const recordings = join(folder, 'corpus')
  const tape = createTape({ mode: 'record', recordings })
  const { live } = scriptLive({ body: chatReads('a') }, { body: chatReads('b') })
  await readText(await tape.handle(chatRequest('q'), live))
  rmSync(recordings, { recursive: true })
  await readText(await tape.handle(chatRequest('p'), live))

  await tape.close()

  expect(namesBelow(recordings)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)])
})
