import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { chatPath, chatRecording } from '../../src/store/chat-recording.test-fixture.ts'
import { readText } from '../../src/tape/scripted-live.test-fixture.ts'
import { createTape } from '../../src/tape/tape.ts'
import { useCorpusFolder } from '../corpus-folder.test-fixture.ts'
import { errorOf, isolateTapes, jsonRequest, never } from '../tapes.test-fixture.ts'
import { HOSTILE_ANSWERS } from './hostile-answers.test-fixture.ts'
import { HOSTILE_FRAMINGS } from './hostile-framings.test-fixture.ts'
import { QUESTION } from './hostile-recording.test-fixture.ts'
import { HOSTILE_MEMBERS, HOSTILE_TEXTS } from './hostile-texts.test-fixture.ts'

isolateTapes()
const corpus = useCorpusFolder()

const ALL = [...HOSTILE_TEXTS, ...HOSTILE_MEMBERS, ...HOSTILE_ANSWERS, ...HOSTILE_FRAMINGS]
const ORDINARY = ALL.flatMap(({ what, content, comes }) =>
  'text' in comes ? [{ what, content, text: comes.text }] : [],
)
const REFUSED = ALL.flatMap(({ what, content, comes }) =>
  'code' in comes ? [{ what, content, ...comes }] : [],
)

function prototypeMembers(): number[] {
  return [Object.prototype, Array.prototype].map((it) => Reflect.ownKeys(it).length)
}
const CLEAN = prototypeMembers()

/** Of the processor, since machines do something else besides. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

function asking(content: string): ReturnType<typeof jsonRequest> {
  return jsonRequest('POST https://api.openai.com/v1/chat/completions', {
    model: 'gpt-test',
    messages: [{ role: 'user', content }],
  })
}

/** A corpus with a good recording, and these files besides. */
function corpusWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = corpus.folder()
  const all = {
    ...files,
    [chatPath('good')]: chatRecording('good', 'a good answer', { version: 1 }),
  }
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

async function answerTo(question: string, recordings: string): Promise<string> {
  return readText(await createTape({ recordings }).handle(asking(question), never))
}

test.each(ORDINARY)(
  'a recording that $what replays, within a second',
  async ({ content, text }) => {
    const folder = corpusWith({ [chatPath(QUESTION)]: content })
    const start = process.cpuUsage()

    const answer = await answerTo(QUESTION, folder)

    expect(secondsSince(start)).toBeLessThan(1)
    expect(answer).toContain(text)
    expect(await answerTo('good', folder)).toContain('a good answer')
    expect(prototypeMembers()).toEqual(CLEAN)
  },
)

test.each(REFUSED)(
  'a recording that $what is one clear error, within a second',
  async ({ content, code, says }) => {
    const folder = corpusWith({ [chatPath(QUESTION)]: content })
    const start = process.cpuUsage()

    const error = await errorOf(answerTo(QUESTION, folder))

    expect(secondsSince(start)).toBeLessThan(1)
    const [said = '', hint = ''] = error.message.split('\n')
    expect(error.code).toBe(code)
    expect(said).toContain(`${code}: ${join(folder, chatPath(QUESTION))}`)
    expect(said.slice(-says.length)).toBe(says)
    expect(said.length).toBeLessThan(1000)
    expect(hint).toMatch(/^→ /)
    expect(await answerTo('good', folder)).toContain('a good answer')
    expect(prototypeMembers()).toEqual(CLEAN)
  },
)

test('beside all of them, elsewhere in the corpus, a good recording replays, and a miss is a miss', async () => {
  const small = ALL.filter(({ content }) => content.length < 200_000)
  const files = small.map(({ content }, index) => [`found/${index}.json`, content] as const)
  const folder = corpusWith({
    ...Object.fromEntries(files),
    'moved.json': chatRecording('moved', 'a moved answer', { version: 1 }),
  })

  expect(await answerTo('good', folder)).toContain('a good answer')
  expect(await answerTo('moved', folder)).toContain('a moved answer')
  const error = await errorOf(answerTo('never recorded', folder))

  expect(error.code).toBe('WT_RECORDING_NOT_FOUND')
  expect(error.message).toContain("can't be read: WT_RECORDING_INVALID: ")
})
