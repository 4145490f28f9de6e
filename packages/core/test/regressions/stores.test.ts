import { expect, test, vi } from 'vitest'
import { createDirectoryStore } from '../../src/store/directory-store.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { chatRecording } from '../../src/store/chat-recording.test-fixture.ts'
import { readText } from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { useCorpusFolder } from '../corpus-folder.test-fixture.ts'
import { errorOf, isolateTapes, jsonRequest, never } from '../tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

function asking(content: string): ReturnType<typeof jsonRequest> {
  return jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-test',
    messages: [{ role: 'user', content }],
  })
}

/** As a process that has just begun. */
async function replayAnew(question: string, answer: string): Promise<string> {
  vi.resetModules()
  const core = await import('../../src/index.ts')
  const files = { 'moved.json': chatRecording(question, answer) }
  const tape = core.createTape({ recordings: core.createMemoryStore(files) })
  return readText(await tape.handle(asking(question), never))
}

test('memory stores of two processes, which have the same names, share no index', async () => {
  expect(await replayAnew('one', 'first answer')).toContain('first answer')
  expect(await replayAnew('two', 'second answer')).toContain('second answer')
})

test('a write below a file is refused, not taken for one that was there before', async () => {
  const store = createDirectoryStore(corpus.folder())
  await store.write('a.json', Buffer.from('1'))

  const error = await errorOf(store.write('a.json/b.json', Buffer.from('2'), { ifAbsent: true }))

  expect(error.code).toBe('WT_RECORDING_NOT_WRITTEN')
})

test('a listing that failed once is listed again by the next look-up', async () => {
  const inner = createMemoryStore({ 'moved.json': chatRecording('q', 'a') })
  let fails = true
  const flaky: Store = {
    ...inner,
    list: async function* (folder) {
      if (fails) {
        fails = false
        throw new Error('ENOENT')
      }
      yield* inner.list(folder)
    },
  }
  const tape = createTape({ recordings: flaky })

  await expect(tape.handle(asking('q'), never)).rejects.toThrow('ENOENT')
  const text = await readText(await tape.handle(asking('q'), never))

  expect(text).toContain('"content":"a"')
})
