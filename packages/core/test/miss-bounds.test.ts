import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../src/store/memory-store.ts'
import type { Store } from '../src/store/store.ts'
import { createDirectoryStore } from '../src/store/directory-store.ts'
import { scriptLive } from '../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../src/tape/tape.ts'
import { useCorpusFolder } from './corpus-folder.test-fixture.ts'
import { chat } from './misses.test-fixture.ts'
import {
  ask,
  errorOf,
  isolateTapes,
  jsonAnswer,
  never,
  recordedStore,
} from './tapes.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

async function record(recordings: Store | string, ...contents: readonly string[]): Promise<void> {
  const tape = createTape({ mode: 'record', recordings })
  for (const content of contents)
    await ask(tape, chat(content), scriptLive(jsonAnswer({ choices: [] })).live)
  await tape.close()
}

function long(character: string): string {
  return `${character.repeat(500)} and ${character.repeat(500)}`
}

test.each([
  ['of one byte', 'x'],
  ['of three bytes', '語'],
  ['of four bytes, never cut in two', '🙂'],
])('long values of characters %s make no long message', async (_, character) => {
  const more = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, long(character)]))
  const recordings = await recordedStore(chat('q', more), { choices: [] })
  const other = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, `${long(character)}!`]))

  const miss = await errorOf(createTape({ recordings }).handle(chat('r', other), never))

  expect(Buffer.byteLength(miss.message)).toBeLessThan(2048)
  expect(miss.message).toContain('\n  and at 1 other place\n')
  expect(Buffer.from(miss.message).toString()).toBe(miss.message)
})

test('long names make no long message, and the end of a path is shown', async () => {
  const name = 'name_of_a_field_'.repeat(100)
  const more = { model: 'm'.repeat(1000), [name]: { a: 1 } }
  const recordings = await recordedStore(chat('q', more), { choices: [] })
  const request = chat('q', { ...more, [name]: { a: 2 } })
  const testId = 'a very long name '.repeat(20)

  const miss = await errorOf(createTape({ recordings, testId }).handle(request, never))

  expect(Buffer.byteLength(miss.message)).toBeLessThan(2048)
  expect(JSON.stringify(miss.details).length).toBeLessThan(8192)
  expect(miss.message).toContain(`\n  differs at …${name.slice(-158)}.a\n`)
})

test('of many corpora and many broken files a few are named, and the details have more', async () => {
  const broken = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`${'f'.repeat(40)}${index}.json`, '{']),
  )
  const stores = [
    createMemoryStore(broken),
    ...Array.from({ length: 9 }, () => createMemoryStore()),
  ]

  const miss = await errorOf(createTape({ recordings: stores }).handle(chat('q'), never))

  const names = stores.map(({ name }) => name)
  expect(miss.message).toContain(`\n  looked in: ${names.slice(0, 3).join(', ')} and 7 more\n`)
  expect(miss.details).toMatchObject({ corpora: names, reason: 'no-endpoint' })
  expect(miss.details['unreadable']).toHaveLength(10)
  expect(Buffer.byteLength(miss.message)).toBeLessThan(2048)
})

interface CountedStore {
  readonly store: Store
  /** Files that were read. */
  readonly read: string[]
}

function countReads(folder: string): CountedStore {
  const inner = createDirectoryStore(folder)
  const read: string[] = []
  const store: Store = {
    ...inner,
    read: async (path) => {
      read.push(path)
      return inner.read(path)
    },
  }
  return { store, read }
}

function ageFiles(folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (path.endsWith('.json')) utimesSync(join(folder, path), 1_700_000_000, 1_700_000_000)
}

test('of a big corpus a hundred files are read, and the newest are among them', async () => {
  const folder = corpus.folder()
  await record(folder, ...Array.from({ length: 150 }, (_, index) => `question ${index}`))
  ageFiles(folder)
  const question = 'How far is the Moon from the Earth,'.repeat(10)
  await record(folder, `${question} in miles?`)
  const { store, read } = countReads(folder)

  const miss = await errorOf(
    createTape({ recordings: store }).handle(chat(`${question} in metres?`), never),
  )

  expect(miss.message).toContain(' in miles?"\n')
  const [manifest, own, ...candidates] = read
  expect([manifest, own]).toEqual(['wiretape.json', expect.stringMatching(/^openai-chat\/gpt-4o/)])
  expect(candidates).toHaveLength(100)
})

test('of files as old as each other, those of a like size are read', async () => {
  const folder = corpus.folder()
  const question = 'How far is the Moon from the Earth, '.repeat(40)
  await record(folder, `${question} in miles?`)
  await record(folder, ...Array.from({ length: 150 }, (_, index) => `question ${index}`))
  ageFiles(folder)

  const miss = await errorOf(
    createTape({ recordings: folder }).handle(chat(`${question} in metres?`), never),
  )

  expect(miss.message).toContain(' in miles?"\n')
})

test('a recording of another model is near too, where there are few of this one', async () => {
  const recordings = createMemoryStore()
  await record(recordings, 'How far is the Moon?')

  const miss = await errorOf(
    createTape({ recordings }).handle(chat('How far is the Moon?', { model: 'gpt-5' }), never),
  )

  expect(miss.message).toContain(
    '\n  differs at model\n    recorded: "gpt-4o"\n    asked:    "gpt-5"\n  differs at body.model\n',
  )
})
